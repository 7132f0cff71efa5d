"""Feynman integrals: the integrands themselves by quadrature, against closed forms."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad

import integrands
from integrands.wheel import _inverse_squared

ZETA = {s: float(mpmath.zeta(s)) for s in (3, 5, 7)}


@pytest.mark.parametrize(
    ("name", "value"), [("kite", 6 * ZETA[3]), ("wheel", 6 * ZETA[3])], ids=["kite", "wheel"]
)
def test_zeta_of_three(name, value):
    assert_allclose(integrands.get(name).exact, value, rtol=1e-15)
    assert_allclose(integrands.get(name, power=1).exact, value, rtol=1e-15)


def test_wheels_with_more_spokes():
    assert_allclose(integrands.get("wheel", 7).exact, 20 * ZETA[5], rtol=1e-15)
    assert_allclose(integrands.get("wheel", 9).exact, 70 * ZETA[7], rtol=1e-15)


@pytest.mark.parametrize(
    ("name", "power", "n_nodes", "rtol"),
    [
        ("triangle_offshell", 8, 60, 1e-12),
        ("triangle_offshell", 4, 60, 1e-10),
        ("box_offshell", 8, 50, 1e-12),
        ("kite", 8, 30, 3e-7),
        ("wheel", 6, 16, 1e-4),
    ],
)
def test_softened_integrand_by_quadrature(name, power, n_nodes, rtol, over_cube):
    """The power moves the singular corners away, so that a product of rules converges."""
    f = integrands.get(name, power=power)
    assert_allclose(over_cube(f, n_nodes), f.exact, rtol=rtol)


@pytest.mark.parametrize("name", ["triangle_offshell", "box_offshell", "kite", "wheel"])
def test_powers_are_changes_of_variables(name):
    bare, soft = (integrands.get(name, power=power) for power in (1, 3.5))
    x = np.random.default_rng(1).uniform(0.05, 1, (200, bare.dim))
    assert_allclose(soft(x), bare(x**3.5) * np.prod(3.5 * x**2.5, axis=1), rtol=1e-11)


def test_triangle_over_its_undivided_feynman_parameters():
    """The simplex a + b + c = 1 itself, its inner integral in closed form."""

    def along_edge(v):  # a = 1 - u, b = u v, c = u (1 - v); what is left of 1/F after the Jacobian u
        at_zero, slope = 10 * v + 2 * (1 - v), v * (1 - v) - (10 * v + 2 * (1 - v))
        return math.log((at_zero + slope) / at_zero) / slope

    total = quad(along_edge, 0, 1, epsabs=0, epsrel=1e-12)[0]
    assert_allclose(integrands.get("triangle_offshell").exact, total, rtol=1e-10)


def kirchhoff(edges, vertices):
    """Returns U of a graph: over all spanning trees, the product of the parameters off the tree."""

    def is_tree(chosen):
        joined = list(range(vertices))
        for k in chosen:
            a, b = (joined[v] for v in edges[k])
            if a == b:
                return False
            joined = [a if v == b else v for v in joined]
        return True

    trees = [c for c in itertools.combinations(range(len(edges)), vertices - 1) if is_tree(c)]

    def polynomial(parameters):
        return sum(math.prod(parameters[k] for k in range(len(edges)) if k not in tree) for tree in trees)

    return polynomial, len(trees)


@pytest.mark.parametrize(("spokes", "n_trees"), [(3, 16), (4, 45), (5, 121)])
def test_wheel_has_kirchhoffs_polynomial(spokes, n_trees):
    """Vertex 0 is the hub; piece k of the rim joins spokes k and k + 1."""
    spoke_edges = [(0, k + 1) for k in range(spokes)]
    rim_edges = [(k + 1, (k + 1) % spokes + 1) for k in range(spokes)]
    polynomial, counted = kirchhoff(spoke_edges + rim_edges, spokes + 1)
    assert counted == n_trees
    parameters = np.random.default_rng(1).random((2 * spokes, 20))
    got = _inverse_squared(list(parameters[:spokes]), list(parameters[spokes:]))
    assert_allclose(got, polynomial(parameters) ** -2.0, rtol=1e-12)


def test_kite_has_kirchhoffs_polynomials():
    """Ends 0 and 1, middle 2 and 3. F is U of the graph with its ends joined into one."""
    edges = [(0, 2), (0, 3), (2, 1), (3, 1), (2, 3)]
    u, n_trees = kirchhoff(edges, 4)
    f, n_cuts = kirchhoff([tuple(0 if v == 1 else v - (v > 1) for v in edge) for edge in edges], 3)
    assert (n_trees, n_cuts) == (8, 8)
    x = np.random.default_rng(1).random((20, 4))
    expected = 0
    for place in range(5):
        parameters = np.insert(x, place, 1.0, axis=1).T
        expected = expected + 1 / (u(parameters) * f(parameters))
    assert_allclose(integrands.get("kite", power=1)(x), expected, rtol=1e-12)
