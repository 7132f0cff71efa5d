"""The page of the documentation with every misuse and what it is told: `python -m tests.misuse.page`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.misuse.case import Misuse
from tests.misuse.outcome import outcome
from tests.misuse.table import CASES, ENTRY_POINTS
from tests.misuse.told import DoubtfulResultError

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"
REMAKE = "python -m tests.misuse.page"

_HEAD = f"""# Errors

Written by `{REMAKE}`; do not edit.

{len(CASES)} ways to misuse iflow, and what it says to each; a test tries them all. A message says what must
hold, what was given, and the likely fix. What a function of the user's raises comes back as it is, with a
note on the point. Where nothing is wrong but the answer cannot be trusted, there is no error: the result is
marked `[unreliable]`, and its first warning is shown here. A command prints its message on standard error
and exits with status 1. Long numbers and lists of options are shortened.
"""

_DIGITS = re.compile(r"(-?\d+\.\d{4})\d{4,}")
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
# Names that functions have for the tests only.
_LOCALS = re.compile(r"[\w<>]+\.<locals>\.")


def markdown() -> str:
    """Returns the page."""
    parts = [_HEAD]
    for heading, sections in ENTRY_POINTS.items():
        parts.append(f"## {heading}")
        for title, cases in sections.items():
            parts.append(f"### {title}")
            for entry in dict.fromkeys(case.entry for case in cases):
                parts.append(_table(entry, [case for case in cases if case.entry == entry]))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(entry: str, cases: list[Misuse]) -> str:
    name = entry.removesuffix(" (command)")
    lines = [f"`{name}`", "", "| what was done | error | message |", "|---|---|---|"]
    return "\n".join([*lines, *(_row(case) for case in cases)])


def _row(case: Misuse) -> str:
    found = outcome(case)
    return f"| {_cell(case.what)} | {_kind(found.error)} | {_cell(plain(found.message))} |"


def _kind(error: type[BaseException] | None) -> str:
    if error is SystemExit:
        return "exit status 1"
    if error is DoubtfulResultError:
        return "none, a doubtful result"
    return "none" if error is None else error.__name__


def plain(message: str) -> str:
    """Returns a message without what differs between machines and runs."""
    short = _DIGITS.sub(r"\1...", _ADDRESS.sub("", message.replace(f"{PAGE.parents[1]}/", "")))
    short = re.sub(r"options are (\w+, \w+, \w+), .*", r"options are \1, ...", short)
    # Where a damaged text ends to make sense depends on the paths in it.
    short = re.sub(r"JSONDecodeError\((['\"]).*?\1\)", "JSONDecodeError(...)", short)
    short = re.sub(r"by process \d+ on \S+:", "by process 4321 on its host:", short)
    return _LOCALS.sub("", short).removeprefix("Error: ").strip()


def _cell(text: str) -> str:
    # What has a meaning in Markdown, or in HTML, and stands in messages; not inside of `code`.
    pieces = text.split("`")
    for number in range(0, len(pieces), 2):
        piece = pieces[number].replace("\\", "\\\\").replace("*", "\\*").replace("<", "&lt;")
        pieces[number] = piece.replace("[", "\\[").replace("_", "\\_") if "](" in piece else piece
    return "`".join(pieces).replace("|", "\\|").replace("\n", "<br>")


def main() -> None:
    """Writes the page."""
    PAGE.write_text(markdown(), encoding="utf-8")
    print(f"page: {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
