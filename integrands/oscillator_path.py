"""Path integral of the harmonic oscillator in imaginary time, with a finite number of slices."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.real_line import to_line


def oscillator_path(x: Array, beta: float) -> Array:
    """Returns the weight of closed paths at x: [n, dim]; hbar = m = omega = 1.

    f = (2 pi e)^(-dim/2) exp(-sum_k [(q_(k+1) - q_k)^2/(2 e) + e q_k^2/2]) prod_k dq_k/dx_k

    with e = beta/dim, q_(dim+1) = q_1, and q = s log(x/(1-x)), where s is the oscillator's width.
    """
    dim = x.shape[1]
    slice_length = beta / dim
    q, slope = to_line(x, _width(beta))
    kinetic = np.einsum("ni,ni->n", step := np.roll(q, -1, axis=1) - q, step)
    action = kinetic / (2 * slice_length) + 0.5 * slice_length * np.einsum("ni,ni->n", q, q)
    log_slopes = np.sum(np.log(slope), axis=1)
    values: Array = np.exp(log_slopes - action - 0.5 * dim * math.log(2 * math.pi * slice_length))
    return values


def _width(beta: float) -> float:
    """Returns the standard deviation of the position at temperature 1/beta, without slices."""
    return math.sqrt(0.5 / math.tanh(0.5 * beta))


def exact(dim: int, beta: float) -> float:
    """Returns the partition function 1 / (2 sinh(dim w/2)), with sinh(w/2) = beta/(2 dim).

    With more and more slices it becomes 1 / (2 sinh(beta/2)), that of the oscillator itself.
    """
    return 0.5 / math.sinh(dim * math.asinh(0.5 * beta / dim))


FAMILY = Family(
    name="oscillator_path",
    summary="path integral of the harmonic oscillator, one slice per axis",
    formula="(2 pi e)^(-dim/2) exp(-sum_k [(q_(k+1) - q_k)^2/(2 e) + e q_k^2/2]) prod_k dq_k/dx_k, "
    "e = beta/dim, q = s log(x/(1-x)), s^2 = coth(beta/2)/2",
    function=oscillator_path,
    exact=exact,
    exact_from="closed form: 1/(2 sinh(dim asinh(beta/(2 dim))))",
    source="Creutz and Freedman, Ann. Phys. 132 (1981) 427",
    default_dim=8,
    parameters={"beta": Parameter(4.0, "inverse temperature in units of 1/(hbar omega)", above=0.0)},
    tags=("correlated", "high-dimensional"),
)
