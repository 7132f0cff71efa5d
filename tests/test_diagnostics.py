"""Does each doubt and each remark speak up when, and only when, it should?"""

import math
import re

import numpy as np
import pytest

from iflow.diagnostics import Seen, doubts, remarks
from iflow.estimate import Estimate


def estimate(n=10_000, n_nonzero=9_000, ess=5_000.0, max_weight_share=1e-3, max_square_share=0.01):
    return Estimate(n, n_nonzero, 1.0, 0.01, ess, max_weight_share, max_square_share)


def seen(weight, share):
    return Seen(np.log([weight, 1.0]), np.log([share, 0.5]))


FINE = {"tail_index": 0.3, "q_value": 0.5, "beta": 1.0}


@pytest.mark.parametrize(
    ("healthy", "signs"),
    [
        (estimate(), {}),
        (estimate(ess=100.0), {}),
        (estimate(max_square_share=0.2), {}),
        (estimate(), {"tail_index": 0.6}),
        (estimate(), {"tail_index": math.nan}),
        (estimate(), {"tail_index": -math.inf}),
        (estimate(), {"q_value": 1e-4}),
        (estimate(), {"beta": None}),
        (estimate(), {"seen": seen(weight=300.0, share=0.1)}),
        (estimate(), {"seen": seen(weight=500.0, share=0.004)}),
    ],
)
def test_no_doubt_without_reason(healthy, signs):
    assert doubts(healthy, **FINE | signs) == ()


@pytest.mark.parametrize(
    ("doubtful", "signs", "sentence"),
    [
        (estimate(n=0, n_nonzero=0, ess=0.0), {}, "nothing was measured"),
        (
            estimate(n_nonzero=0, ess=0.0),
            {},
            "f was 0 at all 10,000 measured points: the result says nothing",
        ),
        (estimate(ess=99.0), {}, "effective sample size 99 of 10,000 (at least 100 are needed)"),
        (
            estimate(max_square_share=0.25, max_weight_share=0.034),
            {},
            "one point makes up 25% of the variance (3.40% of the sum)",
        ),
        (estimate(), {"tail_index": 0.61}, "heavy tail (Pareto index 0.61;"),
        # 10,000 points with an error of 0.01: a weight of 401 moves the mean by 4 sdev.
        (estimate(), {"seen": seen(weight=500.0, share=0.006)}, "about 0.006 of the integral is missing"),
        (estimate(), {"tail_index": math.inf}, "heavy tail (Pareto index inf;"),
        (estimate(), {"q_value": 9e-5}, "contradict each other (Q = 9e-05)"),
        (estimate(), {"beta": 0.25}, "still learning a flattened |f|^0.25 when training ended"),
    ],
)
def test_each_doubt_speaks_up_alone(doubtful, signs, sentence):
    found = doubts(doubtful, **FINE | signs)
    assert len(found) == 1
    assert re.search(re.escape(sentence), found[0])


def test_all_doubts_speak_up_together():
    worst = estimate(ess=2.0, max_square_share=0.9)
    assert len(doubts(worst, tail_index=1.5, q_value=0.0, beta=0.5)) == 5


@pytest.mark.parametrize(
    ("pointwise", "n_needed", "sentences"),
    [
        (False, None, []),
        (None, math.inf, []),
        (False, 123_456.0, ["it takes about 120,000 measured points"]),
        (True, None, ["f was called one point at a time; a vectorised f"]),
        (True, 2e9, ["it takes about 2.0e+09 measured points", "one point at a time"]),
    ],
)
def test_remarks(pointwise, n_needed, sentences):
    found = remarks(estimate(), pointwise=pointwise, n_needed=n_needed)
    assert len(found) == len(sentences)
    for text, sentence in zip(found, sentences, strict=True):
        assert sentence in text


@pytest.mark.parametrize(
    ("mean", "sdev", "sentence"),
    [
        (0.02, 0.01, "compatible with 0 or nearly so"),
        (-0.02, 0.01, "compatible with 0 or nearly so"),
        (3.0, 0.0, "all 10,000 weights are equal: the error is 0 for what was seen, but up to 0.0003 of"),
    ],
)
def test_remarks_on_the_estimate(mean, sdev, sentence):
    (found,) = remarks(Estimate(10_000, 10_000, mean, sdev, 5e3, 1e-3, 1e-2), pointwise=False, n_needed=1e6)
    assert sentence in found
