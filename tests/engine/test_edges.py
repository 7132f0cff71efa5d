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
    monkeypatch.setattr(Edges, "run", lambda self: False)
    assert abs(found.neval - run(f, f.dim, flow=False).neval) <= 16


def test_a_limit_that_floats_do_not_resolve_is_doubted():
    found = run(lambda x: (1.0 - x[:, 0]) ** -0.9, 1)
    assert not found.reliable
    assert any("grow without bound near x = [" in text for text in found.warnings)


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
