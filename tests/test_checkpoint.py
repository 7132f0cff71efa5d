"""Whatever ends a run, nothing that was stored is lost, and the end is the same."""

import errno
import json
import math
import os
import random
import re
import shutil
import time

import numpy as np
import pytest
from click.testing import CliRunner

import iflow
import integrands
from benchmarks import checkpoint
from iflow import archive
from iflow.checkpoint import Folder, Limits, open_run, recorder, tape
from iflow.engine.measurement import Measurement
from iflow.sampler import LARGEST_BATCH

# The couplings of most tests: what is compiled for one serves all in its process.
QUICK = {"steps": 10, "hidden": (16,), "bins": 8, "coupling": "linear"}
# Evaluations of a resumption that are not counted: five or six points of the probe, all of them twice and
# one a third time, and five that were evaluated before.
RECHECKED = 16
RUNS = {
    "uniform": ("polynomial", 4, {"rtol": 1e-2}),
    "spline grid": ("gaussian", 4, {"rtol": 1e-3}),
    "mixture": ("camel", 2, {"rtol": 1e-3}),
    "cells": ("annulus", 2, {"rtol": 3e-3, "minimize": "calls"}),
    "random points": ("camel", 2, {"rtol": 5e-3, "points": "random"}),
    "budget": ("camel", 2, {"rtol": 0.0, "max_neval": 200_000, "cost": 1e-7}),
}


class Stop(BaseException):
    """Ends a run where nobody expects it."""


class Counted:
    """An integrand that counts, and stops the run at one of its calls."""

    def __init__(self, f, stop_at=None):
        self.f, self.stop_at = f, stop_at
        self.n_calls, self.points = 0, []

    def __call__(self, x):
        self.n_calls += 1
        if self.n_calls == self.stop_at:
            raise Stop
        self.points.append(x.copy())
        return self.f(x)

    @property
    def n(self):
        return sum(map(len, self.points))


def gaussian(x):
    return np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))


def run_with_stops(f, region, folder, stops, **options):
    """Returns the result of a run that is stopped at these calls of each try, and all points."""
    points = []
    for stop_at in [*stops, None]:
        counted = Counted(f, stop_at)
        try:
            if (folder / "run.json").exists():
                result = iflow.resume(folder, counted)
            else:
                result = iflow.integrate(counted, region, checkpoint=folder, **options)
            return result, points + counted.points
        except Stop:
            points += counted.points
    raise AssertionError


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "run"


@pytest.fixture
def finished(folder):
    """A finished run, quick."""
    return iflow.integrate(gaussian, 3, rtol=1e-2, seed=1, checkpoint=folder)


@pytest.mark.parametrize("name", RUNS)
def test_stopped_anywhere_it_ends_the_same(folder, name):
    integrand, dim, options = RUNS[name]
    f = integrands.get(integrand, dim)
    reference = Counted(f)
    expected = iflow.integrate(reference, dim, seed=3, flow=False, **options)
    rng = random.Random(7)
    for trial in range(2):
        stops = [rng.randint(4, reference.n_calls) for _ in range(trial + 1)]
        where = folder / str(trial)
        result, points = run_with_stops(f, dim, where, stops, seed=3, flow=False, **options)
        assert result == expected
        n_looks = len(points) and sum(map(len, points)) - reference.n
        assert 0 <= n_looks <= RECHECKED * len(stops)


def test_a_flow_stopped_in_training_ends_the_same(folder):
    f = integrands.get("entangled_circles")
    options = {"rtol": 0.0, "max_neval": 12_000, "seed": 3, "flow": True, **QUICK}
    reference = Counted(f)
    expected = iflow.integrate(reference, 2, **options)
    result, points = run_with_stops(f, 2, folder, [7, 5], **options)
    assert result == expected
    assert sum(map(len, points)) - reference.n <= 2 * RECHECKED
    assert open_run(folder).proposal.name == "flow"


def test_killed_at_any_instant_it_ends_the_same(tmp_path):
    """Real SIGKILLs; `benchmarks.checkpoint` has 25 runs of them."""
    words = checkpoint.killed_runs(tmp_path, 3, random.Random(4))
    assert "3 of 3 results identical" in words
    n_kills, n_again = (
        int(re.search(pattern, words)[1]) for pattern in (r"(\d+) kills", r"disk, (\d+) were")
    )
    assert n_kills >= 3
    assert n_again <= 5 * 2 * n_kills


