"""Runs in which f is nan or inf at some points: what comes out, whoever computes, wherever it is stopped."""

import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.testing import assert_array_equal

import iflow
from iflow.cli.program import cli
from iflow.html.verdict import findings
from iflow.integrator import Integrator

# Where f is no number: a tenth of the volume, from the flank of the peak outwards.
LOW, HIGH = np.array([0.5, 0.0]), np.array([0.7, 0.5])
VOLUME = 0.1
CENTER, WIDTH = np.array([0.4, 0.6]), 0.15


def is_bad(x):
    return ((x > LOW) & (x < HIGH)).all(axis=-1)


def exponent(x):
    return -0.5 * np.square((x - CENTER) / WIDTH).sum(axis=-1)


def holed(x):
    """The peak; nan in one half of the hole, inf in the other."""
    return np.where(is_bad(x), np.where(x[..., 0] < 0.6, np.nan, np.inf), np.exp(exponent(x)))


def holed_point(x):
    """The same for one point."""
    assert x.ndim == 1
    return float(holed(x))


def holed_log(x):
    """Its logarithm: -inf is the logarithm of 0, elsewhere than in the hole."""
    log_f = np.where(x[..., 1] > 0.9, -np.inf, exponent(x) - 2_000.0)
    return np.where(is_bad(x), np.where(x[..., 0] < 0.6, np.nan, np.inf), log_f)


def one_of_several(x):
    """Only one component is no number, there the imaginary part."""
    slope = x[:, 0] * (1.0 + 0.5j)
    slope.imag[is_bad(x)] = -np.inf
    return {"peak": np.exp(exponent(x)), "slope": slope}


def without_hole(f, zero=0.0):
    """The same function, 0 in the hole."""

    def filled(x):
        values = f(x)
        if isinstance(values, dict):
            return {name: np.where(is_bad(x), zero, value) for name, value in values.items()}
        filled = np.where(is_bad(x), zero, values)
        return filled if x.ndim == 2 else float(filled)

    return filled


# By calls, so that no clock has a say in the remarks.
RAISE = {"flow": False, "rtol": 1e-2, "max_neval": 10_000, "seed": 1, "minimize": "calls"}
ZERO = RAISE | {"on_nonfinite": "zero"}
KINDS = {
    "vectorised": (holed, {}),
    "pointwise": (holed_point, {"max_neval": 3_000}),
    "several": (one_of_several, {}),
    "log": (holed_log, {"log": True}),
}


def run_of(result):
    return getattr(result, "run", result)


def assert_same(result, expected):
    """Bit for bit."""
    assert run_of(result) == run_of(expected)
    assert_array_equal(result.mean, expected.mean)
    assert_array_equal(result.sdev, expected.sdev)


@pytest.mark.parametrize("name", KINDS)
def test_the_numbers_are_those_of_a_function_that_is_zero_there(name):
    f, options = KINDS[name]
    zero = -math.inf if "log" in options else 0.0
    result = iflow.integrate(f, 2, **ZERO | options)
    filled = iflow.integrate(without_hole(f, zero), 2, **RAISE | options)
    assert_array_equal(result.mean, filled.mean)
    assert_array_equal(result.sdev, filled.sdev)
    assert [row.mean for row in result.history] == [row.mean for row in filled.history]
    assert result.neval == filled.neval
    assert result.n_nonfinite > 50
    assert (filled.n_nonfinite, filled.n_searched, result.n_searched) == (0, 0, 1)


def test_every_such_point_is_counted_once():
    seen = []

    def f(x):
        values = holed(x)
        seen.append(int(is_bad(x).sum()))
        return values

    result = iflow.integrate(f, 2, **ZERO)
    # The probe looks at its points, at the first alone and at all again; the first bad one is asked again.
    assert seen[3] == 1
    assert seen[0] + sum(seen[4:]) == result.n_nonfinite


def test_it_says_how_much_could_be_missing_and_that_covers_the_truth():
    result = iflow.integrate(holed, 2, **ZERO)
    doubt = result.warnings[0]
    assert doubt.startswith("f was nan or inf at ")
    assert " measured points; they count as 0 and make up " in doubt
    assert "; the first: f(x) = nan at x = [" in doubt or "; the first: f(x) = inf at x = [" in doubt
    assert not result.reliable
    missing = float(doubt.split("the integral is off by ")[1].split(" ")[0])
    assert missing == pytest.approx(VOLUME / (1.0 - VOLUME) * result.mean, rel=0.2)
    assert f"counted {result.n_nonfinite:,} points as 0, at which f was nan or inf" in result.summary()
    assert ("points without a number", f"{result.n_nonfinite:,}") in [row[:2] for row in findings(result)]


