"""Remakes figures: all with `python -m docs.drawings`, or some by name, `python -m docs.drawings density`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from iflow.plots import styled

FOLDER = Path(__file__).resolve().parents[1]
# What each module draws; it has a function draw(path, quick=False).
FIGURES = {
    "tempering": "how_tempering.png",
    "density": "how_density.png",
    "coupling": "how_coupling.png",
    "proposals": "how_proposals.png",
    "replicates": "how_replicates.png",
    "timeline": "how_timeline.png",
    "modules": "modules.svg",
}


def draw(name: str, folder: Path = FOLDER, *, quick: bool = False) -> Path:
    """Draws one figure and returns its file.

    Args:
      name: a key of `FIGURES`.
      folder: to write it to.
      quick: whether little work is to be done, for tests.
    """
    drawing: Callable[..., None] = styled(import_module(f"docs.drawings.{name}").draw)
    path = folder / FIGURES[name]
    drawing(path, quick=quick)
    return path


def main() -> None:
    """Draws the figures named on the command line, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m docs.drawings", description="Remakes figures of the pages."
    )
    parser.add_argument("names", nargs="*", choices=[*FIGURES, []], metavar="name", help=", ".join(FIGURES))
    for name in parser.parse_args().names or FIGURES:
        print(f"figure: {draw(name)}")


if __name__ == "__main__":
    main()
