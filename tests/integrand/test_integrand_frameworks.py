"""Functions written for PyTorch, JAX, numba or pandas; each is tested where it is installed."""

import contextlib
import math

import numpy as np
import pytest

import iflow
from iflow.integrand import Integrand

DIM = 3


@pytest.fixture
def x():
    return np.random.default_rng(1).random((5, DIM))


def probed(f, x, dim=DIM):
    integrand = Integrand(f, dim)
    integrand.probe(x)
    return integrand


def gaussian(x):
    return np.exp(-np.square(x).sum(axis=1))


def torch_functions(torch):
    weight = torch.tensor([1.0, 1.0, 1.0], dtype=torch.float64, requires_grad=True)
    linear = torch.nn.Linear(DIM, 1).double()
    return {
        "tensors": lambda x: torch.exp(-torch.square(x).sum(dim=1)),
        "tensors, from arrays": lambda x: torch.exp(-torch.from_numpy(x).square().sum(dim=1)),
        "a column": lambda x: torch.exp(-torch.square(x).sum(dim=1, keepdim=True)),
        "with gradients": lambda x: torch.exp(-(x.square() * weight).sum(dim=1)),
        "with gradients of x": lambda x: torch.exp(-x.requires_grad_().square().sum(dim=1)),
        "writes": lambda x: torch.exp(-x.square_().sum(dim=1)),
        "vmap": torch.vmap(lambda x: torch.exp(-x.square().sum())),
        "of a network too": lambda x: torch.exp(-x.square().sum(dim=1)) + 0.0 * linear(x)[:, 0],
        "one point": lambda x: torch.exp(-x[0] * x[0] - x[1] * x[1] - x[2] * x[2]),
        "returns an array": lambda x: torch.exp(-torch.square(x).sum(dim=1)).numpy(),
    }


TORCH = [
    "tensors",
    "tensors, from arrays",
    "a column",
    "with gradients",
    "with gradients of x",
    "writes",
    "vmap",
    "of a network too",
    "one point",
    "returns an array",
]


@pytest.mark.parametrize("name", TORCH)
def test_takes_functions_of_torch(name, x):
    f = torch_functions(pytest.importorskip("torch"))[name]
    integrand, before = probed(f, x), x.copy()
    values = integrand(x)
    assert (values.dtype, integrand.pointwise) == (np.float64, name == "one point")
    np.testing.assert_allclose(values, gaussian(x), rtol=1e-14)
    np.testing.assert_array_equal(x, before)


def test_takes_several_integrals_from_torch(x):
    torch = pytest.importorskip("torch")
    integrand = probed(lambda x: {"a": torch.sin(x), "z": torch.exp(1j * x[:, 0]).conj()}, x)
    assert str(integrand.layout) == "{'a': [n, 3], 'z': [n] complex}"
    expected = np.column_stack([np.sin(x), np.cos(x[:, 0]), -np.sin(x[:, 0])])
    np.testing.assert_allclose(integrand(x), expected, rtol=1e-14)


def test_networks_of_torch_get_the_type_of_their_weights(x):
    torch = pytest.importorskip("torch")
    for dtype in (torch.float32, torch.float64):
        network = torch.nn.Sequential(torch.nn.Linear(DIM, 4), torch.nn.Sigmoid(), torch.nn.Linear(4, 1)).to(
            dtype
        )
        integrand = probed(network, x)
        assert integrand.neval == 11
        expected = network(torch.from_numpy(x).to(dtype))[:, 0].detach().numpy()
        np.testing.assert_allclose(integrand(x), expected, rtol=1e-5)
        # In a function, it is found out.
        np.testing.assert_allclose(probed(lambda x: network(x)[:, 0], x)(x), expected, rtol=1e-5)  # noqa: B023
    bfloat16 = probed(lambda x: torch.exp(x[:, 0]).to(torch.bfloat16), x)
    np.testing.assert_allclose(bfloat16(x), np.exp(x[:, 0]), rtol=1e-2)


def test_points_reach_torch_without_a_copy(x):
    torch = pytest.importorskip("torch")
    seen = []

    def f(x):
        seen.append(torch.exp(x[:, 0]).dtype)
        return x[:, 0].clone()

    integrand = probed(f, x)
    assert set(seen) == {torch.float64}
    array = np.ones((2, DIM))
    assert np.shares_memory(integrand._caller.convert(array).numpy(), array)


def test_mistakes_in_torch_are_told_as_they_were_for_arrays(x):
    torch = pytest.importorskip("torch")

    def f(x):
        raise TypeError(f"not for me: {type(x).__name__}")

    with pytest.raises(TypeError, match="not for me: ndarray") as raised:
        probed(f, x)
    assert raised.value.__notes__[0] == f"raised by the integrand at x = {x[0].tolist()}"
    with pytest.raises(ValueError, match="or does it mix the points"):
        probed(lambda x: torch.exp(x[:, 0]) / x.sum(), x)
    with pytest.raises(ValueError, match="f must be finite"):
        probed(lambda x: torch.log(x[:, 0] - 2.0), x)


