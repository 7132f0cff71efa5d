"""Pieces of HTML; everything that is not markup is escaped here."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Markup:
    """Text that is HTML already.

    Args:
      text: well-formed and escaped.
    """

    text: str

    def __str__(self) -> str:
        """Returns the HTML."""
        return self.text


def text_of(content: object) -> str:
    """Returns HTML for content: markup as it is, anything else escaped."""
    return content.text if isinstance(content, Markup) else html.escape(str(content), quote=True)


def tag(name: str, *contents: object, **attributes: object) -> Markup:
    """Returns an element; an attribute of a reserved word ends in an underscore."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(str(value), quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{given}>{''.join(text_of(content) for content in contents)}</{name}>")


def joined(parts: Iterable[object]) -> Markup:
    """Returns the parts, one after the other."""
    return Markup("\n".join(text_of(part) for part in parts))


@dataclass(frozen=True)
class Table:
    """Rows under a header.

    Args:
      caption: what the table is of; read out by screen readers.
      columns: what is in each.
      rows: cells, text or markup, as many as there are columns; the first one of each heads the row.
      numbers: numbers of the columns that are aligned to the right.
      cell_style: CSS of each cell, where there is no style sheet.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    numbers: frozenset[int] = frozenset()
    cell_style: str | None = None

    def markup(self) -> Markup:
        """Returns the table."""
        head = [
            tag("th", name, scope="col", class_=self._class(i), style=self.cell_style)
            for i, name in enumerate(self.columns)
        ]
        body = [tag("tr", *(self._cell(i, cell) for i, cell in enumerate(row))) for row in self.rows]
        return tag(
            "table",
            tag("caption", self.caption),
            tag("thead", tag("tr", *head)),
            tag("tbody", *body),
        )

    def _cell(self, column: int, content: object) -> Markup:
        if column == 0:
            return tag("th", content, scope="row", class_=self._class(column), style=self.cell_style)
        return tag("td", content, class_=self._class(column), style=self.cell_style)

    def _class(self, column: int) -> str | None:
        return "number" if column in self.numbers else None


def number(value: float, form: str) -> str:
    """Returns a number in this format; nothing for nan, "inf" where it is."""
    if math.isnan(value):
        return ""
    return format(value, form) if math.isfinite(value) else "inf" if value > 0 else "-inf"
