"""Several integrals at once: their form, their errors, what is said of them."""

import copy
import math
import pickle

import gvar
import numpy as np
import pytest
from numpy.testing import assert_allclose

import iflow


def waves(x):
    first, second = np.sin(x[:, 0]) * x[:, 1], np.cos(x[:, 1]) * x[:, 0]
    return {"sum": first + second, "parts": np.stack([first, second], axis=1), "phase": np.exp(2j * x[:, 0])}


EXACT = np.array([0.5 * (1.0 - math.cos(1.0)), 0.5 * math.sin(1.0)])
PHASE = (np.exp(2j) - 1.0) / 2j


@pytest.fixture(scope="module")
def result():
    return iflow.integrate(waves, 2, rtol=1e-4, seed=1)


def test_a_dict_comes_back_by_its_names(result):
    assert list(result) == result.keys() == ["sum", "parts", "phase"]
    assert [type(value).__name__ for _, value in result.items()] == ["Result", "Results", "Results"]
    assert len(result) == 3
    assert result.mean.shape == (4,)
    assert result["parts"].mean.shape == result["parts"].sdev.shape == result["parts"].ess.shape == (2,)
    assert isinstance(result["phase"].mean, complex)


def test_means_are_right_within_their_errors(result):
    # Five values within 4.5 of their errors, each from 16 replicates.
    assert np.all(np.abs(result["parts"].mean - EXACT) < 4.5 * result["parts"].sdev)
    assert abs(result["sum"].mean - EXACT.sum()) < 4.5 * result["sum"].sdev
    assert abs(result["phase"].mean - PHASE) < 6.0 * result["phase"].sdev
    assert result.converged
    assert result.reliable
    assert np.all(result["parts"].sdev <= 1e-4 * result["parts"].mean)


def test_a_sum_is_the_sum_of_its_parts(result):
    mean, sdev = result["sum"]
    assert abs(mean - result["parts"].mean.sum()) < 1e-12 * mean
    assert (result["sum"].gvar - sum(result["parts"].gvar)).sdev < 1e-6 * sdev
    assert sum(result["parts"].gvar).sdev == pytest.approx(sdev, rel=1e-9)


def test_the_covariance_is_that_of_the_gvars(result):
    parts = result["parts"]
    assert_allclose(gvar.evalcov(parts.gvar), parts.covariance, rtol=1e-9)
    assert_allclose(np.sqrt(np.diag(parts.covariance)), parts.sdev, rtol=1e-9)
    assert result.covariance.shape == (5, 5)
    assert gvar.evalcov([result["sum"].gvar, parts[0].gvar])[0, 1] == pytest.approx(result.covariance[0, 1])


def test_real_and_imaginary_part_are_results(result):
    phase = result["phase"]
    assert phase.real.mean + 1j * phase.imag.mean == phase.mean
    assert phase.sdev == pytest.approx(math.hypot(phase.real.sdev, phase.imag.sdev))
    assert phase.gvar.shape == (2,)


def test_it_is_written_as_it_is_returned(result):
    assert str(result).startswith("{'sum': 0.650")
    assert " i}" in str(result)
    assert str(result["parts"]).startswith("[0.229")
    lines = result.summary().splitlines()
    assert sum(line.startswith(("sum", "parts[", "phase.")) for line in lines) == 5
    assert any(line.startswith("target met") for line in lines)


def test_what_is_true_of_the_run_is_said_by_all(result):
    assert result.neval == result["sum"].neval == result["parts"].neval
    with pytest.raises(AttributeError, match="object has no attribute 'nevals'"):
        result.nevals  # noqa: B018


def test_results_can_be_pickled_and_copied(result):
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert str(again) == str(result)
        assert again["sum"].gvar.sdev == result["sum"].gvar.sdev
    assert repr(pickle.loads(pickle.dumps(result["sum"]))) == repr(result["sum"])