def test_a_few_points_are_a_remark():
    def f(x):
        return np.where(x[:, 0] > 0.9995, np.inf, np.exp(exponent(x)))

    result = iflow.integrate(f, 2, **ZERO)
    assert result.n_nonfinite > 0
    assert result.reliable
    assert "f was nan or inf at " in result.warnings[0]


def test_an_f_without_any_number_has_no_integral_and_says_why():
    result = iflow.integrate(lambda x: np.full(len(x), np.nan), 2, **ZERO | {"max_neval": 3_000})
    assert (result.mean, result.sdev) == (0.0, math.inf)
    assert not result.reliable
    assert "f was nan or inf at 3,000 of" in result.summary() or result.n_nonfinite > 2_900


def test_where_all_is_finite_nothing_changes():
    zero, plain = (iflow.integrate(without_hole(holed), 2, **options) for options in (ZERO, RAISE))
    assert zero == plain
    assert zero.n_nonfinite == 0


@pytest.mark.parametrize("name", KINDS)
def test_threads_and_this_thread_give_the_same_bits(name):
    f, options = KINDS[name]
    expected = iflow.integrate(f, 2, **ZERO | options)
    with ThreadPoolExecutor(3) as threads:
        assert_same(iflow.integrate(f, 2, **ZERO | options, executor=threads), expected)
        measured = iflow.integrate(f, 2, **ZERO | options, executor=threads, offload="measurement")
        assert_same(measured, expected)
    assert run_of(measured).n_nonfinite > 50


def test_processes_give_the_same_bits():
    assert_same(iflow.integrate(holed, 2, **ZERO, workers=2), iflow.integrate(holed, 2, **ZERO))


@pytest.mark.parametrize("name", KINDS)
def test_killed_anywhere_it_ends_the_same(tmp_path, name):
    """A copy of the folder is what a run that is killed at this instant leaves behind."""
    f, options = KINDS[name]
    options = ZERO | options
    expected, folder, copies = iflow.integrate(f, 2, **options), tmp_path / "run", []

    def watch(row):
        copies.append(shutil.copytree(folder, tmp_path / f"copy {len(copies)}"))

    assert_same(iflow.integrate(f, 2, **options, checkpoint=folder, callback=watch), expected)
    for copy in {copies[0], copies[-1]}:
        assert_same(iflow.resume(copy, f), expected)


def test_a_file_keeps_it(tmp_path):
    integrator = Integrator(holed, 2, **ZERO)
    integrator.train()
    integrator.save(tmp_path / "run.npz")
    loaded = Integrator.load(tmp_path / "run.npz", holed)
    assert_same(loaded.integrate(), integrator.integrate())
    assert loaded.result.n_nonfinite == integrator.result.n_nonfinite > 0


def test_by_default_it_ends_the_run_and_tells_the_first_three():
    with pytest.raises(ValueError, match="f must be finite: ") as caught:
        iflow.integrate(holed, 2, **RAISE | {"seed": 2})
    told = str(caught.value)
    assert "26 of 256 values are nan or inf, the first f(x) = " in told
    assert told.count(" at x = [") == 3
    assert "on_nonfinite='zero'" in told


def rare(x):
    """The peak, with a hole that is met by one point of the second round measured, and one of a later one."""
    return np.where(np.square(x - CENTER).sum(axis=-1) < 1e-6, np.nan, np.exp(exponent(x)))


RARE = RAISE | {"seed": 23, "rtol": 0.0, "max_neval": 100_000}


def stop(row):
    raise StopIteration


def test_a_run_that_it_has_ended_goes_on_as_if_it_had_never_mattered(tmp_path):
    """All batches before are taken from disk, and counted in what is said of the volume."""
    with pytest.raises(ValueError, match="f must be finite: 1 of 8192"):
        iflow.integrate(rare, 2, **RARE, checkpoint=tmp_path / "run")
    expected = iflow.integrate(rare, 2, **RARE, on_nonfinite="zero")
    assert expected.n_nonfinite == 2
    evaluated = []

    def counting(x):
        evaluated.append(len(x))
        return rare(x)

    again = iflow.resume(tmp_path / "run", counting, on_nonfinite="zero", callback=stop)
    assert (again.stop_reason, again.n_nonfinite) == ("callback", 1)
    assert sum(evaluated) < expected.neval // 2
    assert_same(iflow.resume(tmp_path / "run", rare), expected)  # from now on
    larger = 2 * expected.neval
    with pytest.raises(ValueError, match="f must be finite"):
        iflow.resume(tmp_path / "run", rare, rtol=0.0, max_neval=larger, on_nonfinite="raise")
    again = iflow.resume(tmp_path / "run", rare, on_nonfinite="zero")
    assert expected.neval < again.neval <= larger
    assert_same(iflow.resume(tmp_path / "run", rare), again)


