"""Ridge: a Gaussian smeared evenly along the long diagonal."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.parameter import Parameter
from integrands.shared.normal import erf
from integrands.shared.quadrature import panels


def ridge(x: Array, width: float) -> Array:
    """Returns the density of a Gaussian whose centre is uniform on the diagonal, at x: [n, dim].

    f(x) = int_0^1 dt prod_i N(x_i; t, s),  s = width, N the normal density

    With m the mean of the coordinates and r^2 = sum_i (x_i - m)^2 the squared distance from the
    diagonal, the exponent is -r^2 - dim (t - m)^2 over 2 s^2, and the integral over t gives

    f(x) = (s sqrt(2 pi))^(1-dim) dim^(-1/2) exp(-r^2 / (2 s^2)) [erf((1-m)/v) + erf(m/v)] / 2

    with v = s sqrt(2/dim).
    """
    dim = x.shape[1]
    mean = np.einsum("ni->n", x) / dim
    away = x - mean[:, None]
    away /= width
    log_norm = (dim - 1) * math.log(width * math.sqrt(2 * math.pi)) + 0.5 * math.log(dim)
    across = np.exp(-0.5 * np.einsum("ni,ni->n", away, away) - log_norm)
    along = width * math.sqrt(2 / dim)
    across *= erf((1 - mean) / along) + erf(mean / along)
    return 0.5 * across


def exact(dim: int, width: float) -> float:
    """Returns the mean over centres t on the diagonal of the part of the Gaussian inside the cube.

    int_0^1 dt {[erf((1-t)/v) + erf(t/v)] / 2}^dim,  v = s sqrt(2)

    By Gauss-Legendre with 24 nodes between cuts one width apart near both ends; further in than
    nine widths the integrand is 1 to 1e-18.
    """
    steps = width * np.arange(10)
    t, weight = panels(np.unique(np.clip(np.concatenate([steps, 1 - steps]), 0, 1)), 24)
    scale = width * math.sqrt(2)
    inside = 0.5 * (erf((1 - t) / scale) + erf(t / scale))
    return float(weight @ inside**dim)


FAMILY = Family(
    name="ridge",
    summary="a narrow ridge along the long diagonal",
    formula="int_0^1 dt prod_i N(x_i; t, s), N the normal density of standard deviation s = width",
    function=ridge,
    exact=exact,
    exact_from="Gauss-Legendre quadrature over the centre t of a product of error functions, to 14 digits",
    source="defined here: a knob for correlation, which no map that works axis by axis can flatten",
    default_dim=4,
    parameters={"width": Parameter(0.05, "standard deviation of the Gaussian along each axis", above=0.0)},
    tags=("correlated",),
)
