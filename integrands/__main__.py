"""Writes the page of the documentation: `python -m integrands docs/integrands.md`."""

import argparse
from pathlib import Path

import integrands
from integrands.page import markdown


def main(arguments: list[str] | None = None) -> None:
    """Writes the page, and with --pictures its pictures into a folder of the same name."""
    parser = argparse.ArgumentParser(prog="python -m integrands", description=__doc__)
    parser.add_argument("page", type=Path, help="Markdown file to write")
    parser.add_argument("--pictures", action="store_true", help="draw the pictures too: a minute")
    given = parser.parse_args(arguments)
    families = {family.name: family for family in integrands.families()}
    given.page.write_text(markdown(integrands.sections(), families), encoding="utf-8")
    if given.pictures:
        folder = given.page.with_suffix("")
        folder.mkdir(exist_ok=True)
        for name in families:
            integrands.plot(name, path=str(folder / f"{name}.png"))


if __name__ == "__main__":
    main()
