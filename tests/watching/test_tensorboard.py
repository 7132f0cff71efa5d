"""The run in TensorBoard."""

import math
import subprocess
import sys

import pytest

import iflow
from iflow.history import Iteration
from iflow.watching import tensorboard
from iflow.watching.tensorboard import TensorBoard, scalars

SEARCHED = Iteration(
    "training",
    2_000,
    2_511,
    -1.2,
    0.1,
    3.7,
    0.2,
    beta=0.25,
    loss=0.5,
    proposal="spline grid",
    n_needed=4e4,
    ess=20.0,
)
MEASURED = Iteration(
    "measurement", 9_000, 9_511, 1.1, 0.3, 3.7, 0.4, 1.0, 0.01, proposal="grid", ess=20.0, running_ess=50.0
)


def test_a_row_of_the_search():
    assert scalars(SEARCHED) == {
        "search/estimate": -1.2,
        "search/sdev": 0.1,
        "search/relative_error": pytest.approx(1 / 12),
        "search/ess": 20.0,
        "search/deviation": 3.7,
        "search/seconds": 0.2,
        "search/beta": 0.25,
        "search/loss": 0.5,
        "points_to_target/spline_grid": 4e4,
    }


def test_a_row_of_the_measurement_has_what_all_rounds_say():
    assert scalars(MEASURED) == {
        "measurement/estimate": 1.0,
        "measurement/sdev": 0.01,
        "measurement/relative_error": 0.01,
        "measurement/ess": 50.0,
        "measurement/deviation": 3.7,
        "measurement/seconds": 0.4,
    }


def test_what_is_unknown_is_left_out():
    nothing = Iteration(
        "survey", 100, 100, 0.0, math.inf, math.inf, 0.1, proposal="uniform", n_needed=math.inf
    )
    assert scalars(nothing) == {"search/estimate": 0.0, "search/seconds": 0.1}


class Recorder:
    """Stands for an event file."""

    def __init__(self, folder):
        self.added = []
        self.is_closed = False
        Recorder.latest = self

    def add(self, values, step):
        self.added.append((values, step))

    def close(self):
        self.is_closed = True


def test_every_row_of_a_run_is_written(monkeypatch):
    monkeypatch.setattr(tensorboard, "EventFile", Recorder)
    result = iflow.integrate(
        lambda x: x[:, 0], 1, flow=False, max_neval=5_000, seed=1, tensorboard="anywhere"
    )
    assert Recorder.latest.added == [(scalars(row), row.total_neval) for row in result.history]
    assert Recorder.latest.is_closed


def test_a_folder_that_cannot_be_written_is_refused_before_the_run(tmp_path):
    (tmp_path / "file").write_text("")
    calls = []

    def f(x):
        calls.append(len(x))
        return x[:, 0]

    with pytest.raises(OSError, match="file"):
        iflow.integrate(f, 1, tensorboard=tmp_path / "file" / "runs")
    assert sum(calls) < 20  # the probe alone


def test_a_disk_that_fills_up_ends_the_log_and_not_the_run(monkeypatch):
    class Full(Recorder):
        def add(self, values, step):
            raise OSError("no space left")

        def close(self):
            raise OSError("no space left")

    monkeypatch.setattr(tensorboard, "EventFile", Full)
    log = TensorBoard("runs")
    log.__enter__()
    with pytest.warns(RuntimeWarning, match="'runs' ends here: no space left"):
        log(SEARCHED)
    log(MEASURED)  # warnings are errors: a second one would be seen
    log.__exit__()


def test_it_takes_no_tensorflow(tmp_path):
    script = (
        "import sys, iflow\n"
        f"iflow.integrate(lambda x: x[:, 0], 1, flow=False, seed=1, tensorboard={str(tmp_path)!r})\n"
        "print(*sys.modules)"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"tensorflow", "rich", "google.protobuf"} & set(process.stdout.split())
    assert list(tmp_path.iterdir())
