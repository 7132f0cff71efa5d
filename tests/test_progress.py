"""What the user sees while a run is under way."""

import io

import pytest
from rich.console import Console

import iflow
from iflow.history import Iteration
from iflow.progress import Callback, Display, Reporter, make_reporter

ROWS = {
    "survey": Iteration("survey", 500, 511, 1.1, 0.3, 6.04, 0.1, proposal="uniform"),
    "training": Iteration("training", 2_000, 2_511, 1.2, 0.1, 3.7, 0.2, proposal="flow", beta=0.25),
    "trained": Iteration("training", 2_000, 4_511, 1.2, 0.1, 3.7, 0.2, proposal="grid", n_needed=43_210.0),
    "measurement": Iteration(
        "measurement", 10_000, 14_511, 0.99, 0.01, 1.0, 0.4, 0.9991, 0.0102, proposal="grid"
    ),
}
NOTES = {
    "survey": "uniform: weights vary by 6",
    "training": "flow: weights vary by 3.7, learning |f|^0.25",
    "trained": "grid: weights vary by 3.7, 4e+04 points to the target",
    "measurement": "0.999(10)",
}


@pytest.mark.parametrize(("option", "kind"), [(False, Reporter), (True, Display), (print, Callback)])
def test_the_option_chooses_the_reporter(option, kind):
    assert type(make_reporter(option, 1000)) is kind


@pytest.mark.parametrize("option", [False, [].append])
def test_reporters_are_silent(option, capfd):
    with make_reporter(option, 1000) as reporter:
        reporter.say("measuring")
        reporter(ROWS["survey"])
    assert capfd.readouterr() == ("", "")


def test_a_function_is_given_every_row():
    seen = []
    with make_reporter(seen.append, 1000) as reporter:
        for row in ROWS.values():
            reporter(row)
    assert seen == list(ROWS.values())


@pytest.mark.parametrize("phase", ROWS)
def test_the_display_shows_calls_and_estimate(phase, capfd):
    with Display(20_000) as display:
        display.say("busy now")
        display(ROWS[phase])
        (task,) = display._progress.tasks
        assert (task.description, task.completed, task.total) == ("busy now", ROWS[phase].total_neval, 20_000)
        assert task.fields["note"] == NOTES[phase]
    out, _ = capfd.readouterr()
    assert out == ""  # standard output belongs to the result


def fail_inside(display):
    """Returns the bar of a run that failed under it."""
    try:
        with display:
            bar = display._progress
            assert bar.live.is_started
            raise ArithmeticError
    except ArithmeticError:
        return bar


def test_the_display_goes_away_when_the_run_fails():
    terminal = Console(file=io.StringIO(), force_terminal=True)
    assert not fail_inside(Display(1000, terminal)).live.is_started


def test_the_display_leaves_files_and_pipes_alone(capfd):
    with Display(1000) as display:
        display(ROWS["survey"])
    assert capfd.readouterr() == ("", "")


def test_the_display_may_be_told_things_before_and_after():
    display = Display(1000)
    for _ in range(2):
        display.say("starting")
        display(ROWS["survey"])
        with display:
            pass


def test_a_run_reports_what_its_history_will_say():
    seen = []
    result = iflow.integrate(lambda x: x[:, 0], 1, flow=False, max_neval=5_000, seed=1, progress=seen.append)
    assert tuple(seen) == result.history
    assert {row.phase for row in seen} == {"survey", "measurement"}
