"""The code of a Markdown page, and what it is said to print."""

import re
from dataclasses import dataclass

# Python that runs, alone or with its output right below; other blocks have other words after the fence.
BLOCK = re.compile(r"^```python\n(.*?)^```$(?:\n+```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"[-+]?\d[\d,.]*(\(\d+\.?\d*\))?(e[-+]?\d+)?")


@dataclass(frozen=True)
class Block:
    """Some code of a page.

    Args:
      code: what runs, below as many empty lines as stand above it on the page, so that errors name its lines.
      output: what the page says that it prints; None where it says nothing.
    """

    code: str
    output: str | None


def read_blocks(text):
    """Returns the blocks of a page, in order."""
    found = []
    for match in BLOCK.finditer(text):
        above = text[: match.start(1)].count("\n")
        found.append(Block("\n" * above + match[1], match[2]))
    return found


def skeleton(text):
    """Returns the words of an output without its numbers: processors differ in last digits."""
    return " ".join(NUMBER.sub("#", text).split())