def test_one_call_integrates_a_function_of_torch():
    """4.5 sigma at a fixed seed: a false alarm for 1 seed in 150,000."""
    torch = pytest.importorskip("torch")
    result = iflow.integrate(lambda x: torch.exp(-torch.square(x).sum(dim=1)), 2, rtol=1e-3, seed=1)
    assert abs(result.mean - (math.sqrt(math.pi) / 2 * math.erf(1.0)) ** 2) < 4.5 * result.sdev


@contextlib.contextmanager
def in_float64(jax):
    """As `jax.enable_x64(True)`, which JAX has not always had."""
    jax.config.update("jax_enable_x64", True)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", False)


@pytest.mark.parametrize("name", ["plain", "jit", "vmap", "at", "one point"])
def test_takes_functions_of_jax_and_says_what_float32_costs(name, x):
    jax = pytest.importorskip("jax")
    f = {
        "plain": lambda x: jax.numpy.exp(-jax.numpy.square(x).sum(axis=1)),
        "jit": jax.jit(lambda x: jax.numpy.exp(-jax.numpy.square(x).sum(axis=1))),
        "vmap": jax.vmap(lambda x: jax.numpy.exp(-(x @ x))),
        "at": lambda x: jax.numpy.exp(-x.at[:, 0].multiply(1.0).__pow__(2).sum(axis=1)),
        "one point": jax.jit(lambda x: jax.numpy.exp(-x[0] * x[0] - x[1] * x[1] - x[2] * x[2])),
    }[name]
    integrand = probed(f, x)
    assert integrand.pointwise == (name == "one point")
    np.testing.assert_allclose(integrand(x), gaussian(x), rtol=1e-6)
    (note,) = integrand.notes
    assert "jax_enable_x64" in note
    with in_float64(jax):
        exact = probed(f, x)
        np.testing.assert_allclose(exact(x), gaussian(x), rtol=1e-14)
        assert exact.notes == ()


def test_takes_several_integrals_from_jax(x):
    jax = pytest.importorskip("jax")
    integrand = probed(lambda x: {"a": jax.numpy.sin(x), "z": jax.numpy.exp(1j * x[:, 0])}, x)
    assert str(integrand.layout) == "{'a': [n, 3], 'z': [n] complex}"
    expected = np.column_stack([np.sin(x), np.cos(x[:, 0]), np.sin(x[:, 0])])
    np.testing.assert_allclose(integrand(x), expected, rtol=1e-6)
    assert len(integrand.notes) == 1


def test_the_result_says_once_that_jax_computes_in_float32():
    jax = pytest.importorskip("jax")
    result = iflow.integrate(lambda x: jax.numpy.exp(-x[:, 0]), 1, rtol=1e-3, seed=1, max_neval=5_000)
    assert sum("float32" in warning for warning in result.warnings) == 1
    assert result.reliable


@pytest.mark.parametrize("name", ["many", "one point", "guvectorize"])
def test_takes_functions_of_numba(name, x):
    numba = pytest.importorskip("numba")

    def into(x, values):
        values[0] = math.exp(-(x[0] ** 2) - x[1] ** 2 - x[2] ** 2)

    f = {
        "many": numba.njit(lambda x: np.exp(-np.sum(x * x, axis=1))),
        "one point": numba.njit(lambda x: math.exp(-(x[0] ** 2) - x[1] ** 2 - x[2] ** 2)),
        "guvectorize": numba.guvectorize(["void(float64[:], float64[:])"], "(d)->()")(into),
    }[name]
    integrand = probed(f, x)
    assert integrand.pointwise == (name == "one point")
    np.testing.assert_allclose(integrand(x), gaussian(x), rtol=1e-14)


def test_a_function_of_coordinates_made_by_numba_is_told_how_to_be_handed_over(x):
    numba = pytest.importorskip("numba")
    product = numba.vectorize(["float64(float64, float64, float64)"])(lambda a, b, c: a * b * c)
    with pytest.raises(TypeError) as raised:
        probed(product, x)
    assert any("lambda x: f(*x.T)" in note for note in raised.value.__notes__)
    np.testing.assert_allclose(probed(lambda x: product(*x.T), x)(x), x.prod(axis=1), rtol=1e-14)


def test_takes_pandas(x):
    pandas = pytest.importorskip("pandas")
    series = probed(lambda x: pandas.Series(x[:, 0], index=np.arange(len(x))[::-1]), x)
    assert series.layout.is_scalar
    np.testing.assert_array_equal(series(x), x[:, 0])
    frame = probed(lambda x: pandas.DataFrame({"u": x[:, 1], "v": 2.0 * x[:, 0]}), x)
    assert str(frame.layout) == "{'u': [n], 'v': [n]}"
    np.testing.assert_array_equal(frame(x), x[:, [1, 0]] * [1.0, 2.0])


def test_a_coordinate_that_is_not_there_is_not_another_one_by_way_of_jax():
    pytest.importorskip("jax")
    with pytest.raises(TypeError, match="converted to Python scalars") as told:
        iflow.integrate(lambda x: math.sin(x[2]), 2, seed=1)
    assert "index 2 is out of bounds" in told.value.__notes__[-1]
