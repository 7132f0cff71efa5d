"""The study's own arithmetic, on runs that are drawn from what it takes to be calibrated."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import iflow
from benchmarks.calibration import plan, replicates
from benchmarks.calibration.sample import pooled, samples_of
from benchmarks.calibration.score import score
from benchmarks.calibration.study import studies
from benchmarks.joint_outcome import JointOutcome
from benchmarks.joint_problem import JointProblem
from benchmarks.problem import problem
from benchmarks.record import Outcome, Run
from iflow.statistics.spread import spread
from iflow.statistics.spread import widening as widening_of_iflow

ROUNDS = (16 * 64, 16 * 64, 5 * 128)  # 21 replicates of 128 points


def cell(mode="frozen", place=0):
    return [each for each in plan.every_cell() if each.mode == mode][place]


def made(where, number, rng, *, scale=1.0, method="iflow", **outcome):
    """Returns a run whose error is that of replicates, but for `scale`."""
    task, exact = where.task(method, number), where.problem.exact
    sizes = np.array(replicates.replicate_sizes(ROUNDS))
    if isinstance(exact, tuple):
        k = len(exact)
        mixing = np.tril(np.ones((k, k))) * np.array(exact)[:, np.newaxis]
        means = exact + rng.normal(size=(len(sizes), k)) @ mixing.T / 100.0
        found = spread(sizes, means)
        covariance = (found.deviations.T @ found.deviations) * scale**2
        joint = JointOutcome(tuple(found.mean), tuple(map(tuple, covariance)), tuple(rng.random(k)))
        good = {"mean": joint.mean[0], "sdev": math.sqrt(covariance[0, 0]), "joint": joint}
    else:
        found = spread(sizes, exact * (1.0 + rng.normal(size=len(sizes)) / 100.0))
        good = {"mean": float(found.mean), "sdev": float(found.sdev) * scale}
    good |= {"reliable": True, "neval": 9_000, "Q": rng.random(), "dof": 2, "rounds": ROUNDS}
    return Run(task, Outcome(**good | outcome), exact, 1.0)


def runs_of(where, n, **rest):
    rng = np.random.default_rng(1)
    return [made(where, number, rng, **rest) for number in range(1, n + 1)]


def test_fifteen_integrands_of_2_to_18_dimensions_and_three_budgets():
    assert len({row.problem for row in plan.ROWS}) == 15
    assert {2, 18} <= {row.problem.dim for row in plan.ROWS}
    assert all(row.problem.build().exact_error == 0.0 for row in plan.ROWS)
    assert len(plan.BUDGETS) == 3
    assert len(plan.JOINT) == 5
    assert len(plan.cells(["frozen", "stopped"], range(1, 16), [1, 2, 3])) == 15 * 3 * 2


def test_no_two_runs_share_a_seed_whatever_the_selection():
    seeds = [each.task("iflow", number).seed for each in plan.every_cell() for number in (1, 2, 300)]
    assert len(set(seeds)) == len(seeds)
    (alone,) = plan.cells(["stopped"], [7], [2])
    assert alone in plan.every_cell()


def test_peers_have_the_runs_that_they_can_have():
    found = plan.tasks(plan.every_cell(), ["iflow", "vegas_frozen", "madnis"], [1], math.inf)
    modes = {name: [t for t in found if t.method == name] for name in ("iflow", "vegas_frozen", "madnis")}
    assert len(modes["iflow"]) == len(plan.every_cell())
    assert len(modes["madnis"]) == 45
    assert len(modes["vegas_frozen"]) == 50
    assert all(task.rtol == 0.0 for task in modes["madnis"] + modes["vegas_frozen"])


def test_what_ends_early_has_as_many_runs_of_each_cell():
    where = plan.every_cell()[:3]
    numbers = [task.seed % plan.MOST_SEEDS for task in plan.tasks(where, ["iflow"], [4, 5], 1.0)]
    assert numbers == [4, 4, 4, 5, 5, 5]


@pytest.mark.parametrize(
    ("rounds", "sizes"),
    [
        ((1024,), [64] * 16),
        ((1024, 1024), [128] * 16),
        ((1024, 1024, 128 * 3), [128] * 19),
        ((1024, 64 + 32), [64] * 17 + [32]),
        ((1024, 7), [64] * 16 + [1, 2, 4]),
        ((1000,), []),
        ((), []),
    ],
)
def test_replicates_follow_from_the_rounds(rounds, sizes):
    assert replicates.replicate_sizes(rounds) == sizes
    if sizes:
        # Of the same shares of points, the spread of replicates has as many degrees of freedom.
        found = spread(np.array(sizes), np.arange(len(sizes)))
        assert replicates.degrees_of_freedom(rounds) == pytest.approx(found.dof)
    else:
        assert replicates.degrees_of_freedom(rounds) == math.inf


@pytest.mark.parametrize("seed", [1, 2])
def test_replicates_are_those_of_a_run(seed):
    f = problem("polynomial", 2).build()
    result = iflow.integrate(
        lambda x: np.stack([f(x), x[:, 0]], axis=1), 2, rtol=2e-3, max_neval=5_000, seed=seed
    )
    rounds = [row.neval for row in result.history if row.phase == "measurement"]
    assert len(replicates.replicate_sizes(rounds)) == len(result._measured.deviations)


@pytest.mark.parametrize("dof", [9.0, 15.0, 23.4])
def test_the_widening_is_that_of_iflow(dof):
    assert replicates.widening(dof) == pytest.approx(widening_of_iflow(dof))


@pytest.mark.parametrize("dof", [15.0, math.inf])
def test_p_values_of_calibrated_pulls_are_uniform(dof):
    rng = np.random.default_rng(1)
    t = rng.normal(size=2000) if math.isinf(dof) else rng.standard_t(dof, size=2000)
    p_values = [replicates.p_of_pull(pull, dof) for pull in t / replicates.widening(dof)]
    assert stats.kstest(p_values, "uniform").pvalue > 1e-4  # its false-alarm rate


def test_the_null_is_that_of_scaled_t():
    null = replicates.null_of([15.0, 15.0])
    pulls = np.random.default_rng(1).standard_t(15, size=200_000) / replicates.widening(15.0)
    # 5 standard errors of each: a false-alarm rate of 2e-6 in all.
    assert np.mean(np.abs(pulls) <= 1) == pytest.approx(null.within[1], abs=5 * 0.00103)
    assert np.mean(np.abs(pulls) <= 2) == pytest.approx(null.within[2], abs=5 * 0.00049)
    assert np.std(pulls) == pytest.approx(null.spread, rel=5 * 0.0018)
    assert null.kurtosis == pytest.approx(6 / 11)
    assert replicates.null_of([math.inf]).spread == 1.0


def test_calibrated_runs_are_inside_of_all_bands():
    runs = [run for mode in plan.MODES for run in runs_of(cell(mode), 300)]
    (study,) = studies(runs, plan.every_cell())
    assert study.n_faults == 0  # its false-alarm rate is 1%
    assert study.n_tests == 3 * 6 + 3 * 6 + 3  # of single integrals, of three at once, of their chi2


@pytest.mark.parametrize("scale", [0.75, 1.33])
@pytest.mark.parametrize("mode", ["frozen", "joint"])
def test_wrong_errors_lie_outside(scale, mode):
    (study,) = studies(runs_of(cell(mode), 300, scale=scale), plan.every_cell())
    assert "width" in study.cells[0].faults
    if mode == "joint":
        assert study.cells[-1].faults


def test_a_bias_lies_outside():
    runs = runs_of(cell(), 300)
    biased = [
        replace(run, outcome=replace(run.outcome, mean=run.outcome.mean + 0.4 * run.outcome.sdev))
        for run in runs
    ]
    (found,) = samples_of("iflow", "frozen", biased)
    assert "mean" in score(found, 1e-4).faults


def test_rounds_that_disagree_lie_outside():
    runs = runs_of(cell(), 300)
    sure = [replace(run, outcome=replace(run.outcome, Q=run.outcome.Q**2)) for run in runs]
    (found,) = samples_of("iflow", "frozen", sure)
    assert score(found, 1e-4).faults == ["Q"]


def test_doubted_and_failed_runs_are_counted_apart():
    where, rng = cell(), np.random.default_rng(1)
    runs = [
        made(where, 1, rng),
        made(where, 2, rng, reliable=False, mean=1e9),
        made(where, 3, rng, stop_reason="failed: no end"),
        made(where, 4, rng, dof=0, Q=1.0, stop_reason="target"),
    ]
    (found,) = samples_of("iflow", "frozen", runs)
    assert (found.n, found.n_reliable, found.n_doubted, found.n_failed, found.n_met) == (4, 2, 1, 1, 1)
    assert len(found.q_values) == 1
    assert len(found.pulls_of_doubted) == 1
    assert found.neval == 3 * 9_000
    both = pooled([found, found], "both")
    assert (both.n, both.n_reliable, both.neval, len(both.dofs)) == (8, 4, 54_000, 4)


def test_a_run_that_failed_and_was_repeated_counts_once():
    where, rng = cell(), np.random.default_rng(1)
    failed, fine = made(where, 1, rng, stop_reason="failed: no end"), made(where, 1, rng)
    groups = plan.by_cell([failed, fine, failed], [where])
    assert groups == {("iflow", where): [fine]}


def test_runs_of_something_else_are_refused():
    run = made(cell(), 1, np.random.default_rng(1))
    with pytest.raises(ValueError, match="one of this study"):
        plan.by_cell([replace(run, task=replace(run.task, max_neval=7))], plan.every_cell())


def test_chi2_knows_the_covariance_and_no_units():
    joint = JointOutcome((1.1, 2e-19), ((0.01, 1e-21), (1e-21, 4e-40)))
    exact = (1.0, 1.9e-19)
    pulls = np.array(joint.pulls(exact))
    np.testing.assert_allclose(pulls, [1.0, 0.5])
    r = 1e-21 / (0.1 * 2e-20)
    expected = (pulls @ pulls - 2 * r * pulls[0] * pulls[1]) / (1 - r * r)
    assert joint.chi2(exact) == pytest.approx(expected)


@pytest.mark.parametrize("covariance", [((1.0, 1.0), (1.0, 1.0)), ((0.0, 0.0), (0.0, 1.0))])
def test_chi2_without_an_inverse_is_infinite(covariance):
    assert JointOutcome((0.0, 1.0), covariance).chi2((1.0, 2.0)) == math.inf


def test_joint_problems_have_members_and_moments():
    joint = JointProblem((problem("camel", 2), problem("annulus", 2)), moments=1)
    x = np.random.default_rng(1).random((5, 2))
    values = joint.build()(x)
    np.testing.assert_array_equal(values[:, 2], x[:, 0] * values[:, 0])
    assert joint.labels == ("camel 2", "annulus 2", "x0 * camel 2")
    assert joint.exact[2] == 0.5 * joint.exact[0]
    assert not JointProblem((problem("camel", 2), problem("nothing", 2))).is_available


@pytest.mark.parametrize("each", [joint for joint in plan.JOINT if joint.moments])
def test_moments_are_taken_of_functions_that_are_symmetric(each):
    f, x = each.members[0].build(), np.random.default_rng(1).random((100, each.dim))
    np.testing.assert_allclose(f(1.0 - x), f(x), rtol=1e-9)


def test_a_failed_run_of_several_integrals_is_one():
    runs = runs_of(cell("joint"), 20)
    runs[3] = replace(runs[3], outcome=Outcome(stop_reason="failed: no end"))
    (study,) = studies(runs, plan.every_cell())
    assert study.n_failed == 1
    assert [each.sample.n_reliable for each in study.cells] == [19] * 4
