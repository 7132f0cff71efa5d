"""The polish goes on while it is expected to pay."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from iflow.engine.costs import Currency
from iflow.engine.polishing import polish
from iflow.engine.replay import Sample


class FakeLearner:
    """Takes so much off the variance in every cycle."""

    def __init__(self, ratio):
        self.ratio, self.steps = ratio, []

    def polish(self, sample, steps):
        self.steps.append(steps)
        return self.ratio


def steps_taken(*, ratio=0.5, price=math.inf, n=10**6, seconds_per_step=1e-3, is_out_of_time=lambda: False):
    learner = FakeLearner(ratio)
    flow = SimpleNamespace(learner=learner, batch=1_000, seconds_per_step=seconds_per_step)
    sample = Sample(np.zeros((n, 1)), np.zeros(n), np.zeros(n), np.ones(n))
    polish(flow, sample, price, currency=Currency("time", 1e-6), is_out_of_time=is_out_of_time)
    return learner.steps


def test_cycles_double_up_to_a_limit_and_see_each_point_60_times():
    steps = steps_taken()
    assert steps[:6] == [500, 1_000, 2_000, 4_000, 4_000, 4_000]
    assert sum(steps) == 60_000
    assert steps_taken(n=1_000) == [60]


@pytest.mark.parametrize(
    ("price", "cycles"),
    # The first is taken to save half of the price: 0.5 s of work. The second takes 1 s, and a fifth less
    # is saved of a price that is down to four fifths.
    [(0.9, []), (1.1, [500]), (6.2, [500]), (6.3, [500, 1_000])],
)
def test_a_cycle_must_save_more_than_it_costs(price, cycles):
    assert steps_taken(ratio=0.8, price=price)[:2] == cycles


def test_ends_where_little_is_gained_or_time_is_out():
    assert steps_taken(ratio=0.98) == [500]
    assert len(steps_taken(ratio=0.96)) > 1
    assert steps_taken(is_out_of_time=lambda: True) == []
