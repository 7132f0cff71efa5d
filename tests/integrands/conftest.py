"""What the tests of several groups of integrands share."""

import numpy as np
import pytest


def _over_cube(f, n_nodes, cuts=()):
    """Integral of f over its cube by a product of Gauss-Legendre rules.

    Args:
      f: a function of points [n, f.dim].
      n_nodes: of the rule in each panel of each axis.
      cuts: of every axis into panels, or one sequence of cuts for each axis.
    """
    node, weight = np.polynomial.legendre.leggauss(n_nodes)
    per_axis = cuts if len(cuts) and np.ndim(cuts[0]) else [cuts] * f.dim
    axes, weights = [], []
    for own in per_axis:
        edges = np.unique([0.0, *own, 1.0])
        half = np.diff(edges)[:, None] / 2
        axes.append((edges[:-1, None] + half * (1 + node)).ravel())
        weights.append((half * weight).ravel())
    points = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    values = f(points).reshape([len(axis) for axis in axes])
    for weight in reversed(weights):
        values = values @ weight
    return float(values)


@pytest.fixture
def over_cube():
    """The function above; a fixture, because test modules cannot import each other."""
    return _over_cube


def _rambo(count, energy, n, rng):
    """Flat massless phase space as Ellis, Kleiss and Stirling make it; another algorithm altogether."""
    cosine, azimuth = rng.uniform(-1, 1, (count, n)), rng.uniform(0, 2 * np.pi, (count, n))
    size = -np.log(rng.random((count, n)) * rng.random((count, n)))
    sine = np.sqrt(1 - cosine**2)
    q = size[:, None] * np.stack(
        [np.ones_like(sine), sine * np.cos(azimuth), sine * np.sin(azimuth), cosine], 1
    )
    total = q.sum(axis=0)
    mass = np.sqrt(total[0] ** 2 - (total[1:] ** 2).sum(axis=0))
    boost, gamma = -total[1:] / mass, total[0] / mass
    along = np.einsum("kn,ikn->in", boost, q[:, 1:])
    p = np.empty_like(q)
    p[:, 0] = gamma * q[:, 0] + along
    p[:, 1:] = q[:, 1:] + boost * (q[:, 0] + along / (1 + gamma))[:, None]
    return p * (energy / mass)


@pytest.fixture
def rambo():
    """(count, energy, n, rng) -> momenta [count, 4, n], another way than the package's own."""
    return _rambo
