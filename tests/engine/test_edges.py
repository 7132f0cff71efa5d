"""Are singular limits found, at no cost where there are none?"""

import math

import numpy as np
import pytest

import iflow
import integrands
from iflow.engine.edges import Edges


def run(f, region, **options):
    return iflow.integrate(f, region, **{"max_neval": 5_000, "seed": 1, "rtol": 1e-6} | options)


@pytest.mark.parametrize("power", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("dim", [1, 3])
def test_powers_at_lower_limits_are_integrated_to_the_last_digits(power, dim):
    found = run(lambda x: np.prod(x**-power, axis=1), dim)
    assert found.reliable
    assert found.mean == pytest.approx((1.0 - power) ** -dim, rel=1e-9)


@pytest.mark.parametrize(
    ("f", "region", "exact"),
    [
        (lambda x: (2.0 - x[:, 0]) ** -0.5, [(0.0, 2.0)], math.sqrt(8.0)),
        (lambda x: (x[:, 0] * (1.0 - x[:, 0])) ** -0.5, 1, math.pi),
        (lambda x: x[:, 0] ** -0.5 * np.exp(-x[:, 0]), [(0.0, np.inf)], math.sqrt(math.pi)),
        (lambda x: x[:, 0] ** -0.6 * (1.0 + x[:, 1]), 2, 3.75),
        (lambda x: -(x[:, 0] ** -0.5) * np.cos(x[:, 1]), 2, -2.0 * math.sin(1.0)),
    ],
)
def test_singular_limits_of_all_kinds(f, region, exact):
    found = run(f, region, rtol=1e-4)
    assert found.reliable
    assert found.converged
    assert found.mean == pytest.approx(exact, abs=4.0 * found.sdev + 1e-9)


def test_an_end_that_the_first_points_do_not_show_is_found_beside_those_that_they_do():
    """Of the 16 highest of 128 points too few lie near one of four singular ends, about once in ten runs."""
    found = [run(lambda x: np.prod(x**-0.5, axis=1), 4, seed=seed, max_neval=2_000) for seed in range(12)]
    assert all(each.reliable for each in found)
    assert [each.mean for each in found] == pytest.approx([16.0] * 12, rel=1e-9)


def test_several_integrals():
    found = run(lambda x: np.column_stack([x[:, 0] ** -0.5, x[:, 0] ** -0.5 * x[:, 1]]), 2, rtol=1e-4)
    assert found.reliable
    assert found.mean == pytest.approx([2.0, 1.0], rel=5e-4)


def test_in_logarithms_and_by_tensorflow():
    tf = pytest.importorskip("tensorflow")
    found = run(lambda x: -0.5 * np.log(x[:, 0]), 1, log=True)
    assert found.mean == pytest.approx(2.0, rel=1e-9)
    assert run(lambda x: tf.math.rsqrt(x[:, 0]), 1).mean == pytest.approx(2.0, rel=1e-9)


@pytest.mark.parametrize("name", ["gaussian", "camel", "genz_oscillatory", "genz_product_peak"])
def test_other_integrands_cost_next_to_nothing(name, monkeypatch):
    f = integrands.get(name, 4)
    found = run(f, f.dim, flow=False)
    monkeypatch.setattr(Edges, "find", lambda self: None)
    assert abs(found.neval - run(f, f.dim, flow=False).neval) <= 16


def test_a_limit_that_floats_do_not_resolve_is_doubted():
    found = run(lambda x: (1.0 - x[:, 0]) ** -0.9, 1)
    assert not found.reliable
    assert any("grow without bound near x = [" in text for text in found.warnings)


def test_upper_limits_at_0_are_resolved_to_the_last_float():
    for region in ([(-1.0, 0.0)], [(-np.inf, 0.0)]):
        found = run(lambda x: np.abs(x[:, 0]) ** -0.9 * np.exp(20.0 * x[:, 0]), region, rtol=1e-4)
        assert found.reliable
        assert found.mean == pytest.approx(math.gamma(0.1) * 20.0**-0.1, abs=4.0 * found.sdev + 1e-6)


def test_a_singularity_beside_one_that_is_bent_is_doubted():
    found = run(lambda x: np.abs(x[:, 0]) ** -0.3 * (1.0 + x[:, 0]) ** -0.9, [(-1.0, 0.0)], max_neval=200_000)
    assert not found.reliable
    assert any("that floats do not resolve" in text for text in found.warnings)


def test_a_power_that_ends_where_digits_do_is_left_alone():
    # exp(x) - 1 is 0 for x < 1e-16, where a bent cube would go at once.
    found = run(lambda x: x[:, 0] ** 0.1 / (np.exp(x[:, 0]) - 1.0), [(0.0, 40.0)], rtol=1e-3)
    assert not found.reliable


@pytest.mark.parametrize("error", [RuntimeError, KeyError])
def test_a_look_ends_no_run(error):
    def f(x):
        if x.min() < 1.5e-6:
            raise error("outside of the table")
        return np.exp(-3.0 * x[:, 0]) + np.sqrt(x[:, 0])

    assert run(f, 1, rtol=1e-3).reliable


def test_points_of_a_look_that_count_as_0_are_not_told():
    def f(x):
        return np.where(x[:, 0] < 1.5e-6, np.nan, x[:, 0] ** -0.3)

    assert run(f, 1, rtol=1e-2, on_nonfinite="zero").n_nonfinite == 0


def test_bounded_functions_of_many_dimensions_are_not_doubted():
    found = run(lambda x: np.exp(x.sum(axis=1)), 30, rtol=1e-4, flow=False, max_neval=200_000)
    assert found.reliable
    assert found.mean == pytest.approx(math.expm1(1.0) ** 30, abs=4.0 * found.sdev)


def test_only_the_integral_that_is_singular_is_doubted():
    def f(x):
        return np.column_stack([-(np.abs(x[:, 0] - 0.3) ** -0.7), np.ones(len(x))])

    found = run(f, 1, component=0, max_neval=20_000)
    assert not found[0].reliable
    assert found[1].reliable


def test_what_no_point_has_met_is_of_the_bent_cube():
    found = run(lambda x: x[:, 0] ** -0.9, 1)
    n_before = found.history[0].neval
    assert found.n_unbent == 1
    n_uniform = sum(row.neval for row in found.history if row.proposal == "uniform")
    assert found.unseen_volume == 3.0 / max(3, n_uniform - n_before)


def test_a_warm_start_that_is_of_no_use_looks_at_limits():
    gaussian = integrands.get("gaussian", 2)
    first = iflow.Integrator(gaussian, 2, max_neval=20_000, seed=1, rtol=1e-3, flow=False)
    first.integrate()
    found = first.warm_start(lambda x: x[:, 0] ** -0.9 * (1.0 + x[:, 1])).integrate()
    assert found.mean == pytest.approx(15.0, abs=4.0 * found.sdev)
    assert found.reliable


def test_a_function_that_fails_next_to_a_limit_is_integrated_all_the_same():
    def f(x):
        if x.min() < 2e-6:
            raise ValueError("outside of the table")
        return x[:, 0] ** -0.5

    assert run(f, 1, max_neval=3_000, rtol=1e-2).mean == pytest.approx(2.0, rel=0.1)


def test_an_interrupted_look_is_taken_up_again():
    left = [math.inf]

    def f(x):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return x[:, 0] ** -0.5

    whole = run(f, 1)
    for calls in range(1, 6):
        integrator = iflow.Integrator(f, 1, max_neval=5_000, seed=1, rtol=1e-6)
        left[0] = calls
        assert integrator.integrate().stop_reason == "interrupted"
        assert integrator.integrate().mean == pytest.approx(whole.mean, rel=1e-12)


def test_a_run_taken_up_from_a_checkpoint_is_bent_like_the_first(tmp_path):
    def f(x):
        return x[:, 0] ** -0.5 * (1.0 + x[:, 1] ** 2)

    def failing(x):
        n_calls[0] += 1
        if n_calls[0] > calls:
            raise RuntimeError("killed")
        return f(x)

    whole = run(f, 2, max_neval=3_000)
    for calls in (3, 4, 5, 6, 8):
        n_calls, folder = [0], tmp_path / str(calls)
        with pytest.raises(RuntimeError, match="killed"):
            run(failing, 2, checkpoint=folder, max_neval=3_000)
        again = iflow.resume(folder, f)
        assert (again.mean, again.sdev) == (whole.mean, whole.sdev)


def test_a_warm_start_is_bent_too():
    first = iflow.Integrator(lambda x: x[:, 0] ** -0.5, 1, max_neval=5_000, seed=1, rtol=1e-6)
    first.integrate()
    related = first.warm_start(lambda x: 2.0 * x[:, 0] ** -0.5)
    assert related.integrate().mean == pytest.approx(4.0, rel=1e-9)
