"""Does each doubt and each remark speak up when, and only when, it should?"""

import dataclasses
import math
import re

import numpy as np
import pytest

from iflow.diagnostics import doubts, remarks
from iflow.engine.pilot import Pilot
from iflow.statistics.estimate import Estimate
from iflow.statistics.seen import Seen
from iflow.statistics.summit import Summit


def estimate(
    n=10_000, n_nonzero=9_000, ess=5_000.0, max_weight_share=1e-3, max_square_share=0.01, mean=1.0, sdev=0.01
):
    deviation = sdev * math.sqrt(n)
    return Estimate(n, n_nonzero, mean, sdev, ess, max_weight_share, max_square_share, deviation)


def seen(weight, share):
    log_weight = np.log([weight, 1.0])
    return Seen(np.ones(2), log_weight, np.log([share, 0.5]) - log_weight)


def pilots(mean, sdev=0.01, ess=30.0):
    return {"mixture": Pilot(estimate(n=1_024, mean=mean, sdev=sdev, ess=ess), 0.5, fights=False)}


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
        (estimate(max_weight_share=0.03), {"seen": seen(weight=300.0, share=0.02)}),
        (estimate(), {"seen": seen(weight=500.0, share=0.001)}),
        (estimate(sdev=1e-17, max_square_share=1.0), {}),  # one is off by rounding
        (estimate(), {"pilots": {}}),
        (estimate(), {"pilots": pilots(mean=1.063)}),
        (estimate(), {"pilots": pilots(mean=0.5)}),  # it found less
        (estimate(mean=-1.0), {"pilots": pilots(mean=0.5)}),
        (estimate(), {"pilots": pilots(mean=1.5, ess=29.0)}),
        (estimate(), {"pilots": pilots(mean=1.5, sdev=math.inf)}),
        (estimate(sdev=0.1), {"pilots": pilots(mean=1.45)}),
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
            "one point makes up 25% of the variance (the largest weight is 3.40% of the sum)",
        ),
        (estimate(), {"tail_index": 0.61}, "heavy tail (Pareto index 0.61;"),
        # 10,000 points with an error of 0.01: a weight of 401 moves the mean by 4 sdev.
        (estimate(), {"seen": seen(weight=500.0, share=0.006)}, "the integral is off by about 0.006"),
        # The difference of 0.064 is 4.53 times the error of both.
        (
            estimate(),
            {"pilots": pilots(mean=1.064)},
            "a pilot of the mixture found 1.064(10), which the measurement contradicts",
        ),
        (
            estimate(mean=-1.0),
            {"pilots": pilots(mean=-1.2)},
            "a pilot of the mixture found -1.200(10), which",
        ),
        (estimate(mean=-1.0), {"pilots": pilots(mean=1.2)}, "a pilot of the mixture found 1.200(10), which"),
        (estimate(sdev=math.inf), {}, "the weights are below 1e-303, where a float loses its digits"),
        (estimate(), {"tail_index": math.inf}, "heavy tail (Pareto index inf;"),
        (estimate(), {"q_value": 9e-5}, "contradict each other (Q = 9e-05)"),
        (estimate(), {"beta": 0.25}, "training ended while it was still at a flattened |f|^0.25"),
    ],
)
def test_each_doubt_speaks_up_alone(doubtful, signs, sentence):
    found = doubts(doubtful, **FINE | signs)
    assert len(found) == 1
    assert re.search(re.escape(sentence), found[0])


def test_all_doubts_speak_up_together():
    worst = estimate(ess=2.0, max_square_share=0.9)
    signs = {"seen": seen(weight=500.0, share=0.1), "pilots": pilots(mean=2.0)}
    assert len(doubts(worst, tail_index=1.5, q_value=0.0, beta=0.5, **signs)) == 7


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
    (found,) = remarks(estimate(mean=mean, sdev=sdev), pointwise=False, n_needed=1e6)
    assert sentence in found


@pytest.mark.parametrize(
    ("mean", "absolute", "n_needed", "speaks"),
    [(0.1, 2.1, 1e6, True), (-0.1, 2.1, 1e6, True), (0.1, 1.9, 1e6, False), (0.1, 2.1, None, False)],
)
def test_a_remark_on_cancellation(mean, absolute, n_needed, speaks):
    own = dataclasses.replace(estimate(mean=mean), absolute=absolute)
    found = " ".join(remarks(own, pointwise=False, n_needed=n_needed))
    sentence = (
        "f changes sign: its integral is 0.05 of that of |f|, and this budget reaches a relative error of 0.1"
    )
    assert (sentence in found) is ("atol = 0.01 would be met" in found) is speaks