def test_unknown_names_and_indices_are_refused(result):
    with pytest.raises(KeyError, match="'some'; there are 'sum', 'parts', 'phase'"):
        result["some"]
    with pytest.raises(IndexError, match=r"2 is no index of integrals of shape \(2,\)"):
        result["parts"][2]
    with pytest.raises(TypeError, match="one complex integral has no length"):
        len(result["phase"])


def test_arrays_of_any_shape_keep_it():
    powers = np.arange(6).reshape(2, 3)
    found = iflow.integrate(lambda x: x[:, :, np.newaxis] ** powers, 2, rtol=1e-3, seed=2)
    assert found.mean.shape == (2, 3)
    assert_allclose(found.mean, 1.0 / (powers + 1.0), rtol=5e-3)
    assert found[1, 2].mean == found[1][2].mean == found.mean[1, 2]
    assert [row.mean.shape for row in found] == [(3,), (3,)]
    assert abs(found[0, 0].mean - 1.0) < 5.0 * found[0, 0].sdev < 1e-4  # x^0


def peak(x):
    return np.exp(-200.0 * np.square(x - 0.5).sum(axis=1))


def test_a_named_integral_is_found_as_if_it_were_alone():
    alone = iflow.integrate(peak, 3, rtol=1e-3, seed=3)
    found = iflow.integrate(
        lambda x: {"f": peak(x), "tail": x[:, 0] ** 40}, 3, rtol=1e-3, seed=3, component="f"
    )
    assert (found.neval, found["f"].sdev) == (alone.neval, pytest.approx(alone.sdev, rel=1e-9))
    assert found["f"].mean == pytest.approx(alone.mean, rel=1e-12)
    assert [row.mean for row in found.history] == [row.mean for row in alone.history]


def test_every_integral_has_to_meet_the_target_unless_one_is_named():
    def two(x):
        return np.stack([1.0 + 0.01 * x[:, 0], np.exp(-50.0 * x.sum(axis=1))], axis=1)

    easy = iflow.integrate(two, 2, rtol=1e-3, seed=4, component=0)
    both = iflow.integrate(two, 2, rtol=1e-3, seed=4)
    assert easy.converged
    assert both.converged
    assert easy[1].sdev > 1e-3 * easy[1].mean
    assert both[1].sdev <= 1e-3 * both[1].mean
    assert easy.neval < both.neval


def test_doubt_about_one_that_counts_is_doubt_about_all():
    def two(x):
        return {"f": 1.0 + x[:, 0], "rare": np.where(x[:, 0] > 1.0 - 1e-9, 1.0, 0.0)}

    found = iflow.integrate(two, 1, seed=5, max_neval=20_000)
    assert not found.reliable
    assert not found.converged
    assert found["f"].reliable
    assert not found["rare"].reliable
    assert found["rare"].sdev == math.inf
    assert any(warning.startswith("'rare': f was 0 at all") for warning in found.warnings)
    named = iflow.integrate(two, 1, seed=5, max_neval=20_000, component="f")
    assert named.reliable
    assert any("'rare', which the target is not for, cannot be trusted" in text for text in named.warnings)


def test_a_zero_is_told_to_be_one():
    found = iflow.integrate(
        lambda x: np.stack([x[:, 0], np.sin(2.0 * np.pi * x[:, 0]) + 0.1 * x[:, 1] - 0.05], axis=1),
        2, seed=6, max_neval=5_000,
    )  # fmt: skip
    assert not found.converged
    assert any("integral [1]: compatible with 0 or nearly so" in text for text in found.warnings)


def test_without_correlation_there_is_no_covariance():
    found = iflow.integrate(lambda x: x ** np.arange(3), 1, seed=7, correlate=False)
    with pytest.raises(ValueError, match="left out by correlate=False"):
        found.covariance  # noqa: B018
    assert gvar.evalcov(found.gvar)[1, 2] == 0.0
    assert_allclose(gvar.sdev(found.gvar), found.sdev)


def test_thousands_of_integrals_fit():
    found = iflow.integrate(lambda x: x ** np.linspace(0.0, 2.0, 3000), 1, rtol=1e-3, seed=8, correlate=False)
    assert_allclose(found.mean, 1.0 / (np.linspace(0.0, 2.0, 3000) + 1.0), rtol=5e-3)


