"""phi^4 on a ring: a chain of double wells, each coupled to its neighbours."""

import math
from functools import lru_cache

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.real_line import to_line

_SCALE = 0.5  # of the map from the cube to the field


def phi4_chain(x: Array, mass_squared: float, coupling: float) -> Array:
    """Returns the Boltzmann weight of a field with one site per axis, at x: [n, dim].

    f = exp(-S) prod_k dp_k/dx_k,  p = log(x/(1-x)) / 2,  p_(dim+1) = p_1
    S = sum_k [(p_(k+1) - p_k)^2 / 2 + V(p_k)],  V(p) = m p^2 / 2 + g p^4 - V_0

    In units of the lattice spacing, with m = mass_squared and g = coupling. A negative m makes two
    wells at p^2 = -m/(4 g), and there V is 0: V_0 = -m^2/(16 g), or 0 for positive m.
    """
    p, slope = to_line(x, _SCALE)
    square = p * p
    exponent = np.sum(np.log(slope), axis=1)
    exponent -= (1 + 0.5 * mass_squared) * square.sum(axis=1)
    exponent += np.einsum("ni,ni->n", p, np.roll(p, 1, axis=1))
    exponent -= coupling * np.einsum("ni,ni->n", square, square)
    exponent += x.shape[1] * _bottom(mass_squared, coupling)
    values: Array = np.exp(exponent)
    return values


def _bottom(mass_squared: float, coupling: float) -> float:
    """Returns V_0, the least value of m p^2/2 + g p^4."""
    return -(min(mass_squared, 0.0) ** 2) / (16 * coupling)


@lru_cache(maxsize=64)
def exact(dim: int, mass_squared: float, coupling: float) -> float:
    """Returns the partition function as the trace of the transfer matrix to the power dim.

    The matrix is T(p, q) = exp(-(p - q)^2/2 - V(p)/2 - V(q)/2) on an even grid, where the
    trapezoidal rule converges exponentially: to 12 digits.
    """
    well = max(-0.5 * mass_squared / coupling, 0.0)  # at the square root of which V is 0 again
    edge = math.sqrt(well) + min(9.0, 3 * coupling**-0.25, 9 * max(mass_squared, 1e-9) ** -0.5)
    p, step = np.linspace(-edge, edge, 257, retstep=True)
    potential = 0.5 * mass_squared * p**2 + coupling * p**4 - _bottom(mass_squared, coupling)
    transfer = step * np.exp(-0.5 * (p[:, None] - p) ** 2 - 0.5 * (potential[:, None] + potential))
    return float(np.trace(np.linalg.matrix_power(transfer, dim)))


FAMILY = Family(
    name="phi4_chain",
    summary="phi^4 on a ring of double wells, one site per axis",
    formula="exp(-sum_k [(p_(k+1)-p_k)^2/2 + m p_k^2/2 + g p_k^4 - V_0]) prod_k dp_k/dx_k, "
    "p = log(x/(1-x))/2, m = mass_squared, g = coupling, V_0 = -m^2/(16 g) for m < 0, else 0",
    function=phi4_chain,
    exact=exact,
    exact_from="trace of a power of the transfer matrix on 257 points, to 12 digits",
    source="Montvay and Muenster, Quantum Fields on a Lattice (1994), secs. 1.5 and 2.1",
    default_dim=4,
    parameters={
        "mass_squared": Parameter(
            -4.0, "curvature at p = 0; negative for two wells", at_least=-10, at_most=10
        ),
        "coupling": Parameter(1.0, "of the fourth power", at_least=0.1, at_most=10),
    },
    tags=("correlated", "multi-modal"),
)
