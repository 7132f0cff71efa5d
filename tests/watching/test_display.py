"""What the user sees while a run is under way."""

import io
import os
import pty
import re
import subprocess
import sys
import time
import types
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from rich.console import Console

import iflow
from iflow.history import Iteration
from iflow.options import Target
from iflow.watching import notebook
from iflow.watching.display import Display
from iflow.watching.scene import Scene

TARGET = Target(rtol=1e-3, max_neval=1_000_000)
ROWS = {
    "survey": Iteration(
        "survey",
        500,
        511,
        1.1,
        0.3,
        6.04,
        0.1,
        proposal="uniform",
        n_needed=float("inf"),
        ess=14.0,
        draw_seconds=2.0,
    ),
    "training": Iteration(
        "training",
        2_000,
        12_511,
        1.2,
        0.1,
        3.7,
        0.2,
        proposal="spline grid",
        beta=0.25,
        n_needed=1_234_567.0,
        ess=140.0,
        draw_seconds=2.0,
    ),
    "measurement": Iteration(
        "measurement",
        10_000,
        22_511,
        0.99,
        0.01,
        1.0,
        9.0,
        0.9991,
        0.0102,
        proposal="mixture",
        running_ess=8_123.0,
        draw_seconds=8.0,
    ),
}
NOTES = {
    "survey": "1.10(30)  error 0.27 (target 0.001)  ess 14  uniform",
    "training": "1.20(10)  error 0.083 (target 0.001)  beta 0.25  ess 140  spline grid, needs 1.23M",
    "measurement": "0.999(10)  error 0.01 (target 0.001)  ess 8.12k  mixture",
}
PROGRAM = """
import sys, time
import numpy as np
import iflow

def f(x):
    time.sleep(5e-5 * len(x))
    return np.exp(-20 * np.square(x - 0.4).sum(axis=1))

def callback(row):
    print(row.phase)

result = iflow.integrate(f, 3, rtol=1e-3, seed=1, flow=False, progress=True, callback=callback)
print(result)
"""


def lines(scene, seconds, width):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(scene.render(seconds, width))
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", console.file.getvalue()).splitlines()


@pytest.mark.parametrize("phase", ROWS)
def test_the_second_line_is_what_the_latest_row_said(phase):
    scene = Scene(TARGET)
    scene.row = ROWS[phase]
    assert scene.note() == NOTES[phase]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("phase", ROWS)
def test_all_of_it_fits(phase, width):
    scene = Scene(TARGET)
    scene.doing = "starting TensorFlow"
    scene.row = ROWS[phase]
    scene.outlook.take(ROWS[phase])
    first, second = lines(scene, 12_345.0, width)
    assert max(len(first), len(second)) <= width
    assert "…" not in first
    assert "…" not in second or width < 82
    assert first.startswith("starting TensorFlow  ")
    assert re.search(r"[\d.]+k? of 1M calls  3:25:45  left ", first)


def test_time_left_is_a_bound_before_the_measurement_and_a_question_mark_while_unknown():
    scene = Scene(TARGET)
    scene.row = ROWS["survey"]
    scene.outlook.take(scene.row)
    assert scene.left(0.1) == "?"
    scene.row = ROWS["training"]
    scene.outlook.take(scene.row)
    assert scene.left(0.2) == "< 16 min"
    scene.row = ROWS["measurement"]
    scene.outlook.take(scene.row)
    assert scene.left(9.0) == "13 min"


@pytest.mark.parametrize(
    ("counted", "told"),
    [((0, 0), ""), ((1, 1), "  1 of 1 worker busy"), ((3, 1_000), "  3 of 1000 workers busy")],
)
def test_who_computes_ends_the_second_line(counted, told):
    scene = Scene(TARGET)
    scene.headcount = lambda: counted
    assert scene.note() == "drawing the first points" + told
    scene.row = ROWS["survey"]
    assert scene.note() == NOTES["survey"] + told


def test_the_latest_mishap_has_a_line_of_its_own():
    scene = Scene(TARGET)
    scene.row = ROWS["survey"]
    assert len(lines(scene, 9.0, 80)) == 2
    scene.mishap("a chunk of points failed once", 4.0)
    scene.mishap("workers died twice: " + "nothing was lost with them " * 5, 3_725.0)
    *_, last = lines(scene, 4_000.0, 80)
    assert last.startswith("  at 1:02:05 workers died twice: nothing was lost")
    assert last.endswith("…")
    assert len(last) == 80


def test_workers_and_their_mishaps_are_seen(monkeypatch):
    """An f that fails once on a worker, watched on a terminal."""
    terminal = Console(file=io.StringIO(), width=120, force_terminal=True, color_system=None)
    seen, fails = [], iter([True])

    def f(x):
        if len(x) > 50 and next(fails, False):
            raise OSError("for once")
        if display._scene.headcount is not None:  # f is tried before there is anyone to watch
            seen.append(display._scene.headcount())
        return np.exp(x[:, 0])

    display = Display(TARGET, terminal)
    monkeypatch.setattr("iflow.integrator.make_reporter", lambda *_: display)
    with ThreadPoolExecutor(2) as pool:
        iflow.integrate(f, 1, rtol=1e-2, flow=False, seed=1, cost=1e-3, executor=pool)
    assert {(1, 2), (2, 2)} & {*seen}
    assert re.search(r"  at 0:0\d chunks of points failed once", "\n".join(lines(display._scene, 9.0, 120)))


