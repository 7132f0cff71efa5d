"""Events of several integrals, as those of a single one."""

import math

import numpy as np
import pytest

import iflow

# Of exp(-a x) (1, x, exp(i pi x)) on [0, 1], a = 3.
A = 3.0
EXACT = {
    "f": (1.0 - math.exp(-A)) / A,
    "x": (1.0 - math.exp(-A) * (1.0 + A)) / A**2,
    "wave.real": ((1.0 - np.exp(-A + 1j * math.pi)) / (A - 1j * math.pi)).real,
    "wave.imag": ((1.0 - np.exp(-A + 1j * math.pi)) / (A - 1j * math.pi)).imag,
}


def f(x):
    fall = np.exp(-A * x[:, 0])
    return {"f": fall, "x": x[:, 0] * fall, "wave": fall * np.exp(1j * math.pi * x[:, 0])}


@pytest.fixture(scope="module")
def integrator():
    return iflow.Integrator(f, 1, seed=1)


@pytest.mark.parametrize("draw", ["sample", "unweight"])
def test_each_integral_is_right_within_its_error(integrator, draw):
    # Eight values and four expectations within 4.5 errors: a false alarm for 1 seed in 12,000.
    events = getattr(integrator, draw)(50_000)
    assert events.component_names == tuple(EXACT)
    for name, exact in EXACT.items():
        own = events.component(name)
        assert abs(own.integral - exact) < 4.5 * own.integral_sdev
        assert own.integral_sdev < 0.02
        assert not own.of_norm
    mean = events.component("f").expectation("x0")
    assert abs(mean.mean - EXACT["x"] / EXACT["f"]) < 4.5 * mean.sdev


def test_bins_sum_to_the_integral(integrator):
    own = integrator.unweight(10_000).component("x")
    assert own.histogram("x0", np.linspace(0.0, 1.0, 11)).values.sum() == pytest.approx(own.integral)


def test_a_file_keeps_them(integrator, tmp_path):
    events = integrator.unweight(1_000)
    events.save(tmp_path / "events.npz")
    again = iflow.Events.load(tmp_path / "events.npz")
    assert again.component("x").integral == events.component("x").integral


def test_unknown_integrals_are_refused(integrator):
    events = integrator.sample(100)
    with pytest.raises(ValueError, match=r"there is no integral 'y', only f, x, wave\.real, wave\.imag"):
        events.component("y")
    single = iflow.Integrator(lambda x: x[:, 0], 1, seed=1).sample(100)
    with pytest.raises(ValueError, match="these events know the weights of no single integral"):
        single.component("f")


def test_events_chosen_by_one_do_not_pretend_to_know_the_others():
    named = iflow.Integrator(f, 1, seed=1, component="x")
    assert named.sample(100).component("f").integral > 0.0
    with pytest.raises(ValueError, match=r"sample\(\) gives weighted events that do"):
        named.unweight(100).component("f")
