"""The rows and the clock of a run."""

import math

import numpy as np
import pytest

from iflow import logbook as module
from iflow.history import Iteration
from iflow.logbook import Logbook
from iflow.statistics.estimate import Estimate
from iflow.watching import Reporter


class Recorder(Reporter):
    """Notes everything it is told."""

    def __init__(self):
        self.told = []

    def __enter__(self):
        self.told.append("begin")
        return self

    def __exit__(self, *error):
        self.told.append(error[0])

    def __call__(self, row):
        self.told.append(row)

    def say(self, text):
        self.told.append(text)

    note = finish = say

    def begin(self, phase, proposal, n, neval, seconds):
        self.told.append((phase, proposal, n, neval, seconds))

    def advance(self, neval, seconds):
        self.told.append((neval, seconds))


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes only when it is told to."""
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def estimate(mean=-2.0):
    return Estimate(100, 90, mean, 0.1, 50.0, 0.1, 0.1, 1.0)


def test_a_row_says_what_its_batch_said(clock):
    logbook = Logbook(Reporter())
    with logbook:
        clock[0] += 0.75
        logbook.begin("training", 100, 600, proposal="grid")
        clock[0] += 0.75
        logbook.write("training", estimate(), 700, proposal="grid", n_needed=5e4, beta=0.5)
    (row,) = logbook.rows
    expected = {"phase": "training", "neval": 100, "total_neval": 700, "mean": -2.0, "sdev": 0.1}
    expected |= {"deviation": 0.5, "seconds": 1.5, "proposal": "grid", "n_needed": 5e4, "beta": 0.5}
    expected |= {"ess": 50.0, "max_weight_share": 0.1, "draw_seconds": 0.75, "log_unit": 0.0}
    for name in Iteration.__dataclass_fields__:
        np.testing.assert_equal(getattr(row, name), expected.get(name, math.nan))


def test_time_for_something_else_is_left_out_of_a_row(clock):
    logbook = Logbook(Reporter())
    with logbook:
        logbook.begin("training", 100, 600, proposal="flow")
        clock[0] += 5.0
        logbook.leave_out(4.5)
        logbook.write("training", estimate(), 700, proposal="flow")
        logbook.leave_out(1.0)
        logbook.begin("training", 100, 700, proposal="flow")
        clock[0] += 0.25
        logbook.write("training", estimate(), 800, proposal="flow")
    assert [(row.seconds, row.draw_seconds) for row in logbook.rows] == [(5.0, 0.5), (5.25, 0.25)]


def test_the_deviation_of_an_integral_of_0_is_infinite():
    logbook = Logbook(Reporter())
    logbook.write("survey", estimate(mean=0.0), 100, proposal="uniform")
    assert logbook.rows[0].deviation == math.inf


def test_pauses_between_the_steps_of_a_run_do_not_count(clock):
    logbook, found = Logbook(Reporter()), [0.0]
    for _ in range(2):
        with logbook:
            clock[0] += 2.0
            found.append(logbook.seconds)
        clock[0] += 50.0
        found.append(logbook.seconds)
    assert found == [0.0, 2.0, 2.0, 4.0, 4.0]


def test_the_reporter_is_told_of_everything(clock):
    recorder = Recorder()
    logbook = Logbook(recorder)
    with logbook:
        logbook.say("measuring")
        logbook.note("because it pays")
        logbook.begin("survey", 100, 11, proposal="uniform")
        clock[0] += 2.0
        logbook.advance(61)
        logbook.write("survey", estimate(), 111, proposal="uniform")
    logbook.finish("the result")
    with pytest.raises(ArithmeticError), logbook:
        raise ArithmeticError
    begun = ["begin", "measuring", "because it pays", ("survey", "uniform", 100, 11, 0.0), (61, 2.0)]
    ended = [logbook.rows[0], None, "the result", "begin", ArithmeticError]
    assert recorder.told == begun + ended


def test_the_clock_stops_where_a_run_fails(clock):
    def fail():
        clock[0] += 3.0
        raise ArithmeticError

    logbook = Logbook(Reporter())
    with pytest.raises(ArithmeticError), logbook:
        fail()
    clock[0] += 50.0
    assert logbook.seconds == 3.0


def test_rows_are_equal_whatever_the_time_they_took():
    first, second = (Iteration("survey", 1, 1, 0.5, 0.1, 1.0, seconds) for seconds in (0.1, 0.2))
    other = Iteration("survey", 1, 1, 0.6, 0.1, 1.0, 0.1)
    assert first == second != other