def test_an_integrator_in_a_file_goes_on_too(tmp_path):
    integrator = Integrator(rare, 2, **RARE)
    with pytest.raises(ValueError, match="f must be finite"):
        integrator.integrate()
    integrator.save(tmp_path / "run.npz")
    again = Integrator.load(tmp_path / "run.npz", rare, on_nonfinite="zero")
    assert again.omits
    assert again.integrate().n_nonfinite == 2
    again.save(tmp_path / "run.npz")
    assert Integrator.load(tmp_path / "run.npz", rare).omits


def test_both_reasons_are_counted_and_told_apart():
    def f(x):
        if (x[:, 0] > 0.95).any():
            raise ArithmeticError("no solution")
        return holed(x)

    result = iflow.integrate(f, 2, **ZERO, on_error="skip")
    assert min(result.n_skipped, result.n_nonfinite) > 20
    doubt = result.warnings[0]
    assert doubt.startswith("f raised at ")
    assert " and was nan or inf at " in doubt
    assert "; the first of each: ArithmeticError: no solution, at x = [" in doubt


def test_of_several_integrals_each_is_doubted_by_name():
    result = iflow.integrate(one_of_several, 2, **ZERO)
    for name, warning in zip(("'peak'", "'slope.real'", "'slope.imag'"), result.warnings[:3], strict=True):
        assert warning.startswith(f"{name}: points at which f was nan or inf count as 0: ")
    assert "the first: the imaginary part of f's 'slope' = -inf at x = [" in result.warnings[3]
    assert result.n_nonfinite == result.run.n_nonfinite
    assert f"counted {result.n_nonfinite:,} points" in result.summary()


def test_events_are_never_of_such_points():
    integrator = Integrator(one_of_several, 2, **ZERO)
    weighted, unit = integrator.sample(2_000), integrator.unweight(200)
    bad = is_bad(weighted.points)
    assert bad.any()
    assert not weighted.weights[bad].any()
    assert not weighted.component("peak").weights[bad].any()
    assert not is_bad(unit.points).any()


def test_far_out_on_infinite_axes_f_may_overflow():
    def f(x):
        return np.where((np.abs(x) > 40.0).any(axis=1), np.inf, np.exp(-0.5 * np.square(x - 3.0).sum(axis=1)))

    result = iflow.integrate(f, [(-math.inf, math.inf)] * 2, **ZERO)
    assert abs(result.mean - 2.0 * math.pi) < 4.0 * result.sdev
    assert "of the unit cube that the region is mapped from" in result.warnings[0]


def test_a_comparison_counts_them_as_zero_for_all():
    table = iflow.compare(holed, 2, max_neval=3_000, seed=1, on_nonfinite="zero", flow=False)
    filled = iflow.compare(without_hole(holed), 2, max_neval=3_000, seed=1, flow=False)
    assert [run.mean for run in table.runs] == [run.mean for run in filled.runs]


def test_the_command_line_takes_it_from_the_start_and_later(tmp_path):
    (tmp_path / "mine.py").write_text("def f(x):\n    return (x[:, 0] - 0.05) ** 0.5\n")
    words = [f"{tmp_path / 'mine.py'}:f", "--dim", "2", "--seed", "1", "--max-neval", "9000", "--flow", "no"]
    folder, quiet = str(tmp_path / "run"), ["--quiet", "--json"]
    with np.errstate(invalid="ignore"):
        refused = CliRunner().invoke(cli, ["integrate", *words, *quiet, "--checkpoint", folder])
        resumed = CliRunner().invoke(cli, ["resume", folder, *quiet, "--on-nonfinite", "zero"])
        zero = CliRunner().invoke(cli, ["integrate", *words, *quiet, "--on-nonfinite", "zero"])
    assert "f must be finite" in str(refused.exception)
    first, second = (json.loads(found.stdout) for found in (zero, resumed))
    assert first["n_nonfinite"] == second["n_nonfinite"] > 50
    assert first["mean"] == second["mean"]
    assert "f(x) = nan at x = [" in first["warnings"][0]
