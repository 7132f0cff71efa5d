import math
from types import SimpleNamespace

import numpy as np
import pytest

import iflow
from benchmarks import methods
from benchmarks.joint_problem import JointProblem
from benchmarks.methods.account import Account
from benchmarks.problem import problem
from benchmarks.record import Task

CAMEL = problem("camel", 2)
ROWS = [SimpleNamespace(phase="training", neval=2)]
ROWS += [SimpleNamespace(phase="measurement", neval=n) for n in (3, 2)]


def task(method="vegas", *, rtol=1e-2, max_neval=100_000, **rest):
    return Task(method, rest.pop("problem", CAMEL), 1, rtol, max_neval, **rest)


def test_vegas_reaches_its_target_and_repeats():
    f, vegas = CAMEL.build(), methods.load("vegas")
    outcome = vegas.run(f, task())
    assert outcome.stop_reason == "target"
    assert outcome.sdev <= 1e-2 * outcome.mean
    assert abs(outcome.mean - f.exact) < 5 * outcome.sdev  # false alarm: 6e-7
    assert outcome.neval_measured < outcome.neval <= 100_000
    assert vegas.run(f, task()) == outcome


@pytest.mark.parametrize("max_neval", [20_000, 150_000])
def test_vegas_spends_what_it_is_given_and_no_more(max_neval):
    outcome = methods.load("vegas").run(CAMEL.build(), task(rtol=0.0, max_neval=max_neval))
    assert outcome.stop_reason == "max_neval"
    assert 0.9 * max_neval < outcome.neval <= max_neval


def test_vegas_goes_on_adapting_where_it_pays():
    # With the first map alone the target takes 8,000,000 calls.
    hard = problem("gaussian", 8)
    outcome = methods.load("vegas").run(hard.build(), task(problem=hard, rtol=2e-4, max_neval=2_000_000))
    assert outcome.stop_reason == "target"


def test_vegas_that_sees_nothing_has_not_met_its_target():
    nothing = problem("top_hat", 4, volume=1e-12)
    outcome = methods.load("vegas").run(nothing.build(), task(problem=nothing, max_neval=20_000))
    assert (outcome.mean, outcome.stop_reason) == (0.0, "max_neval")


def test_vegas_stops_at_its_time_limit():
    outcome = methods.load("vegas").run(CAMEL.build(), task(rtol=0.0, max_neval=10**9, max_seconds=0.0))
    assert outcome.stop_reason == "max_seconds"


def test_iflow_is_called_as_the_task_says(monkeypatch):
    seen = {}

    def integrate(f, dim, **options):
        seen.update(options, dim=dim)
        fields = {"mean": 1.0, "sdev": 0.1, "neval": 7, "neval_measured": 5, "reliable": False}
        fields |= {"Q": 0.3, "dof": 1, "history": ROWS}
        return SimpleNamespace(**fields, proposal="grid", stop_reason="target", warnings=("a",), ess=9.0)

    monkeypatch.setattr(iflow, "integrate", integrate)
    outcome = methods.load("iflow").run(
        CAMEL.build(), task("iflow", cost=1e-3, flow="never", minimize="time")
    )
    assert seen == {
        "dim": 2,
        "rtol": 1e-2,
        "max_neval": 100_000,
        "max_seconds": math.inf,
        "seed": 1,
        "minimize": "time",
        "cost": 1e-3,
        "flow": False,
    }
    assert (outcome.neval, outcome.proposal, outcome.reliable) == (7, "grid", False)
    assert (outcome.Q, outcome.dof, outcome.rounds) == (0.3, 1, (3, 2))


def test_iflow_tells_all_of_several_integrals():
    joint = JointProblem((problem("polynomial", 2), problem("triangle", 2)), moments=1)
    found = methods.load("iflow").run(joint.build(), task("iflow", problem=joint, max_neval=2_000))
    assert len(found.joint.mean) == len(found.joint.Q) == len(joint.labels)
    assert (found.mean, found.sdev) == (found.joint.mean[0], math.sqrt(found.joint.covariance[0][0]))
    assert max(map(abs, found.joint.pulls(joint.exact))) < 6  # t of 15 degrees: false alarm below 1e-4
    assert sum(found.rounds) == found.neval_measured


@pytest.mark.parametrize("each", [CAMEL, JointProblem((CAMEL, problem("annulus", 2)))])
def test_frozen_vegas_tells_its_own_average_and_q(each):
    vegas = methods.load("vegas_frozen")
    found = vegas.run(each.build(), task("vegas_frozen", problem=each, max_neval=20_000))
    assert 0.8 * 20_000 < found.neval <= 20_000
    assert found.neval_measured == pytest.approx(found.neval / 2, rel=0.05)
    assert abs(found.mean - CAMEL.exact) < 5 * found.sdev  # false alarm: 6e-7
    assert 0.0 < found.Q < 1.0
    assert found.dof == 9 * (1 if found.joint is None else len(found.joint.mean))
    assert vegas.run(each.build(), task("vegas_frozen", problem=each, max_neval=20_000)) == found


def test_rounds_are_weighted_by_their_calls():
    account = Account(CAMEL.build(), task())
    account.add(1.0, 0.1, 100)
    account.add(2.0, 0.2, 300)
    assert account.mean == pytest.approx(1.75)
    assert account.sdev == pytest.approx(math.hypot(10.0, 60.0) / 400)
    assert account.needed == pytest.approx(400 * (account.sdev / 0.0175) ** 2)
    account.forget()
    assert math.isnan(account.mean)
    assert account.missing == account.left == 100_000


def test_calls_are_counted_and_stray_points_put_back():
    f = CAMEL.build()
    account = Account(f, task())
    np.testing.assert_array_equal(account.f(np.array([[1 + 1e-7, 0.5]])), f([[1.0, 0.5]]))
    assert (account.neval, account.left) == (1, 99_999)


def test_a_package_that_is_missing_has_no_version(monkeypatch):
    monkeypatch.setitem(
        methods.METHODS, "nobody", methods.Method("benchmarks.methods.nobody", "no-such-package")
    )
    assert methods.version("nobody") is None
    assert methods.version("iflow") == iflow.__version__
