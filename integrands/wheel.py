"""Wheel: the residue of a vacuum graph with a hub, n spokes and a rim."""

import math

import numpy as np

from integrands.family import Family
from integrands.integrand import Array
from integrands.shared.feynman import soften, softening
from integrands.shared.reciprocal import reciprocal
from integrands.shared.zeta import zeta


def wheel(x: Array, power: float) -> Array:
    """Returns the sum over sectors of 1/U^2 at x: [n, 2 spokes - 1]; the parameters are t = x^power.

    f(x) = spokes [U(1, t_1, ..)^-2 + U(.., t_dim, 1)^-2] power^dim (prod_i x_i)^(power-1)

    U is Kirchhoff's polynomial: the sum over spanning trees of the product of all parameters off the
    tree. All spokes are alike and so are all pieces of the rim, hence two sectors stand for all. U
    vanishes wherever the lines of a loop do: power = 1 is the bare integral. The variance of uniform
    points is finite for power > spokes - 1/2.
    """
    t, jacobian = soften(x, power)
    spokes = (x.shape[1] + 1) // 2
    one = np.ones(len(x))
    columns = list(t.T)
    total = _inverse_squared([one, *columns[: spokes - 1]], columns[spokes - 1 :])
    total += _inverse_squared(columns[:spokes], [*columns[spokes:], one])
    return spokes * jacobian * total


def _inverse_squared(spoke: list[Array], rim: list[Array]) -> Array:
    """Returns U^-2, where spoke k lies between pieces k - 1 and k of the rim.

    U is the determinant of the loops' matrix: a cycle of loops, with spoke k between two of them and
    the rim as each one's own. Loops are eliminated one by one, as nodes of a network are by the
    star-mesh transformation: every step adds and multiplies positive numbers, so none cancels.
    """
    own, between, closing = list(rim), spoke[1:], spoke[0]
    result = np.ones_like(closing)
    while len(own) > 2:
        left, first, right = closing, own.pop(0), between.pop(0)
        everything = left + first + right
        result = result * everything
        share = reciprocal(everything)
        closing = left * right * share
        own[0] = own[0] + right * first * share
        own[-1] = own[-1] + left * first * share
    joined = closing + between[0]
    result = result * (own[0] * own[1] + joined * (own[0] + own[1]))
    return reciprocal(result**2)


def exact(dim: int, power: float) -> float:
    """Returns binomial(2n-2, n-1) zeta(2n-3) for n spokes: 6 zeta(3), 20 zeta(5), 70 zeta(7)."""
    spokes = (dim + 1) // 2
    return math.comb(2 * spokes - 2, spokes - 1) * zeta(2 * spokes - 3)


FAMILY = Family(
    name="wheel",
    summary="wheel with 3, 4 or 5 spokes, 6 zeta(3), 20 zeta(5), 70 zeta(7)",
    formula="sum over sectors of U^-2, U = sum over spanning trees of the product of the lines off the tree, "
    "one line is 1, the others t = x^power, times the Jacobian",
    function=wheel,
    exact=exact,
    exact_from="closed form: binomial(2n-2, n-1) zeta(2n-3), n = (dim + 1)/2 spokes",
    source="Broadhurst, Z. Phys. C 32 (1986) 249; Broadhurst and Kreimer, arXiv:hep-ph/9504352",
    default_dim=5,
    dims=(5, 7, 9),
    parameters={"power": softening(4.0)},
    tags=("correlated", "edge-singular"),
)
