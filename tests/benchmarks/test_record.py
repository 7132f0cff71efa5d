import json
import math

import pytest

from benchmarks.joint_outcome import JointOutcome
from benchmarks.joint_problem import JointProblem
from benchmarks.problem import problem
from benchmarks.record import Outcome, Run, Task, dumps, run_from, task_from


@pytest.mark.parametrize("max_seconds", [math.inf, 12.5])
def test_tasks_survive_json(max_seconds):
    task = Task("vegas", problem("peaks", 4, count=3, width=0.1).with_seed(7), 3, 1e-3, 100, max_seconds)
    again = task_from(dumps(task))
    assert again == task
    assert hash(again) == hash(task)
    assert again.problem.build() == task.problem.build()


@pytest.mark.parametrize("sdev", [0.1, math.inf])
def test_runs_survive_json(make_run, sdev):
    run = make_run(sdev=sdev, warnings=("one", "two"))
    assert run_from(dumps(run)) == run


def test_runs_of_several_integrals_survive_json(make_run):
    joint = JointProblem((problem("camel", 2), problem("peaks", 2, count=3)), moments=1)
    covariance = ((math.inf, 0.0, 0.0), (0.0, 1e-300, 0.0), (0.0, 0.0, 1.0))
    found = JointOutcome((1.0, 0.0, -1e-19), covariance, (0.5, 1.0, 0.0))
    outcome = Outcome(mean=1.0, sdev=math.inf, joint=found, Q=0.1, rounds=(16, 32))
    run = Run(Task("iflow", joint, 1, 0.0, 100), outcome, (1.0, 2.0, 0.5), 1.0)
    again = run_from(dumps(run))
    assert again == run
    assert hash(again.task) == hash(run.task)


def test_runs_written_before_there_was_a_q_are_read(make_run):
    data = json.loads(dumps(make_run()))
    for name in ("Q", "dof", "rounds", "joint", "ess"):
        del data["outcome"][name]
    outcome = run_from(json.dumps(data)).outcome
    assert (outcome.Q, outcome.dof, outcome.rounds, outcome.joint) == (1.0, 0, (), None)


def test_json_is_strict(make_run):
    line = dumps(make_run(mean=math.nan, sdev=math.inf))
    assert "NaN" not in line
    assert json.loads(line)["outcome"]["sdev"] == "inf"
    assert math.isnan(run_from(line).outcome.mean)


@pytest.mark.parametrize(
    ("mean", "sdev", "pull", "error"),
    [
        (1.2, 0.1, 2.0, 0.1 / 1.2),
        (0.0, 0.0, -math.inf, math.inf),
        (1.0, 0.0, 0.0, 0.0),
        (math.nan, 0.0, math.inf, math.inf),
        (math.nan, math.nan, math.inf, math.inf),
        (0.5, math.inf, 0.0, math.inf),
    ],
)
def test_a_value_without_an_error_is_no_value(make_run, mean, sdev, pull, error):
    run = make_run(mean=mean, sdev=sdev)
    assert run.pull == pytest.approx(pull)
    assert run.relative_error == pytest.approx(error)


def test_right_needs_a_finite_error(make_run):
    assert make_run(mean=1.3, sdev=0.1).is_right(4)
    assert not make_run(mean=1.5, sdev=0.1).is_right(4)
    assert not make_run(mean=0.5, sdev=math.inf).is_right(4)
    assert not make_run(mean=0.0, sdev=1e-129).is_right(4)


def test_cost_is_added_by_accounting(make_run):
    assert make_run(seconds=2.0, neval=1000).seconds_at(1e-3) == pytest.approx(3.0)