def test_no_stored_point_is_evaluated_again(folder):
    f = Counted(gaussian, stop_at=7)
    with pytest.raises(Stop):
        iflow.integrate(f, 3, rtol=1e-3, seed=5, checkpoint=folder)
    stored = np.concatenate([each.batch.x for each in open_run(folder).batches()])
    again = Counted(gaussian)
    result = iflow.resume(folder, again)
    assert result.neval == open_run(folder).result.neval
    evaluated = np.concatenate(again.points)[RECHECKED:]
    assert len(evaluated) == result.neval - len(stored) - 11
    both = np.concatenate([stored, evaluated])
    assert len(np.unique(both, axis=0)) == len(both)


def test_a_run_without_a_seed_resumes_with_the_one_it_drew(folder):
    f = Counted(gaussian, stop_at=4)
    with pytest.raises(Stop):
        iflow.integrate(f, 3, rtol=1e-3, cost=1e-6, checkpoint=folder)
    result = iflow.resume(folder, gaussian)
    assert result == iflow.integrate(gaussian, 3, rtol=1e-3, cost=1e-6, seed=result.seed)


def test_ctrl_c_and_exceptions_leave_what_can_be_resumed(folder):
    expected = iflow.integrate(gaussian, 3, rtol=1e-3, seed=5)
    stopped = RuntimeError("licence server down")
    # In training, where one of two looks is done; in the measurement; in the survey.
    for error, at in ((KeyboardInterrupt, 5), (stopped, 5), (stopped, 6), (KeyboardInterrupt, 3)):
        shutil.rmtree(folder, ignore_errors=True)
        calls = iter(range(100))

        def f(x, error=error, at=at, calls=calls):
            if next(calls) == at:
                raise error
            return gaussian(x)

        integrator = iflow.Integrator(f, 3, rtol=1e-3, seed=5, checkpoint=folder)
        if error is KeyboardInterrupt:
            assert integrator.integrate().stop_reason == "interrupted"
        else:
            with pytest.raises(RuntimeError, match="licence"):
                integrator.integrate()
        here = integrator.integrate()  # goes on in the same process
        assert (here.mean, here.sdev) == (expected.mean, expected.sdev)
        assert iflow.resume(folder, gaussian) == here


