"""Several integrals on a page, and in a notebook."""

import numpy as np
import pytest

import iflow
from iflow.html import html_report, result_card


@pytest.fixture(scope="module")
def results():
    def f(x):
        return {"<first>": x[:, 0], "both": np.exp(1j * x[:, 0]), "rare": np.where(x[:, 0] > 2.0, 1.0, 0.0)}

    return iflow.integrate(f, 1, seed=1, max_neval=5_000)


def test_the_page_has_a_row_for_each(results, tmp_path):
    page = html_report(results, title="several", path=tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == page
    for name in ("&lt;first&gt;", "both.real", "both.imag", "rare"):
        assert page.count(name) >= 1
    assert "<first>" not in page
    assert "not reliable: f was 0 at all" in page
    assert "Not reliable" in page


def test_the_card_has_them_too(results):
    card = results._repr_html_()
    assert card == result_card(results)
    assert "4 integrals" in card
    assert results["both"].real.text in card


def test_many_integrals_are_cut(tmp_path):
    many = iflow.integrate(lambda x: x ** np.arange(1, 40), 1, seed=2, rtol=1e-2)
    assert "The first 20 of 39 integrals" in many._repr_html_()


def test_a_logarithm_is_shown_as_one():
    result = iflow.integrate(lambda x: 2000.0 + x[:, 0], 1, seed=3, log=True)
    for shown in (result._repr_html_(), html_report(result)):
        assert "exp(2000." in shown
        assert ">inf" not in shown
