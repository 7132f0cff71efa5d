import numpy as np
import pytest

from benchmarks.detection.methods import METHODS, run
from benchmarks.detection.trial import Answer, Trial
from benchmarks.detection.witness import TimeOverError, Witness

TRIAL = Trial("iflow", "needle on a plain", 1, 0.1, 5_000, 1, 1e-3)


@pytest.mark.parametrize("method", ["iflow", "vegas"])
def test_an_easy_needle_is_shown_and_right(method):
    finding = run(Trial(method, "needle on a plain", 1, 0.1, 5_000, 1, 1e-3), max_seconds=60.0)
    assert finding.failure == ""
    assert finding.is_right
    assert finding.is_shown
    assert 0 < finding.neval <= 5_500
    assert finding.answer.reliable


def test_iflow_states_what_it_has_not_seen():
    finding = run(Trial("iflow", "corner behind a step", 2, 1e-5, 5_000, 1, 1e-3), max_seconds=60.0)
    assert not finding.is_shown
    assert not finding.is_right
    assert finding.hidden_volume == 1e-5 < finding.answer.unseen_volume < 1e-2
    assert finding.answer.hidden_share < finding.answer.unseen_share
    # What was drawn to find out is not among the evaluations.
    assert finding.neval <= 5_000


def test_the_witness_counts_what_shows():
    f = TRIAL.build()
    witness = Witness(f, 10.0)
    x = np.linspace(0.0005, 0.9995, 1000)[:, np.newaxis]
    np.testing.assert_array_equal(witness(x), f(x))
    assert witness.neval == 1000
    assert witness.n_shown == f.shows(x).sum()
    assert 0 < witness.n_shown < 1000
    witness.counts = False
    witness(x)
    assert witness.neval == 1000


def test_what_never_ends_is_ended():
    with pytest.raises(TimeOverError):
        Witness(TRIAL.build(), -1.0)(np.full((1, 1), 0.5))
    finding = run(TRIAL, max_seconds=-1.0)
    assert finding.failed
    assert "no end within the time limit" in finding.failure


def test_an_exception_is_a_failure(monkeypatch):
    def raises(*_):
        raise ArithmeticError("no")

    monkeypatch.setitem(METHODS, "iflow", raises)
    finding = run(TRIAL, max_seconds=60.0)
    assert finding.failure == "ArithmeticError: no"
    assert repr(finding.answer) == repr(Answer())
