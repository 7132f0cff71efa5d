"""Checkpoints of every kind of integrand and region: stopped, resumed, and the same in the end."""

import math

import numpy as np
import pytest

import iflow
from iflow.checkpoint import Recorder, open_run
from iflow.cli import main


class StopError(Exception):
    """Ends a run."""


class Killed(BaseException):
    """Ends a run within f; no point is looked for that f does not take."""


def far(x):
    return np.exp(-np.square(x - 30.0).sum(axis=1) / 0.5)


def log_far(x):
    return -4000.0 - np.square(x - 30.0).sum(axis=1) / 0.5


def several(x):
    peak = np.exp(-50.0 * np.square(x - 0.4).sum(axis=1))
    return {"norm": peak, "mean": x * peak[:, np.newaxis], "phase": peak * np.exp(2j * x[:, 0])}


def named(a, p):
    return np.exp(-a - np.square(p).sum(axis=1))


LINE = (-math.inf, math.inf)
KINDS = {
    "far": (far, [LINE] * 4, {}),
    "far, by logarithm": (log_far, [LINE] * 4, {"log": True}),
    "several": (several, 3, {}),
    "several, random points": (several, 3, {"points": "random"}),
    "histograms": (iflow.Histograms(lambda x: x[:, 0], {"x": (lambda x: x[:, 0], [0.0, 0.5, 1.0])}), 2, {}),
    "far, several": (lambda x: far(x)[:, np.newaxis] * x, [LINE] * 2, {}),
    "named, a ball": (named, {"a": (0, math.inf), "p": iflow.ball(2)}, {}),
    "sum": (lambda x: 1.0 / x[:, 0] ** 2, [iflow.Integers(1, 50)], {}),
}


def values_of(result):
    if isinstance(result, iflow.Results):
        return result.mean.tolist(), result.covariance.tolist(), result.run.history
    return result.mean, result.sdev, result.of_log, result.history


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("stop_at", [2, 6])
def test_stopped_and_resumed_it_ends_the_same(tmp_path, name, stop_at):
    f, region, options = KINDS[name]
    options = {"rtol": 2e-3, "seed": 3, "max_neval": 100_000} | options
    expected = iflow.integrate(f, region, **options)
    rows = []

    def stop(row):
        rows.append(row)
        if len(rows) == stop_at:
            raise StopError

    again = region if name == "named, a ball" else None
    try:
        iflow.integrate(f, region, checkpoint=tmp_path / "run", callback=stop, **options)
    except StopError:
        assert len(rows) == stop_at
    found = iflow.resume(tmp_path / "run", f, region=again)
    assert values_of(found) == values_of(expected)
    assert found.neval == expected.neval
    assert str(open_run(tmp_path / "run").result) == str(expected)
    assert open_run(tmp_path / "run").names == iflow.Integrator(f, region).names


@pytest.mark.parametrize("name", ["several", "histograms", "far, several"])
def test_killed_before_its_first_state_it_ends_the_same(tmp_path, monkeypatch, name):
    """The survey is on disk then, and what the norm took from it is not."""
    f, region, options = KINDS[name]
    options = {"rtol": 2e-3, "seed": 3, "max_neval": 100_000} | options
    expected = iflow.integrate(f, region, **options)

    def kill(recorder):
        if recorder.tape.number:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Recorder, "keep_round", kill)
        with pytest.raises(Killed):
            iflow.integrate(f, region, checkpoint=tmp_path / "run", **options)
    found = iflow.resume(tmp_path / "run", f)
    assert values_of(found) == values_of(expected)
    assert found.neval == expected.neval


def test_a_search_on_infinite_axes_is_not_done_twice(tmp_path):
    counts = []

    def counted(x):
        counts.append(len(x))
        if sum(counts) > 900:
            raise Killed
        return far(x)

    with pytest.raises(Killed):
        iflow.integrate(counted, [LINE] * 4, seed=3, checkpoint=tmp_path / "run")
    before = sum(counts[:-1])
    counts.clear()

    def counted_on(x):
        counts.append(len(x))
        return far(x)

    found = iflow.resume(tmp_path / "run", counted_on)
    # Probed again, and the batch in which it was stopped is evaluated anew.
    assert sum(counts) + before <= found.neval + 32


def test_a_region_of_functions_is_asked_for(tmp_path):
    iflow.integrate(named, {"a": (0, 1), "p": iflow.ball(2)}, seed=1, checkpoint=tmp_path / "run")
    with pytest.raises(ValueError, match=r"region must be given: the stored one, .*, holds functions"):
        iflow.resume(tmp_path / "run", named)


@pytest.mark.parametrize("name", ["several", "far, by logarithm"])
def test_a_page_is_made_of_each(tmp_path, name, capsys):
    f, region, options = KINDS[name]
    iflow.integrate(f, region, seed=1, rtol=1e-2, checkpoint=tmp_path / "run", **options)
    with pytest.raises(SystemExit) as ended:
        main(["report", str(tmp_path / "run"), "-o", str(tmp_path / "page.html")])
    assert ended.value.code == 0, capsys.readouterr()
    page = (tmp_path / "page.html").read_text()
    assert "mean[2]" in page if name == "several" else "exp(-39" in page


@pytest.mark.parametrize("name", ["several", "far, by logarithm"])
def test_each_goes_on_from_a_file(tmp_path, name):
    f, region, options = KINDS[name]
    first = iflow.Integrator(f, region, seed=4, rtol=2e-3, **options)
    first.train()
    first.save(tmp_path / "trained.npz")
    again = iflow.Integrator.load(tmp_path / "trained.npz", f)
    assert values_of(again.integrate()) == values_of(first.integrate())
