"""What must hold for every family, now and later."""

import itertools
import pickle
import tracemalloc

import numpy as np
import pytest

import integrands

# Default dimension of every family, plus others where the formula has a loose end to catch.
CASES = {
    **{family.name: family.build for family in integrands.families()},
    "gaussian 1": lambda: integrands.get("gaussian", 1),
    "camel 16 narrow": lambda: integrands.get("camel", 16, width=0.02),
    "polynomial 96": lambda: integrands.get("polynomial", 96),
    "peaks 1 of 20": lambda: integrands.get("peaks", 1, count=20),
    "ridge 32 narrow": lambda: integrands.get("ridge", 32, width=0.01),
    "wheel 9 bare": lambda: integrands.get("wheel", 9, power=1),
    "watson_fcc bare": lambda: integrands.get("watson_fcc", power=1),
    "gluon_scattering 2": lambda: integrands.get("gluon_scattering", 2),
    "gluon_scattering 8": lambda: integrands.get("gluon_scattering", 8),
    "asian_arithmetic 52": lambda: integrands.get("asian_arithmetic", 52),
    "phi4_chain one well": lambda: integrands.get("phi4_chain", 3, mass_squared=1, coupling=0.1),
}


@pytest.fixture
def rng():
    """A generator with a fixed seed, new for every test."""
    return np.random.default_rng(20200511)


@pytest.fixture(params=CASES)
def f(request):
    """One integrand."""
    return CASES[request.param]()


@pytest.fixture
def x(f, rng):
    """Random points of its cube."""
    return rng.random((257, f.dim))


def test_values_are_one_float64_per_point(f, x):
    for n in (0, 1, 257):
        values = f(x[:n])
        assert values.shape == (n,)
        assert values.dtype == np.float64


def test_each_point_stands_alone(f, x):
    np.testing.assert_allclose(np.concatenate([f(x[i : i + 1]) for i in range(50)]), f(x)[:50])


def test_permuted_points_give_permuted_values(f, x, rng):
    order = rng.permutation(len(x))
    np.testing.assert_allclose(f(x[order]), f(x)[order], rtol=1e-14)


def test_points_are_left_as_they_were(f, x):
    before = x.copy()
    x.flags.writeable = False
    values = f(x)
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(values, x)


def test_float32_points_are_computed_in_float64(f, x):
    x32 = x.astype(np.float32)
    np.testing.assert_array_equal(f(x32), f(x32.astype(np.float64)))


def test_memory_layout_does_not_matter(f, x):
    wide = np.zeros((len(x), 2 * f.dim))
    wide[:, ::2] = x
    for other in (np.asfortranarray(x), wide[:, ::2], x.tolist()):
        np.testing.assert_allclose(f(other), f(x), rtol=1e-12)


def test_finite_on_random_points(f, rng):
    assert np.all(np.isfinite(f(rng.random((20_000, f.dim)))))


def test_finite_at_the_corners(f, rng):
    if f.dim <= 10:
        corners = np.array(list(itertools.product([0, 1], repeat=f.dim)))
    else:
        corners = np.concatenate([np.eye(f.dim, dtype=int), rng.integers(0, 2, (1000, f.dim))])
    values = f(corners)  # integers, on purpose
    assert np.all(np.isfinite(values))
    np.testing.assert_array_equal(values, f(corners.astype(np.float64)))


def test_negative_values_only_with_the_tag_signed(f, rng):
    signed = {family.name for family in integrands.families() if "signed" in family.tags}
    assert np.any(f(rng.random((20_000, f.dim))) < 0) == (f.name in signed)


def test_wrong_shapes_are_refused(f, x):
    for wrong in (x[0], x[None], x[:, :0], np.hstack([x, x]), 0.5):
        with pytest.raises(ValueError, match=rf"{f.name}: x must have the shape \[n, {f.dim}\]"):
            f(wrong)


@pytest.mark.parametrize("outside", [-1e-9, 1 + 1e-9, np.nan, np.inf])
def test_points_outside_the_cube_are_refused(f, x, outside):
    x[7, -1] = outside
    with pytest.raises(ValueError, match=rf"{f.name}: points must lie in the unit cube .* got x\[7\] = "):
        f(x)


def test_many_points_are_taken_in_blocks(f, rng):
    x = rng.random((5000, f.dim))
    np.testing.assert_allclose(f(x), np.concatenate([f(x[:1234]), f(x[1234:])]), rtol=1e-12)


def test_points_must_be_real_numbers(f, x):
    for wrong in (x.astype(complex), x.astype(str)):
        with pytest.raises(TypeError, match=f"{f.name}: x must hold real numbers"):
            f(wrong)


def test_a_pickled_copy_is_equal_and_computes_the_same(f, x):
    copy = pickle.loads(pickle.dumps(f))
    assert copy == f
    assert hash(copy) == hash(f)
    np.testing.assert_array_equal(copy(x), f(x))


def test_temporaries_are_at_most_a_few_times_the_input(f, rng):
    x = rng.random((40_000, f.dim))
    f(x)
    tracemalloc.start()
    f(x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * x.nbytes


def test_metadata_is_there(f):
    assert isinstance(f.exact, float)
    assert np.isfinite(f.exact)
    assert 0 <= f.exact_error < 0.01 * abs(f.exact)
    for text in (f.name, f.exact_from, f.source, f.formula):
        assert text
        assert text.isascii()
        assert "\n" not in text
    whole = {name for name, parameter in integrands.family(f.name).parameters.items() if parameter.whole}
    for name, value in f.parameters.items():
        assert type(value) is (int if name in whole else float)


def test_integrands_are_frozen(f):
    with pytest.raises(AttributeError):
        f.exact = 0.0


@pytest.mark.parametrize("family", integrands.families(), ids=lambda family: family.name)
def test_families_describe_themselves(family):
    assert family.summary
    assert len(family.summary) <= 70
    assert family.summary.isascii()
    assert family.default_dim in family.dims
    assert family.tags
    assert set(family.tags) <= set(integrands.TAGS)
    assert family.dims_text.startswith(("any dim >= ", "dim = "))
    assert family.build() == integrands.get(family.name)
    for parameter in family.parameters.values():
        assert parameter.meaning
        assert parameter.checked("default", parameter.default) == parameter.default


def test_parameters_reach_the_function():
    default, wide = integrands.get("camel"), integrands.get("camel", width=0.4)
    assert wide != default
    assert wide.parameters == {"width": 0.4}
    assert wide.exact != default.exact
    assert wide([[0.5] * 4]) != default([[0.5] * 4])