@pytest.mark.parametrize(("ratio", "speaks"), [(math.nan, False), (0.1, False), (1.6, False), (1.71, True)])
def test_a_remark_on_nets_that_fight_the_map(ratio, speaks):
    found = remarks(estimate(), pointwise=False, n_needed=None, spread_ratio=ratio)
    assert len(found) == speaks
    if speaks:
        assert "the Sobol points spread 1.7 times as much as independent points would" in found[0]
        assert "points='random' is better here" in found[0]


def test_a_perfect_map_is_not_doubted_for_rounding():
    # 1 / (1 + x^2) on the line: every weight is pi to rounding, and the errors are far below that.
    found = pilots(math.pi * (1 + 1e-15), sdev=3e-17)
    assert not doubts(estimate(mean=math.pi, sdev=3e-17), pilots=found, **FINE)
    further = pilots(math.pi * (1 + 1e-11), sdev=3e-17)
    assert doubts(estimate(mean=math.pi, sdev=3e-17), pilots=further, **FINE)


@pytest.mark.parametrize(("n_nonzero", "least", "doubted"), [(700, 1.0, 1), (700, 0.0, 0), (1_000, 1.0, 0)])
def test_nets_that_agree_on_what_is_cut_off_better_than_to_a_point_are_doubted(n_nonzero, least, doubted):
    estimate = Estimate(1_000, n_nonzero, 0.7, 9e-4, 700.0, 1e-3, 1e-3, 0.03)
    found = doubts(estimate, tail_index=0.0, q_value=1.0, beta=None, least=least)
    assert len(found) == doubted
    assert all("lie closer together than a single point more" in each for each in found)


@pytest.mark.parametrize(
    ("index", "unresolved", "slope", "is_doubted"),
    [
        (0.5, 0.003, 0.9, True),
        (0.5, 0.002, 0.9, False),
        (0.28, 0.003, 0.9, False),
        (math.nan, 0.0, math.nan, False),
        (-math.inf, 1.0, 0.9, False),
        (0.5, 0.003, 0.1, False),
        (0.06, 0.012, 0.9, True),
        (0.06, 0.009, 0.9, False),
        (0.06, 0.012, 0.1, False),
        (0.04, 0.012, 0.9, False),
    ],
)
def test_a_singularity_that_matters_is_a_doubt(index, unresolved, slope, is_doubted):
    found = doubts(estimate(), **FINE, summit=Summit(index, 0.1, unresolved, slope, np.array([0.3, 1e-9])))
    assert bool(found) is is_doubted
    if is_doubted:
        assert f"without bound near x = [0.3, 1e-09] (Pareto index {index:.2f}" in found[0]
        assert f"about {unresolved:g} of the integral" in found[0]


def test_a_singularity_is_a_doubt_where_the_variance_of_the_weights_is_infinite():
    summit = Summit(1.4, 0.2, 0.003, 0.3, np.array([0.3, 0.5]))
    assert not doubts(estimate(), **FINE | {"tail_index": 0.5}, summit=summit)
    tail, singularity = doubts(estimate(), **FINE | {"tail_index": 0.55}, summit=summit)
    assert "heavy tail (Pareto index 0.55" in tail
    assert "grow without bound near x = [0.3, 0.5]" in singularity


@pytest.mark.parametrize(("index", "is_doubted"), [(0.5, True), (0.28, False)])
def test_a_tail_needs_no_margin_where_f_is_singular(index, is_doubted):
    # Little lies beyond the last point, and yet no sum of such weights is near to normal.
    summit = Summit(index, 0.1, 1e-4, 0.6, None)
    assert bool(doubts(estimate(), **FINE | {"tail_index": 0.55}, summit=summit)) is is_doubted


@pytest.mark.parametrize(("weight", "is_doubted"), [(2.0, True), (1.5, False)])
def test_points_higher_than_any_measured_are_a_doubt(weight, is_doubted):
    # The largest measured weight is 1.4, and that of 5% of the points before is 2: less than 4 sdev each.
    plain = dataclasses.replace(
        estimate(n=1_024, n_nonzero=1_024, ess=1_000.0, max_weight_share=1.4 / 1_024, sdev=0.005),
        absolute=1.0,
    )
    found = doubts(plain, **FINE, seen=seen(weight=weight, share=0.1))
    assert bool(found) is is_doubted
    if is_doubted:
        assert "the integral is off by about 0.05, and by up to 0.24" in found[0]