def test_what_was_written_and_not_used_is_not_evaluated_again_in_the_same_process(folder, monkeypatch):
    f = Counted(gaussian)
    integrator = iflow.Integrator(f, 3, rtol=1e-3, seed=5, checkpoint=folder)
    monkeypatch.setattr(Measurement, "add_tally", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        integrator.integrate()
    monkeypatch.undo()
    result = integrator.integrate()
    assert f.n == result.neval
    assert iflow.resume(folder, gaussian) == result == iflow.integrate(gaussian, 3, rtol=1e-3, seed=5)


def test_a_finished_run_returns_at_once(folder, finished):
    f = Counted(gaussian)
    assert iflow.resume(folder, f) == finished
    assert f.n <= RECHECKED
    assert iflow.resume(folder, gaussian, rtol=0.1).neval == finished.neval


def test_a_finished_run_is_extended(folder, finished):
    result = iflow.resume(folder, gaussian, rtol=1e-3)
    assert result.converged
    assert result.neval > finished.neval
    assert result.history[: len(finished.history)] == finished.history
    assert result.neval_measured == sum(r.neval for r in result.history if r.phase == "measurement")
    assert abs(result.mean - (math.pi / 50) ** 1.5) < 4.5 * result.sdev
    assert iflow.resume(folder, gaussian, max_neval=10**7) == result


def test_a_larger_budget_goes_on_to_the_last_point(folder):
    options = {"rtol": 0.0, "seed": 1, "points": "random"}
    first = iflow.integrate(gaussian, 3, max_neval=5_000, checkpoint=folder, **options)
    assert first.neval == 5_000
    assert iflow.resume(folder, gaussian, max_neval=17_000).neval == 17_000


def test_extending_is_the_same_as_one_longer_measurement():
    """Pulls of 40 extended runs: chi2 with a false-alarm rate of 2e-4."""
    pulls = []
    for seed in range(40):
        integrator = iflow.Integrator(gaussian, 3, rtol=2e-2, seed=seed, flow=False)
        integrator.integrate()
        result = integrator.integrate(rtol=2e-3)
        pulls.append((result.mean - (math.pi / 50) ** 1.5) / result.sdev)
    assert 14.6 < np.square(pulls).sum() < 81.8


def test_a_second_call_adds_to_the_first():
    f = Counted(gaussian)
    integrator = iflow.Integrator(f, 3, rtol=1e-2, seed=1)
    first = integrator.integrate()
    assert integrator.integrate() == first
    assert f.n == first.neval
    second = integrator.integrate(rtol=1e-3)
    assert f.n == second.neval > first.neval
    assert second.sdev < 0.2 * first.sdev
    with pytest.raises(ValueError, match="rtol must be"):
        integrator.integrate(rtol=-1.0)


@pytest.mark.clock
def test_the_time_limit_counts_what_was_used_before(folder):
    def slow(x):
        time.sleep(2e-6 * len(x))
        return gaussian(x)

    options = {"rtol": 0.0, "max_neval": 10**9, "seed": 1, "flow": False}
    first = iflow.integrate(slow, 3, max_seconds=0.3, checkpoint=folder, **options)
    assert first.stop_reason == "max_seconds"
    assert iflow.resume(folder, slow).neval == first.neval
    more = iflow.resume(folder, slow, max_seconds=0.8)
    assert more.neval > first.neval
    assert 0.8 < more.seconds < 3.0


def test_a_run_that_takes_another_way_counts_what_it_cannot_use(folder, monkeypatch):
    with pytest.raises(Stop):  # in a round, of which one batch is stored
        iflow.integrate(Counted(gaussian, stop_at=6), 3, rtol=1e-3, seed=5, checkpoint=folder)
    n_useless = len(list(open_run(folder).batches())[-1].batch)
    monkeypatch.setattr(recorder, "mark_of", lambda u: f"another {u[0, 0]}")
    result = iflow.resume(folder, gaussian)
    assert any("took another way" in warning for warning in result.warnings)
    assert result.neval == iflow.integrate(gaussian, 3, rtol=1e-3, seed=5).neval + n_useless
    assert abs(result.mean - (math.pi / 50) ** 1.5) < 4.5 * result.sdev


def test_cheap_measurements_are_stored_as_sums(folder, monkeypatch):
    limits = Limits(points=100_000, seconds=0.01)
    monkeypatch.setattr(tape, "Limits", lambda: limits)
    options = {"rtol": 0.0, "max_neval": 1_000_000, "seed": 1, "flow": False}
    f = Counted(gaussian, stop_at=18)
    with pytest.raises(Stop):
        iflow.integrate(f, 3, checkpoint=folder, **options)
    measured = [each for each in open_run(folder).batches() if each.phase == "measurement"]
    assert 100_000 <= sum(len(each.batch) for each in measured) <= 100_000 + LARGEST_BATCH
    again = Counted(gaussian)
    result = iflow.resume(folder, again)
    expected = iflow.integrate(gaussian, 3, **options)
    assert (result.mean, result.sdev, result.history) == (expected.mean, expected.sdev, expected.history)
    assert again.n < expected.neval - 0.2 * f.n
    size = sum(path.stat().st_size for path in folder.iterdir())
    n_kept = sum(len(each.batch) for each in open_run(folder).batches())
    assert size < 8 * (3 + 3) * n_kept * 3 + 3_000_000


def test_dear_measurements_are_stored_whole(folder, monkeypatch):
    monkeypatch.setattr(tape, "Limits", lambda: Limits(points=100, seconds_per_call=0.0))
    result = iflow.integrate(gaussian, 3, rtol=1e-3, seed=1, checkpoint=folder)
    assert sum(len(each.batch) for each in open_run(folder).batches()) == result.neval - 11


def test_others_may_look_while_it_runs(folder):
    seen = []

    def look(row):
        if (folder / "run.json").exists():
            run = open_run(folder)
            seen.append((run.result.neval, run.proposal, [each.phase for each in run.batches()][-1]))

    result = iflow.integrate(gaussian, 3, rtol=1e-3, seed=1, checkpoint=folder, progress=look)
    assert seen[0][1:] == (None, "survey")
    assert seen[-1][1].name == result.proposal
    assert seen[-1][2] == "measurement"
    run = open_run(folder)
    assert run.result == result
    assert run.options["rtol"] == 1e-3
    assert run.name == "gaussian"
    first = next(run.batches())
    np.testing.assert_allclose(
        first.batch.sign * np.exp(first.batch.log_f), gaussian(first.batch.x), rtol=1e-12
    )


def test_plain_numpy_reads_batches(folder, finished):
    with np.load(folder / "batch-00000001.npz", allow_pickle=False) as stored:
        np.testing.assert_allclose(np.exp(stored["log_f"]), gaussian(stored["x"]))
        assert str(stored["phase"]) == "survey"
        assert np.all(stored["log_q"] == 0.0)


def other_gaussian(x):
    return np.exp(-50.1 * np.square(x - 0.5).sum(axis=1))


def test_another_integrand_is_refused(folder, finished):
    with pytest.raises(ValueError, match=r"gaussian, but other_gaussian gives .* instead of .* at x = "):
        iflow.resume(folder, other_gaussian)
    assert iflow.resume(folder, gaussian) == finished


def test_another_integrand_is_refused_where_all_of_the_probe_is_zero(folder):
    def box(edge):
        return lambda x: np.where(np.all(np.abs(x - 0.5) < 0.1, axis=1), edge, 0.0)

    iflow.integrate(box(1.0), 2, max_neval=20_000, seed=2, rtol=1e-2, checkpoint=folder)
    assert not open_run(folder).manifest.values.any()
    with pytest.raises(ValueError, match="in units of its largest value"):
        iflow.resume(folder, box(2.0))


def test_another_region_is_refused(folder):
    region = [(0.0, 1.0), (0.0, 2.0), (0.0, math.inf)]
    result = iflow.integrate(gaussian, region, max_neval=5_000, seed=1, checkpoint=folder)
    with pytest.raises(ValueError, match=r"region must be the one of the stored run, \[\(0\.0, 1\.0\)"):
        iflow.resume(folder, gaussian, region=[(0.0, 1.0), (0.0, 2.5), (0.0, math.inf)])
    assert iflow.resume(folder, gaussian) == result


def test_a_folder_that_holds_a_run_is_not_written_over(folder, finished):
    with pytest.raises(FileExistsError, match=r"already holds a run: iflow\.resume"):
        iflow.integrate(gaussian, 3, checkpoint=folder)
    assert iflow.resume(folder, gaussian) == finished


def test_folders_are_checked_before_anything_is_evaluated(tmp_path):
    f = Counted(gaussian)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"empty or not there yet.*notes\.txt"):
        iflow.integrate(f, 3, checkpoint=tmp_path)
    with pytest.raises(OSError, match="checkpoint must be a folder that can be written"):
        iflow.integrate(f, 3, checkpoint=tmp_path / "notes.txt" / "deeper")
    with pytest.raises(TypeError, match="checkpoint must be a folder"):
        iflow.integrate(f, 3, checkpoint=3)
    with pytest.raises(FileNotFoundError, match="holds no run: begin one by"):
        iflow.resume(tmp_path, f)
    with pytest.raises(FileNotFoundError, match="is not there"):
        iflow.resume(tmp_path / "nowhere", f)
    assert f.n == 0


