"""Tables on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

_WIDTH_OF_FILES = 240


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, n_left: int = 1
) -> None:
    """Prints rows of text under a title.

    Args:
      title: line above.
      columns: heads.
      rows: as many texts each.
      n_left: columns aligned to the left; the others hold numbers.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        is_text = place < n_left
        table.add_column(column, justify="left" if is_text else "right", no_wrap=is_text)
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _WIDTH_OF_FILES
    console = Console(width=width, highlight=False, markup=False)
    console.print(title)
    console.print(table)
