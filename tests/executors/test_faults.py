"""Real workers that die, hang and return rubbish; the numbers are those of a run without."""

import functools
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import iflow
from benchmarks import faulty
from iflow.executors import foreman
from iflow.executors.pools import kill

ROOT = Path(__file__).parents[2]
OPTIONS = {"rtol": 0.0, "max_neval": 6_000, "seed": 3, "flow": False, "cost": 1e-6}
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["iflow", "benchmarks.faulty"])  # so that a pool starts at once
spawned = functools.partial(ProcessPoolExecutor, 2, mp_context=_context)


class Borrowed:
    """An executor of which no more is known than how to submit to it: it cannot be made again."""

    def __init__(self):
        self._pool = spawned()
        self.submit = self._pool.submit

    def __enter__(self):
        return self

    def __exit__(self, *error):
        kill(self._pool)


@pytest.fixture(scope="module")
def expected():
    return iflow.integrate(faulty.gaussian, 3, **OPTIONS)


@pytest.fixture(scope="module")
def pool():
    with spawned() as executor:
        executor.submit(int).result()
        yield executor


def assert_same(result, expected):
    """The same, as what is said of faults is not compared."""
    assert result == expected


def test_a_pool_of_its_own_survives_deaths(tmp_path, expected):
    f = faulty.Faulty("kill", tmp_path, most=2)
    result = iflow.integrate(f, 3, **OPTIONS, workers=2)
    assert_same(result, expected)
    assert f.n_faults == 2
    (remark,) = set(result.circumstances) - set(expected.circumstances)
    assert remark.startswith("workers died")  # both at once, or one after the other
    assert result.reliable == expected.reliable


def test_a_function_that_makes_pools_is_called_again(tmp_path, expected):
    f = faulty.Faulty("exit", tmp_path, most=1)
    assert_same(iflow.integrate(f, 3, **OPTIONS, executor=spawned), expected)
    assert f.n_faults == 1


def test_a_pool_that_breaks_is_replaced_by_one_of_the_same_make(tmp_path, expected):
    f = faulty.Faulty("kill", tmp_path)
    with spawned() as pool:
        assert_same(iflow.integrate(f, 3, **OPTIONS, executor=pool), expected)
    assert f.n_faults == 1


def test_workers_that_are_lost_leave_what_can_be_resumed(tmp_path, expected):
    f = faulty.Faulty("kill", tmp_path)
    folder = tmp_path / "run"
    with Borrowed() as lost, pytest.raises(iflow.LostWorkersError, match="Borrowed is broken"):
        iflow.integrate(f, 3, **OPTIONS, executor=lost, workers=2, checkpoint=folder)
    with spawned() as pool:
        assert_same(iflow.resume(folder, f, executor=pool), expected)


def test_without_a_checkpoint_a_file_goes_on_elsewhere(tmp_path, expected):
    f = faulty.Faulty("kill", tmp_path)
    with Borrowed() as lost:
        integrator = iflow.Integrator(f, 3, **OPTIONS, executor=lost, workers=2)
        with pytest.raises(iflow.LostWorkersError, match=r"Integrator\.load"):
            integrator.integrate()
    integrator.save(tmp_path / "file")
    again = iflow.Integrator.load(tmp_path / "file", f, executor=ThreadPoolExecutor(2))
    assert_same(again.integrate(), expected)


@pytest.mark.parametrize("rubbish", ["wrong shape", "nan", "a string", None, "sys.exit"])
def test_rubbish_is_tried_again(tmp_path, expected, pool, rubbish):
    f = faulty.Faulty(rubbish, tmp_path, most=2)
    result = iflow.integrate(f, 3, **OPTIONS, executor=pool)
    assert_same(result, expected)
    assert f.n_faults == 2
    assert any("chunks of points failed twice" in remark for remark in result.circumstances)


@pytest.mark.parametrize(
    ("rubbish", "error", "text"),
    [
        ("nan", ValueError, "finite"),
        ("wrong shape", ValueError, "one value a point"),
        (None, TypeError, "None"),
        ("sys.exit", RuntimeError, "SystemExit"),
    ],
)
def test_rubbish_always_is_an_error_that_names_the_point_and_the_run_goes_on(
    tmp_path, expected, pool, rubbish, error, text
):
    f = faulty.Faulty(rubbish, tmp_path)
    integrator = iflow.Integrator(f, 3, **OPTIONS, executor=pool, retries=0)
    with pytest.raises(error, match=text) as caught:
        integrator.integrate()
    assert any("starts at x = [" in note and "failed once" in note for note in caught.value.__notes__)
    assert_same(integrator.integrate(), expected)
    assert len(f.points) == expected.neval  # none of them was computed again


