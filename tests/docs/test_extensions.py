"""What docs/_ext adds to Sphinx."""

import importlib
import inspect

import docstrings
import mathml
import option_groups
import outside_links
import pytest
from docutils import nodes

import iflow


def test_formulas_of_docstrings_stay_as_they_are_and_bars_are_no_markup():
    lines = inspect.cleandoc("""What |f| is, `a|b`, 2**31.

        y = |x|
        z = y

    More.

    Args:
      x: [n].

    Returns:
      bool [n]: true.

    Reference:
      A, B, arXiv:1808.03856.
    """).split("\n")
    assert docstrings.rewritten(lines) == [
        r"What \|f\| is, `a|b`, 2\*\*31.",
        "",
        ".. code-block:: text",
        "",
        "    y = |x|",
        "    z = y",
        "",
        "More.",
        "",
        "Args:",
        "  x: [n].",
        "",
        ":returns:",
        "  bool [n]: true.",
        "",
        ":reference:",
        "  A, B, arXiv:1808.03856.",
    ]


def test_arguments_of_what_comes_back_are_attributes_with_their_types():
    lines = ["Sum.", "", "Args:", "  mean: of it:", "    all.", "  secret: no.", "    No.", "", "Raises:"]
    assert docstrings.with_attributes([*lines, "  A: b."], {"mean": "float"}) == [
        *("Sum.", "", "", ".. attribute:: mean", "   :type: float", "", "   of it:", "   all."),
        *("", "Raises:", "  A: b."),
    ]


def test_all_that_comes_back_exists():
    for name in docstrings.COME_BACK:
        module, _, last = name.rpartition(".")
        assert inspect.isclass(getattr(importlib.import_module(module), last))


@pytest.mark.parametrize(
    ("formula", "element"),
    [
        (r"\frac{f(x)}{q(x)}", "<mfrac>"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "<mtable"),
        (r"\lVert x \rVert + \widetilde{x}", "<mover"),
        (r"\left\lfloor \frac{n + 2P - h}{s} \right\rfloor + 1", "<mfrac>"),
        (r"\mathbb{E}_x[\log D(x)] + \mathbb{E}_z[\log(1 - D(G(z)))]", "<msub>"),
    ],
)
def test_formulas_become_mathml(formula, element):
    written = mathml.markup(nodes.math_block(formula, formula), is_block=True)
    assert written.startswith("<math")
    assert 'display="block"' in written
    assert element in written


def test_a_formula_that_nobody_understands_is_a_warning_with_its_text(monkeypatch):
    said = []
    monkeypatch.setattr(mathml._LOGGER, "warning", lambda message, *args, **options: said.append(args))
    assert mathml.markup(nodes.math("a < b", r"\nonsense{a < b}"), is_block=False) == (
        r"<code>\nonsense{a &lt; b}</code>"
    )
    assert "nonsense" in said[0][1]


def test_options_are_listed_as_they_are_written():
    written, said = option_groups.signature(), option_groups.descriptions()
    assert written["learning_rate"] == ("float", "3e-3")
    assert written["max_neval"] == ("int", "1_000_000")
    parameters = inspect.signature(iflow.integrate).parameters.values()
    options = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    assert list(written) == options
    assert all(said[name] for name in options)
    assert said["steps"] == "optimiser steps per training iteration."
    assert said["atol"].startswith("absolute error to reach")
    assert said["atol"].endswith("targets holds.")


def test_groups_have_the_options_of_their_class():
    assert option_groups.members("target") == ["rtol", "atol", "max_neval", "max_seconds"]
    assert option_groups.members("use_flow") == ["flow"]
    assert option_groups.members("seed") == ["seed"]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("README.md", "index"),
        ("examples", "gallery/index"),
        ("examples/13_compare.py", "gallery/13_compare"),
        ("examples/lecture/gan.py", "gallery/lecture/gan"),
        ("iflow/result.py", None),
    ],
)
def test_links_that_leave_the_pages_lead_to_what_shows_the_file(path, page):
    assert outside_links.page_of(path) == page