def test_an_integral_of_0_is_shown_too():
    scene = Scene(TARGET)
    scene.row = Iteration("survey", 5, 9, 0.0, float("inf"), float("inf"), 0.1, proposal="uniform", ess=0.0)
    assert scene.note() == "0 +- inf  ess 0  uniform"


def run_in_terminal(script, stdout=None, **environment):
    """Returns what a program writes to a terminal of 80 columns, and to a file as its standard output."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80", **environment}
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=slave, stdout=stdout or slave, stderr=slave, env=environment
    )
    os.close(slave)
    read = b""
    while True:
        try:
            piece = os.read(master, 65_536)
        except OSError:  # how a terminal says that nobody writes any more
            break
        if not piece:
            break
        read += piece
    os.close(master)
    assert process.wait(60) == 0, read.decode()
    return read.decode()


def test_a_terminal_sees_it_and_is_left_clean(tmp_path):
    with open(tmp_path / "out", "w+") as out:
        seen = run_in_terminal(PROGRAM, out)
        out.seek(0)
        printed = out.read().split()
    assert "of 1M calls" in seen
    assert "measuring" in seen
    assert seen.rstrip().endswith(("\x1b[2K", "\x1b[?25h"))  # erased; the cursor is back
    # What goes to a file stays out of the way of the display, and complete.
    assert printed[0] == "survey"
    assert printed[-2] == "measurement"


def test_a_terminal_that_can_nothing_is_spared():
    assert "calls" not in run_in_terminal(PROGRAM, TERM="dumb")


@pytest.mark.parametrize("force", ["", "1"])
def test_not_a_byte_where_there_is_no_terminal(force):
    script = PROGRAM.replace("print(", "str(")
    environment = {**os.environ, "FORCE_COLOR": force} if force else None
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment)
    assert (process.stdout, process.stderr) == (b"", b"")


@pytest.mark.parametrize("stream", ["closed", None])
def test_no_standard_error_at_all(stream, monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed if stream else None)
    result = iflow.integrate(lambda x: x[:, 0], 1, flow=False, seed=1, progress=True)
    monkeypatch.undo()
    assert result.converged


class Breaking(io.StringIO):
    """A terminal that is gone after a while."""

    def __init__(self, writes, error):
        super().__init__()
        self.left, self.error = writes, error

    def isatty(self):
        return True

    def write(self, text):
        self.left -= 1
        if self.left < 0:
            raise self.error
        return super().write(text)


@pytest.mark.parametrize("writes", [0, 1, 3])
@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError(5, "gone"), ValueError("closed file")], ids=repr
)
def test_a_terminal_that_breaks_leaves_the_run_alone(writes, error, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Breaking(writes, error))
    result = iflow.integrate(lambda x: x[:, 0], 1, flow=False, seed=1, progress=True)
    monkeypatch.undo()
    assert result.converged


def test_an_error_of_the_display_itself_leaves_the_run_alone(monkeypatch):
    def fail(*arguments):
        raise ArithmeticError

    terminal = Console(file=io.StringIO(), force_terminal=True)
    display = Display(TARGET, terminal)
    with display:
        monkeypatch.setattr(display._scene.outlook, "take", fail)
        monkeypatch.setattr(display._scene, "render", fail)
        display(ROWS["survey"])
        display(ROWS["training"])
        display.say("on")
        display._screen._live.refresh()  # what the thread does


def fail_inside(display):
    """Returns the lines of a run that failed under them."""
    try:
        with display:
            live = display._screen._live
            assert live.is_started
            raise ArithmeticError
    except ArithmeticError:
        return live


def test_it_goes_away_when_the_run_fails():
    terminal = Console(file=io.StringIO(), force_terminal=True)
    assert not fail_inside(Display(TARGET, terminal)).is_started


def test_it_may_be_told_things_before_and_after():
    display = Display(TARGET)
    for _ in range(2):
        display.say("starting")
        display(ROWS["survey"])
        with display:
            pass


class Cell:
    """Stands for the output below a notebook's cell."""

    def __init__(self):
        self.shown = []

    def display(self, bundle, *, raw, display_id):
        assert raw
        assert display_id
        self.shown.append(bundle["text/plain"])
        return self

    def update(self, bundle, *, raw):
        assert raw
        self.shown.append(bundle["text/plain"])


def slow(x):
    time.sleep(1e-4 * len(x))
    return np.exp(3.0 * x[:, 0])


@pytest.fixture
def cell(monkeypatch):
    """As in the kernel of a notebook."""
    cell = Cell()
    shell = type("ZMQInteractiveShell", (), {})()
    display = types.SimpleNamespace(display=cell.display)
    monkeypatch.setitem(
        sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell, display=display)
    )
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr(notebook, "_PAUSE", 0.01)
    return cell


def test_a_notebook_has_one_output_that_is_replaced_and_empty_at_the_end(cell, capfd):
    iflow.integrate(slow, 1, rtol=1e-2, flow=False, seed=1, progress=True)
    assert cell.shown[0].startswith("survey ")
    assert "drawing the first points" in cell.shown[0]
    assert any(text.startswith("measuring ") for text in cell.shown)
    assert all(text.count("calls") == 1 for text in cell.shown[:-1])
    assert cell.shown[-1] == ""
    assert not any("\x1b" in text for text in cell.shown)
    assert capfd.readouterr() == ("", "")


def test_other_shells_are_no_notebooks(monkeypatch):
    shell = type("TerminalInteractiveShell", (), {})()
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert not notebook.is_notebook()
    monkeypatch.delitem(sys.modules, "IPython")
    assert not notebook.is_notebook()
