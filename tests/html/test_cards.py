"""What notebooks show: verdicts in words, warnings, the table folded, everything escaped."""

import pytest

from iflow.comparison import Comparison
from iflow.html.cards import _cut
from iflow.method_run import MethodRun


def test_result_card_has_value_verdict_and_folded_table(make_result):
    card = make_result()._repr_html_()
    for text in ("1.0000(71)", "Reliable, target met", "24,522 (20,000 measured)", "12,345", "<details>"):
        assert text in card
    assert "(training)   grid" in card
    assert "#166b34" in card
    assert "<li>" not in card


def test_an_unreliable_result_says_so_in_words_and_why(make_result):
    card = make_result(reliable=False, warnings=("f <b> is odd", "second"))._repr_html_()
    assert "Not reliable" in card
    assert "#b3261e" in card
    assert "<li>f &lt;b&gt; is odd</li><li>second</li>" in card


def test_nothing_measured_is_no_result(make_result):
    assert "no result yet" in make_result(neval_measured=0)._repr_html_()


@pytest.fixture
def comparison():
    runs = (
        MethodRun("plain", 1.0, 0.1, 1_000, 0.1, None, (), None),
        MethodRun("VEGAS", 2.0, 0.1, 1_000, 0.1, None, (), None),
        MethodRun("iflow <x>", 1.1, 0.1, 1_000, 0.1, False, (), None),
    )
    return Comparison("f<g", 1.05, runs)


def test_comparison_card_has_a_line_a_method(comparison):
    card = comparison._repr_html_()
    assert card.count("<tr>") == 4
    assert "f&lt;g: exact value 1.05" in card
    assert "iflow &lt;x&gt;" in card
    assert "+9.50: wrong" in card
    assert "not reliable" in card
    assert "-0.50<" in card


def test_comparison_without_an_exact_value_has_no_pulls(comparison):
    card = Comparison("f", None, comparison.runs)._repr_html_()
    assert "exact value not known" in card
    assert "wrong" not in card


def test_a_long_table_is_cut_in_the_middle():
    lines = _cut("\n".join(str(n) for n in range(1_000))).splitlines()
    assert len(lines) == 201
    assert (lines[0], lines[-1]) == ("0", "999")
    assert "800 lines left out" in lines[100]
