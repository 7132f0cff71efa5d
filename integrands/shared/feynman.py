"""Feynman parameters on the unit cube.

An integral of a homogeneous function over parameters a_1..a_m, up to a common scale, falls into m
sectors, in each of which one parameter is the largest: it is set to 1 and the others fill [0, 1].
"""

from collections.abc import Iterator

import numpy as np

from integrands.integrand import Array
from integrands.parameter import Parameter


def softening(default: float) -> Parameter:
    """Returns the parameter that says by how much singular corners are spread out."""
    return Parameter(
        default,
        "the Feynman parameters are t = x^power; from 1 up, the more the milder the corners",
        at_least=1.0,
        at_most=16.0,
    )


def soften(x: Array, power: float) -> tuple[Array, Array]:
    """Returns t = x^power, [n, dim], and the Jacobian prod_i dt_i/dx_i, [n]."""
    if power == 1:
        return x, np.ones(len(x))
    dim = x.shape[1]
    product = np.prod(x, axis=1)
    return x**power, power**dim * product ** (power - 1)


def sectors(t: Array) -> Iterator[tuple[Array, ...]]:
    """Yields the dim + 1 parameters of each sector: 1 in its place, the columns of t in order."""
    columns, largest = tuple(t.T), np.ones(len(t))
    for place in range(len(columns) + 1):
        yield (*columns[:place], largest, *columns[place:])