def test_a_full_disk_is_told_and_nothing_is_lost(folder, monkeypatch):
    integrator = iflow.Integrator(gaussian, 3, rtol=1e-3, seed=1, checkpoint=folder)
    save, calls = archive.save_arrays, iter(range(10))

    def full(path, arrays):
        if next(calls) == 2:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(path, arrays)

    monkeypatch.setattr(archive, "save_arrays", full)
    result = integrator.integrate()
    monkeypatch.undo()
    assert not list(folder.glob("*.unfinished"))
    assert result == iflow.integrate(gaussian, 3, rtol=1e-3, seed=1)
    (told,) = result.circumstances
    assert re.search(r"for a while, but all of it is stored now: .*No space left on device", told)
    f = Counted(gaussian)
    assert iflow.resume(folder, f) == result == open_run(folder).result
    assert f.n <= RECHECKED


def test_two_writers_are_one_too_many(folder, finished):
    with Folder(folder).locked():
        with pytest.raises(RuntimeError, match=rf"being written by process {os.getpid()} on "):
            iflow.resume(folder, gaussian)
        assert open_run(folder).result == finished  # readers need no lock


def test_who_comes_back_to_a_run_that_went_on_is_stopped(folder):
    integrator = iflow.Integrator(gaussian, 3, rtol=1e-2, seed=1, checkpoint=folder)
    integrator.integrate()
    further = iflow.resume(folder, gaussian, rtol=1e-3)
    with pytest.raises(RuntimeError, match="changed by another run since"):
        integrator.integrate(rtol=1e-4)
    assert iflow.resume(folder, gaussian) == further


