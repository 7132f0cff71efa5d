"""Points of a recorded run: those drawn last, thinned at random."""

from types import SimpleNamespace

import numpy as np
import pytest

from iflow.batch import Batch
from iflow.run_view import latest_points


def batch(x):
    x = np.asarray(x, float)[:, None]
    return Batch(x, x, np.ones(len(x)), np.zeros(len(x)), np.zeros(len(x)))


class Recorded:
    """A run of these batches."""

    names = ("energy",)

    def __init__(self, *batches):
        self._batches = batches

    def batches(self):
        for phase, proposal, points in self._batches:
            yield SimpleNamespace(phase=phase, proposal=proposal, batch=points)


def test_only_the_measurement_counts_once_it_has_begun():
    view = Recorded(
        ("survey", "uniform", batch([0.1, 0.2])),
        ("training", "flow", batch([0.3])),
        ("measurement", "flow", batch([0.4, 0.5])),
        ("measurement", "flow", batch([0.6])),
    )
    cloud = latest_points(view, 100)
    np.testing.assert_array_equal(cloud.x[:, 0], [0.4, 0.5, 0.6])
    assert cloud.labels == ("energy",)
    assert cloud.u is None


def test_before_it_the_last_proposal_counts():
    view = Recorded(("training", "grid", batch([0.1])), ("training", "flow", batch([0.3, 0.7])))
    np.testing.assert_array_equal(latest_points(view, 100).x[:, 0], [0.3, 0.7])


def test_without_batches_there_are_no_points():
    assert latest_points(Recorded(), 100) is None


def test_of_more_points_a_random_choice_from_all_batches():
    """Each of 50 batches gives 20 of 1,000 in the mean; 6 sigma of a binomial, all batches: 1e-7."""
    pieces = [("measurement", "flow", batch(np.arange(k, k + 1, 0.005))) for k in range(50)]
    x = latest_points(Recorded(*pieces), 1_000).x[:, 0]
    assert len(x) == 1_000
    assert len(np.unique(x)) == 1_000
    shares = np.bincount(x.astype(int), minlength=50)
    assert shares.min() > 0
    assert shares.max() < 20 + 6 * np.sqrt(20)
    # Neither do the halves of a net, every second point of it.
    assert (np.round(x / 0.005).astype(int) % 2).mean() == pytest.approx(0.5, abs=0.1)
