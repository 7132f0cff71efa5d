"""The page of the documentation says what the code says, and has a picture of each integrand."""

import re
from pathlib import Path

import pytest

import integrands
from integrands import __main__ as program
from integrands import listing
from integrands.page import markdown

DOCS = Path(__file__).parents[2] / "docs"
FAMILIES = {family.name: family for family in integrands.families()}


def test_committed_page_is_current():
    page = (DOCS / "integrands.md").read_text(encoding="utf-8")
    assert page == markdown(integrands.sections(), FAMILIES), "run: python -m integrands docs/integrands.md"


@pytest.mark.parametrize("name", integrands.names())
def test_every_integrand_has_a_row_and_a_picture(name):
    page = (DOCS / "integrands.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    f = FAMILIES[name].build()
    assert len(cells) == 8
    assert float(cells[3]) == pytest.approx(f.exact, rel=1e-3 if f.exact_error else 1e-10)
    assert float(cells[4]) == pytest.approx(f.exact_error, rel=0.05)
    assert cells[2] == ", ".join(FAMILIES[name].tags)
    assert f"(integrands/{name}.png)" in page
    assert (DOCS / "integrands" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_no_picture_is_left_over():
    assert {path.stem for path in (DOCS / "integrands").glob("*.png")} == set(integrands.names())


def test_program_writes_the_page(tmp_path):
    program.main([str(tmp_path / "page.md")])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == markdown(integrands.sections(), FAMILIES)
    assert not (tmp_path / "page").exists()


def test_listing_has_one_aligned_line_each():
    lines = listing.lines(integrands.families())
    assert [line.split()[0] for line in lines] == integrands.names()
    assert {len(re.split(" {2,}", line)) for line in lines} == {5}
    starts = [
        [line.index(text) for text in (f.dims_text, f.summary, f"[{f.tags[0]}", f.source)]
        for line, f in zip(lines, integrands.families(), strict=True)
    ]
    assert starts == [starts[0]] * len(lines)
    for line, family in zip(lines, integrands.families(), strict=True):
        for text in (family.dims_text, family.summary, family.source, *family.tags):
            assert text in line


@pytest.mark.parametrize("name", integrands.names())
def test_description_is_complete_and_narrow(name):
    family = FAMILIES[name]
    text = listing.description(family.build(), family)
    assert max(map(len, text.splitlines())) <= 100
    words = " ".join(text.split())
    for fact in (family.formula, family.exact_from, family.source, *family.parameters, *family.tags):
        assert " ".join(fact.split()) in words


def test_values_show_error_unit_and_both_units_of_a_cross_section():
    gluons = listing.value_text(integrands.get("gluon_scattering"))
    assert gluons == "7255.5 +- 0.9 pb = 1.86335e-05 GeV^-2"
    assert listing.value_text(integrands.get("gluon_scattering", pt_min=50)) == "unknown"
    assert listing.value_text(integrands.get("helium_repulsion")) == "1.25 hartree"
    assert listing.value_text(integrands.get("polynomial", 6)) == "1"