def test_random_points_have_a_covariance_too():
    found = iflow.integrate(
        lambda x: x ** np.arange(1, 4), 1, seed=9, points="random", max_neval=20_000, rtol=0.0
    )
    powers = np.arange(1, 4)
    exact = 1.0 / (powers[:, np.newaxis] + powers + 1.0) - np.outer(
        1.0 / (powers + 1.0), 1.0 / (powers + 1.0)
    )
    if found.proposal == "uniform":
        assert_allclose(found.covariance * found.neval_measured, exact, rtol=0.1)
    assert np.all(np.linalg.eigvalsh(found.covariance) > -1e-20)


def test_a_single_integral_has_no_component_to_name():
    with pytest.raises(ValueError, match="component = 'a', but f returns a single integral"):
        iflow.integrate(lambda x: x[:, 0], 1, component="a")


def test_a_prompt_shows_the_integrals(result):
    assert repr(result) == f"Results({result})"


def test_a_long_row_is_told_by_its_ends():
    f = iflow.integrate(lambda x: x[:, :1] ** np.arange(300), 1, seed=1, max_neval=2_000)
    assert str(f).count(",") == 6
    assert ", ..., " in str(f)


def test_the_run_is_of_a_norm_and_its_integrals_are_not(result):
    assert result.run.of_norm
    assert not result["sum"].of_norm
    one = iflow.integrate(waves, 2, seed=1, component="sum", max_neval=5_000)
    assert not one.run.of_norm
    assert result.plot().get_suptitle().startswith("norm of the integrals = ")


def test_a_complex_number_unpacks(result):
    mean, sdev = result["phase"]
    assert mean == result["phase"].mean
    assert sdev == result["phase"].sdev


def test_what_only_one_integral_has_is_told(result):
    assert [str(found) for found in result.values()] == [str(result[key]) for key in result]
    with pytest.raises(AttributeError, match=r"no attribute 'chi2': ask one of them, as result\[...\].chi2"):
        _ = result.chi2


@pytest.mark.parametrize("phase", [1.0, 1.0j])
def test_a_part_that_vanishes_keeps_nobody_waiting_and_casts_no_doubt(phase):
    found = iflow.integrate(lambda x: (phase + 0.0j) * np.exp(-x.sum(axis=1)), 2, seed=1)
    assert found.converged
    assert found.reliable, found.warnings
    part, other = (found.real, found.imag) if phase == 1.0 else (found.imag, found.real)
    assert (other.mean, other.sdev, other.reliable) == (0.0, 0.0, True)
    assert found.sdev == part.sdev
    assert found.covariance.sum() == pytest.approx(part.sdev**2)


@pytest.mark.parametrize("points", ["sobol", "random"])
def test_integrals_of_all_orders_of_magnitude_share_a_run(points):
    units = np.array([1e200, 1.0, 1e-200])

    def f(x):
        return units * np.exp(-np.square(x).sum(axis=1))[:, np.newaxis]

    found = iflow.integrate(f, 2, seed=1, points=points)
    assert found.converged
    assert found.reliable, found.warnings
    assert_allclose(found.mean / units, found.mean[1])
    assert_allclose(found.sdev / units, found.sdev[1])
    covariance = found.covariance
    assert_allclose([covariance[0, 2], covariance[1, 1]], found.sdev[1] ** 2)
    for scaled in (found.gvar[0] * 1e-200, found.gvar[2] * 1e200):
        assert_allclose(scaled.sdev, found.sdev[1])
        assert (scaled / found.gvar[1]).sdev < 1e-7 * found.sdev[1]


def test_no_error_is_below_rounding():
    found = iflow.integrate(lambda x: np.stack([x[:, 0], 1.0 - x[:, 1]], axis=1), 2, seed=1, max_neval=20_000)
    assert np.all(found.sdev >= 2.0**-52 * found.mean)
    assert np.all(np.abs(found.mean - 0.5) < 5.0 * found.sdev)
