"""The figures of the pages can be remade, and the module map is that of the code."""

import pytest

from docs.drawings.__main__ import FIGURES, FOLDER, draw
from docs.drawings.modules import in_lines, layers


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_drawn(name, tmp_path):
    path = draw(name, tmp_path, quick=True)
    start = b"<svg " if path.suffix == ".svg" else b"\x89PNG"
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("file", FIGURES.values())
def test_a_page_shows_it_and_it_is_small(file):
    pages = [page for page in FOLDER.glob("*.md") if f"({file})" in page.read_text(encoding="utf-8")]
    assert pages
    assert (FOLDER / file).stat().st_size < 300_000


def test_the_module_map_is_that_of_the_code(tmp_path):
    fresh = draw("modules", tmp_path).read_text(encoding="utf-8")
    assert (FOLDER / "modules.svg").read_text(encoding="utf-8") == fresh, (
        "run: python -m docs.drawings modules"
    )
    for _, names in layers():
        assert all(f">{name}</text>" in fresh for name in names.split())


def test_names_are_broken_into_lines_and_none_is_lost():
    names = [f"module{k}" for k in range(40)]
    lines = in_lines(names)
    assert len(lines) > 1
    assert [name for line in lines for name in line] == names
