"""The description that an index of packages shows; all other metadata are in setup.cfg."""

import re
from pathlib import Path

from setuptools import setup

IMAGE = re.compile(r"!\[[^\]]*\]\((?!https?:)[^)]*\)|<img\b[^>]*\bsrc=\"(?!https?:)[^>]*>")
LINK = re.compile(r"\[([^\]]*)\]\((?!https?:|mailto:)[^)\s]*\)")
GAP = re.compile(r"\n{3,}")
FENCED = re.compile(r"(^```.*?^```)", re.MULTILINE | re.DOTALL)


def without_neighbours(text: str) -> str:
    """Returns Markdown without pictures and links to files beside it, which only a clone has.

    The words of a link stay; what is in a fenced block is left alone.
    """
    pieces = FENCED.split(text)
    pieces[::2] = [GAP.sub("\n\n", LINK.sub(r"\1", IMAGE.sub("", piece))) for piece in pieces[::2]]
    return "".join(pieces)


setup(long_description=without_neighbours(Path(__file__).with_name("README.md").read_text(encoding="utf-8")))