@pytest.mark.parametrize(("height", "is_doubted"), [(0.2, True), (0.0, True), (-0.4, True), (0.9, False)])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_points_lower_than_any_measured_are_a_doubt(height, is_doubted, sign):
    # All that was measured lies within 0.16 of 1; of each 1,000 points before one lay lower.
    flat = dataclasses.replace(
        estimate(n=1_024, n_nonzero=1_024, ess=1_000.0, max_weight_share=1.3 / 1_024, sdev=1e-5, mean=sign),
        max_square_share=0.01,
        deviation=0.05,
        absolute=1.0,
    )
    with np.errstate(divide="ignore"):
        points = Seen(np.array([sign * np.sign(height)]), np.log([abs(height)]), np.log([1e-3]))
    found = doubts(flat, **FINE, seen=points)
    assert bool(found) is is_doubted
    if is_doubted:
        assert f"the integral is off by about {(1.0 - height) * 1e-3:.2g}, and by up to" in found[0]


def test_points_that_differ_by_rounding_are_not_beyond_all_measured():
    flat = dataclasses.replace(estimate(sdev=1e-15), deviation=1e-15, max_square_share=0.0)
    points = Seen(np.ones(1), np.log([0.9]), np.log([1e-13]))
    assert not doubts(flat, **FINE, seen=points)
    assert doubts(flat, **FINE, seen=dataclasses.replace(points, log_volume=np.log([1e-11])))


def test_a_dip_is_missed_where_one_point_of_it_would_have_moved_the_mean():
    flat = dataclasses.replace(estimate(sdev=1e-5), deviation=1e-3)
    (found,) = doubts(flat, **FINE, seen=Seen(np.zeros(1), np.array([-math.inf]), np.log([1e-4])))
    assert "hit none like them: the integral is off by about 0.0001, and by up to 0.00047" in found


@pytest.mark.parametrize(("share", "is_doubted"), [(1.2e-3, True), (0.9e-3, False)])
def test_one_point_beyond_all_measured_may_stand_for_more(share, is_doubted):
    # It is as much as 4.7 times its amount, and that more than half a sdev.
    plain = dataclasses.replace(
        estimate(n=1_024, n_nonzero=1_024, ess=1_000.0, max_weight_share=1.1 / 1_024, sdev=0.01), absolute=1.0
    )
    found = doubts(plain, **FINE, seen=seen(weight=8.0, share=share * 8.0 / 7.0))
    assert any("lie beyond all that it hit" in text for text in found) is is_doubted


@pytest.mark.parametrize(
    ("sdev", "deviation", "is_doubted"),
    [(4e-16, 0.1, True), (0.0, 0.1, True), (4e-16, 1e-9, False), (1e-9, 0.1, False)],
)
def test_replicates_that_agree_by_chance_are_a_doubt(sdev, deviation, is_doubted):
    agreeing = dataclasses.replace(estimate(sdev=sdev), deviation=deviation)
    found = doubts(agreeing, **FINE, seen=seen(1.0, 1e-20))
    assert any("agree to the last digit" in text for text in found) is is_doubted


def test_one_of_several_integrals_may_agree_as_cells_integrate_a_constant_exactly():
    constant = dataclasses.replace(estimate(sdev=4e-16), deviation=0.1)
    assert not doubts(constant, **FINE, seen=None)


@pytest.mark.parametrize(("n", "is_doubted"), [(1, True), (50, False)])
def test_one_point_missed_may_stand_for_more_than_many_that_stand_for_as_much(n, is_doubted):
    # All stand for 0.3 sdev; of one point up to 4.7 times as much is as good a guess.
    plain = estimate(sdev=0.01)
    points = Seen(np.ones(n), np.full(n, math.log(1e6)), np.full(n, math.log(0.003 / n / 1e6)))
    found = doubts(plain, **FINE, seen=points)
    assert any("measurement hit none like them" in text for text in found) is is_doubted
    if is_doubted:
        assert "the integral is off by about 0.003, and by up to 0.014 with 95% confidence" in found[0]
