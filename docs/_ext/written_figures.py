"""Gives sphinx-gallery the pictures that an example has written to figures/."""

from __future__ import annotations

import builtins
from pathlib import Path
from shutil import copyfile
from time import time_ns
from typing import Any

from sphinx.application import Sphinx
from sphinx_gallery.scrapers import figure_rst

KINDS = (".gif", ".png")  # of two pictures with one name, the first moves
# When the example began that runs now; sphinx-gallery runs them one by one.
_began = {"at": 0}


def start(gallery_conf: dict[str, Any], name: str | None, when: str) -> None:
    """Notes when an example begins, and lets it know its own file; sphinx-gallery calls it around each.

    What sphinx-gallery executes has no `__file__`, by which the examples find the checkout.
    """
    _began["at"] = time_ns()
    if when == "before" and name is not None:
        builtins.__file__ = str(name)  # type: ignore[attr-defined]
    elif hasattr(builtins, "__file__"):
        del builtins.__file__


def written_since(folder: Path, moment: int) -> list[Path]:
    """Returns the pictures in a folder that are not older than a moment in ns, oldest first."""
    found: dict[str, Path] = {}
    for kind in KINDS:
        for path in folder.glob("*" + kind):
            if path.stat().st_mtime_ns >= moment:
                found.setdefault(path.stem, path)
    return sorted(found.values(), key=lambda path: path.stat().st_mtime_ns)


def scrape(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any], **options: Any) -> str:
    """Copies what a block of code has written to where the page looks for it; returns the page's lines."""
    folder = Path(gallery_conf["src_dir"]).resolve().parent / "figures"
    copies = []
    for picture in written_since(folder, _began["at"]):
        copy = Path(next(block_vars["image_path_iterator"])).with_suffix(picture.suffix)
        copyfile(picture, copy)
        copies.append(str(copy))
    _began["at"] = time_ns()
    return figure_rst(copies, gallery_conf["src_dir"])


def without_paths(app: Sphinx, page: str, source: list[str]) -> None:
    """Takes the folder of the checkout out of what examples have printed."""
    if page.startswith("gallery/"):
        source[0] = source[0].replace(f"{Path(app.srcdir).resolve().parent}/", "")


def setup(app: Sphinx) -> dict[str, bool]:
    """Reads what sphinx-gallery has written before Sphinx does."""
    app.connect("source-read", without_paths)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
