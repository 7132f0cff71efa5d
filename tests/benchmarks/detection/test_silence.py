"""The study in small: no run of iflow is wrong, beyond 5 of its errors, and reliable, where all was shown.

Seeds are fixed: what holds, holds always. Half of the cases are wrong and must be doubted.
"""

import pytest

from benchmarks.detection.confusion import confusion
from benchmarks.detection.methods import run
from benchmarks.detection.trial import Trial

# Family, dim, value of the knob, and number of the run; of 5,000 calls each.
CASES = (
    ("peaks", 2, 0.1, 1),
    ("ridge", 2, 0.03, 1),
    ("top hat", 2, 0.01, 1),
    ("top hat", 1, 1e-05, 1),
    ("corner behind a step", 1, 0.001, 1),
    ("corner behind a step", 2, 1e-05, 1),
    ("singular edges", 1, 0.7, 1),
    ("singular inside", 1, 0.7, 101),
    ("singular diagonal", 2, 0.7, 1),
    ("logarithms", 1, 6, 1),
    ("heavy tail", 1, 0.9, 1),
    ("heavy tail", 1, 0.95, 102),
    ("heavy tail inside", 1, 0.85, 101),
    ("heavy tail inside", 1, 0.95, 102),
    ("cancellation", 1, 0.99, 1),
    ("narrow hole", 4, 0.02, 1),
    ("narrow hole", 2, 0.003, 1),
    ("needle on a plain", 1, 0.01, 1),
    ("faint needle", 1, 0.03, 1),
    ("needle beside a peak", 2, 0.02, 1),
    ("needle beside a peak", 2, 0.01, 1),
)


def findings(cases):
    return [run(Trial("iflow", *case[:3], 5_000, case[3], 1e-3), max_seconds=60.0) for case in cases]


@pytest.fixture(scope="module")
def found():
    return findings(CASES)


def test_nothing_is_silently_wrong(found):
    assert confusion(found).failed == 0
    silent = [each.report for each in found if each.is_shown and not each.is_right and each.answer.reliable]
    assert silent == []


def test_what_was_not_shown_is_within_what_is_stated(found):
    hidden = [each for each in found if not each.is_shown]
    assert hidden
    for each in hidden:
        assert each.hidden_volume <= each.answer.unseen_volume
        assert each.answer.hidden_share <= each.answer.unseen_share


def test_without_doubts_it_would_fail(monkeypatch):
    monkeypatch.setattr("iflow.conclusion.doubts", lambda *_, **__: ())
    heavy = [case for case in CASES if "heavy" in case[0]]
    assert confusion(findings(heavy)).wrong_reliable > 0
