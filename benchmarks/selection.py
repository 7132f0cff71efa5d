"""Rows chosen on a command line, such as 1-6,9."""

from __future__ import annotations

from collections.abc import Callable

import click


def selected(text: str, n: int) -> list[int]:
    """Returns the numbers that a text such as "1-6,9" names, in order, each once.

    Raises:
      ValueError: for anything that is not a list of numbers and ranges between 1 and n.
    """
    numbers: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        try:
            span = range(int(first), int(last or first) + 1)
        except ValueError:
            span = range(0)
        if not span or span[0] < 1 or span[-1] > n:
            raise ValueError(
                f"rows must be numbers and ranges within 1-{n}, such as 1-{n - 2},{n}; got {text!r}"
            )
        numbers.update(span)
    return sorted(numbers)


def rows_option(n: int, name: str = "--rows") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Returns the option of a command that has n rows, or n of what `name` says; it is handed numbers."""

    def parse(_context: click.Context, _option: click.Parameter, text: str) -> list[int]:
        try:
            return selected(text, n)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error

    return click.option(
        name, default=f"1-{n}", show_default=True, callback=parse, help=f"Such as 1-{n - 2},{n}."
    )