def test_points_that_end_workers_are_named(tmp_path, expected):
    f = faulty.Faulty("exit", tmp_path, most=100)
    integrator = iflow.Integrator(f, 3, **OPTIONS, executor=spawned, retries=0)
    with pytest.raises(iflow.LostWorkersError, match=r"the chunk of 1 point that starts at x = \[0\.9"):
        integrator.integrate()
    f.heal()
    assert_same(integrator.integrate(), expected)


def test_workers_that_cannot_start_are_told_and_those_of_another_pool_go_on(tmp_path, expected, pool):
    options = OPTIONS | {"executor": functools.partial(spawned, initializer=int, initargs=("no number",))}
    integrator = iflow.Integrator(faulty.gaussian, 3, **options)
    with pytest.raises(iflow.LostWorkersError, match=r"before they were up.*initializer"):
        integrator.integrate()
    integrator.save(tmp_path / "file")
    again = iflow.Integrator.load(tmp_path / "file", faulty.gaussian, executor=pool)
    assert_same(again.integrate(), expected)


def test_an_executor_that_is_shut_down_is_told(expected):
    pool = ThreadPoolExecutor(2)

    def shut_down(row):
        pool.shutdown(wait=False, cancel_futures=True)

    integrator = iflow.Integrator(faulty.gaussian, 3, **OPTIONS, executor=pool, callback=shut_down)
    for _ in range(2):
        with pytest.raises(iflow.LostWorkersError, match="cannot schedule new futures after shutdown"):
            integrator.integrate()


def test_two_runs_share_an_executor(expected, pool):
    with ThreadPoolExecutor(2) as threads:
        runs = [
            threads.submit(iflow.integrate, faulty.gaussian, 3, **OPTIONS, executor=pool) for _ in range(2)
        ]
        assert [run.result() for run in runs] == [expected, expected]


def test_what_hangs_is_ended(tmp_path, expected, monkeypatch):
    monkeypatch.setattr(foreman, "_STARTUP", 3.0)
    f = faulty.Faulty("hang", tmp_path, most=1)
    begun = time.monotonic()
    result = iflow.integrate(f, 3, **OPTIONS, executor=spawned, timeout=0.5)
    assert time.monotonic() - begun < 60.0
    assert_same(result, expected)
    assert any("did not come back in time" in remark for remark in result.circumstances)


SCRIPT = """
import sys, time
import numpy as np
import iflow

def f(x):
    time.sleep(30.0 * (len(x) > 12))
    return x.sum(axis=1)

if __name__ == "__main__":
    integrator = iflow.Integrator(f, 2, seed=1, workers=2)
    print("begun", flush=True)
    print(integrator.integrate().stop_reason, flush=True)
"""


def test_ctrl_c_returns_what_there_is_and_nothing_hangs_or_cries(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, script],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "begun\n"
    time.sleep(4.0)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=15.0)
    assert out == "interrupted\n"
    assert err == ""
    assert process.returncode == 0


ORPHANED = """
import os, sys, time
from pathlib import Path
import iflow

def f(x):
    Path(sys.argv[1], str(os.getpid())).touch()
    time.sleep(1e-3 * len(x))
    return x.sum(axis=1)

if __name__ == "__main__":
    iflow.integrate(f, 2, rtol=0.0, seed=1, workers=2)
"""


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes in /proc")
def test_workers_of_a_program_that_is_killed_end_with_it(tmp_path):
    (tmp_path / "script.py").write_text(ORPHANED.replace("sys.argv[1]", repr(str(tmp_path / "seen"))))
    (tmp_path / "seen").mkdir()
    process = subprocess.Popen(
        [sys.executable, tmp_path / "script.py"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60.0
    while not {path.name for path in (tmp_path / "seen").iterdir()} - {str(process.pid)}:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.wait()
    workers = [path.name for path in (tmp_path / "seen").iterdir() if path.name != str(process.pid)]
    while any(map(is_alive, workers)):
        assert time.monotonic() < deadline
        time.sleep(0.1)
