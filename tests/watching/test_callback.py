"""A function of the user's that is called as the run goes."""

import numpy as np
import pytest

import iflow
from iflow.watching import Callback, Stopped

EASY = {"flow": False, "max_neval": 5_000, "seed": 1, "rtol": 0.0}


def f(x):
    return np.exp(x[:, 0])


@pytest.mark.parametrize("option", ["callback", "progress"])
def test_it_is_given_what_the_history_will_say(option):
    seen = []
    result = iflow.integrate(f, 1, **EASY, **{option: seen.append})
    assert tuple(seen) == result.history
    assert {row.phase for row in seen} == {"survey", "training", "measurement"}
    assert all(0 < row.ess <= row.neval and 0 < row.max_weight_share <= 1 for row in seen)
    assert all(row.draw_seconds > 0 for row in seen)
    assert seen[-1].running_ess == result.ess


def test_both_functions_are_called():
    first, second = [], []
    iflow.integrate(f, 1, **EASY, progress=first.append, callback=second.append)
    assert first == second != []


def test_it_changes_nothing_and_its_values_are_ignored():
    assert iflow.integrate(f, 1, **EASY, callback=lambda row: True) == iflow.integrate(f, 1, **EASY)


class StopAt:
    """Stops the run once, in a phase."""

    def __init__(self, phase):
        self.phase = phase

    def __call__(self, row):
        if row.phase == self.phase:
            self.phase = None
            raise StopIteration


@pytest.mark.parametrize(
    ("phase", "measured"), [("survey", False), ("training", False), ("measurement", True)]
)
def test_it_may_stop_the_run_which_can_go_on(phase, measured):
    integrator = iflow.Integrator(f, 1, **EASY, callback=StopAt(phase))
    stopped = integrator.integrate()
    assert stopped.stop_reason == "callback"
    assert (stopped.neval_measured > 0) == measured
    assert stopped.history[-1].phase == phase
    assert integrator.integrate() == iflow.integrate(f, 1, **EASY)


def test_it_may_stop_the_training_which_can_go_on():
    integrator = iflow.Integrator(f, 1, **EASY, callback=StopAt("survey"))
    integrator.train()
    assert [row.phase for row in integrator.result.history] == ["survey"]
    assert integrator.integrate() == iflow.integrate(f, 1, **EASY)


def test_nothing_is_sampled_from_a_proposal_that_is_not_there():
    integrator = iflow.Integrator(f, 1, **EASY, callback=StopAt("survey"))
    with pytest.raises(RuntimeError, match="the callback stopped the training: call train"):
        integrator.sample(10)
    assert integrator.sample(10) is not None  # trains on, then samples


def test_what_it_raises_is_told_apart_and_nothing_is_lost():
    def fail(row):
        if row.phase == "measurement" and fail.is_armed:
            fail.is_armed = False
            raise KeyError("mine")

    fail.is_armed = True
    integrator = iflow.Integrator(f, 1, **EASY, callback=fail)
    with pytest.raises(KeyError, match="mine") as raised:
        integrator.integrate()
    assert "raised by the callback, given the measurement row that ends at" in raised.value.__notes__[0]
    assert integrator.result.neval_measured > 0
    assert integrator.integrate() == iflow.integrate(f, 1, **EASY)


def test_stopping_is_no_error_of_the_function():
    def stop(row):
        raise StopIteration

    row = iflow.integrate(f, 1, **EASY).history[0]
    with pytest.raises(Stopped) as stopped:
        Callback(stop)(row)
    assert not hasattr(stopped.value, "__notes__")
