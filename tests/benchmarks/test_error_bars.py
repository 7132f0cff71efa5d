"""Real runs: are the errors that iflow quotes what they claim to be? The study, in seconds.

Altogether 19 numbers are tested at rates that add up to less than 1e-3, the probability with which errors
that are right fail here, whatever the dependence between them (Bonferroni). Seeds are fixed, so that what
passes once passes always; another machine, another version may draw other numbers. The scale of the errors
has the largest share of that rate: it is known to 4% for single integrals, and must be right to 14%.
"""

import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.bands import coverage, mean, p_uniformity
from benchmarks.calibration.replicates import null_of
from benchmarks.calibration.sample import pooled, samples_of
from benchmarks.joint_problem import JointProblem
from benchmarks.problem import problem
from benchmarks.record import Task
from benchmarks.worker import run

SCALE_RATE, RATE = 2e-4, 2e-5
# Problem, calls, target and runs: by uniform points, cells, a grid and a mixture.
FROZEN = (
    (problem("genz_oscillatory", 2), 1_000, 0.0, 120),
    (problem("triangle", 2), 4_000, 0.0, 30),
    (problem("polynomial", 3), 2_000, 0.0, 30),
)
STOPPED = (
    (problem("camel", 2), 4_000, 1e-2, 100),
    (problem("polynomial", 3), 4_000, 1e-2, 80),
)
JOINT = (
    (JointProblem((problem("polynomial", 3), problem("genz_oscillatory", 3)), moments=1), 1_000, 0.0, 110),
)


def runs_of(problem, max_neval, rtol, n):
    return [run(Task("iflow", problem, seed, rtol, max_neval, minimize="time")) for seed in range(1, n + 1)]


def samples(rows, mode):
    """Returns all runs as one sample; of several integrals the three of them, and their chi2."""
    found = list(zip(*(samples_of("iflow", mode, runs_of(*row)) for row in rows), strict=True))
    return [pooled(same, "all") for same in found]


@pytest.fixture(scope="module", params=[(FROZEN, "frozen"), (STOPPED, "stopped")], ids=["frozen", "stopped"])
def single(request):
    (sample,) = samples(*request.param)
    return sample


@pytest.fixture(scope="module")
def joint():
    return samples(JOINT, "joint")


def assert_scale_is_right(p_values, k):
    """Fails when errors are too small or too large as a whole.

    The chi2 of k degrees of freedom that has the probability p adds up, over n calibrated runs, to one of
    k n degrees of freedom, exactly: its square root over k n is what pulls are too wide by.
    """
    total, dof = stats.chi2.isf(p_values, k).sum(), k * len(p_values)
    low, high = stats.chi2.ppf(SCALE_RATE / 2, dof), stats.chi2.isf(SCALE_RATE / 2, dof)
    scale = math.sqrt(total / dof)
    assert low <= total <= high, f"pulls are {scale:.2f} times as wide as they should be"


def test_nothing_is_doubted(single, joint):
    assert all(sample.n_doubted + sample.n_failed <= 0.03 * sample.n for sample in [single, *joint])


def test_scale(single):
    assert_scale_is_right(single.p_values, 1)


def test_scale_of_several_integrals(joint):
    assert_scale_is_right(joint[-1].p_values, 3)


def test_mean(single):
    assert mean(np.array(single.pulls), RATE).is_inside


def test_means_of_several_integrals(joint):
    assert all(mean(np.array(sample.pulls), RATE).is_inside for sample in joint[:-1])


@pytest.mark.parametrize("k", [1, 2])
def test_coverage(single, k):
    nominal, within = math.erf(k / math.sqrt(2)), null_of(single.dofs).within[k]
    count = int(np.sum(np.abs(single.pulls) <= k))
    assert coverage(count, len(single.pulls), (nominal, within), RATE).is_inside


def test_p_values_are_uniform(single, joint):
    assert all(p_uniformity(sample.p_values, RATE).is_inside for sample in [single, *joint])


def test_rounds_agree_as_often_as_they_should(single):
    # Runs that stop early seldom have two rounds.
    assert single.mode == "stopped" or len(single.q_values) >= 25
    assert len(single.q_values) < 5 or p_uniformity(single.q_values, RATE).is_inside