@pytest.mark.parametrize("name", ["run.json", "state.npz", "prepared-00000001.npz"])
def test_damaged_files_are_told(folder, finished, name):
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=rf"{name}.*(damaged|not of iflow)"):
        iflow.resume(folder, gaussian)
    (folder / name).unlink()
    with pytest.raises((ValueError, FileNotFoundError), match=r"missing|holds no run"):
        iflow.resume(folder, gaussian)


def test_a_newer_format_is_told(folder, finished):
    text = json.loads((folder / "run.json").read_text())
    text["value"]["format"] = 99
    (folder / "run.json").write_text(json.dumps(text))
    with pytest.raises(ValueError, match=r"run\.json: the format is 99.*upgrade"):
        iflow.resume(folder, gaussian)


def test_a_batch_that_is_damaged_is_evaluated_again(folder):
    with pytest.raises(Stop):
        iflow.integrate(Counted(gaussian, stop_at=5), 3, rtol=1e-3, seed=1, checkpoint=folder)
    latest = Folder(folder).batch(Folder(folder).batch_numbers()[-1])
    (folder / "batch-00000002.npz").write_bytes(latest.read_bytes()[:1000])
    result = iflow.resume(folder, gaussian)
    expected = iflow.integrate(gaussian, 3, rtol=1e-3, seed=1)
    assert any("batch 2 of the checkpoint is damaged" in warning for warning in result.warnings)
    assert (result.mean, result.sdev, result.neval) == (expected.mean, expected.sdev, expected.neval)


def test_events_are_counted_and_not_stored(folder, tmp_path):
    integrator = iflow.Integrator(gaussian, 3, rtol=1e-2, seed=1, checkpoint=folder)
    integrator.sample(1_000)
    moved = shutil.copytree(folder, tmp_path / "moved")
    again = iflow.Integrator.resume(moved, gaussian)
    assert again.neval == integrator.neval
    np.testing.assert_array_equal(again.sample(10).points, integrator.sample(10).points)


def test_an_integrator_in_a_file_goes_on(tmp_path):
    path = tmp_path / "trained.npz"
    for stage in range(3):
        integrator = iflow.Integrator(gaussian, 3, rtol=1e-3, seed=1)
        if stage == 1:
            integrator.train()
        if stage == 2:
            integrator.integrate()
        integrator.save(path)
        again = iflow.Integrator.load(path, gaussian)
        assert again.neval == integrator.neval
        assert again.integrate(rtol=5e-4) == integrator.integrate(rtol=5e-4)
        np.testing.assert_array_equal(again.sample(10).weights, integrator.sample(10).weights)
    with pytest.raises(ValueError, match="but other_gaussian gives"):
        iflow.Integrator.load(path, other_gaussian)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ValueError, match=r"trained\.npz.*damaged"):
        iflow.Integrator.load(path, gaussian)


def test_the_benchmark_measures_the_overhead():
    result = CliRunner().invoke(checkpoint.main, ["--kills", "0", "--pairs", "1"])
    assert result.exit_code == 0, result.output
    assert "overhead" in result.output
