"""One component of a mixture of Gaussians cut to the unit cube, fitted to weighted points.

Each coordinate is a regression of its own on the coordinates before it, cut to [0, 1]: with
a = sum_(j<i) A_ij x_j - c_i and e = t x_i + a, its log-likelihood has the derivatives

    d/da = h_0 - h_1 - e,   d/dt = 1/t - e x_i - h_1,   h_0 = phi(a) / Z,  h_1 = phi(a + t) / Z

With Z close to 1 weighted moments solve it; otherwise Newton's method does, in the natural parameters
t A_ij, -t c_i and t^2, in which the likelihood is concave. Slopes are drawn towards 0 by as much as
chance alone would have moved them away from there, row by row.

Reference:
  Hausman, Wise, Econometrica 45 (1977) 919 (regressions that are cut); Lange, J. R. Stat. Soc. B 57
  (1995) 425 (one Newton step for each maximisation); James, Stein, 4th Berkeley Symposium (1961) 361.
"""

from __future__ import annotations

import numpy as np

from iflow.maps.mixture import triangular_inverse
from iflow.maps.truncated_normal import end_densities

# Standard deviation that a component falls back to where the points say nothing, and the bounds of any.
BROAD = 0.3
_NARROWEST, _WIDEST = 1e-6, 5.0
# Less than 1e-6 of a normal lies further out than this many standard deviations.
_NEGLIGIBLE = 5.0
# A component with larger numbers than this is made of rounding errors.
_LARGEST = 1e9


def effective_size(weight: np.ndarray) -> float:
    """Returns (sum w)^2 / sum w^2, 0 where all weights are 0, [n]."""
    total = float(weight.sum())
    return total * total / float(weight @ weight) if total > 0.0 else 0.0


def fit_component(
    x: np.ndarray, weight: np.ndarray, start: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Returns A [dim, dim] and c [dim] of one component; one Newton step where it is cut.

    Args:
      x: points, [dim, n].
      weight: [n].
      start: A and c to step from; None starts from the moments.
    """
    dim, size = len(x), effective_size(weight)
    weight = weight / weight.sum()
    mean = x @ weight
    away = x - mean[:, None]
    covariance = (away * weight) @ away.T
    inverse, offset = np.zeros((dim, dim)), np.zeros(dim)
    for i in range(dim):
        slopes, t = _regression(covariance[: i + 1, : i + 1], size)
        inverse[i, :i], inverse[i, i] = -t * slopes, t
        offset[i] = t * (mean[i] - slopes @ mean[:i])
        a = inverse[i, :i] @ x[:i] - offset[i]
        if a.max() > -_NEGLIGIBLE or a.min() + t < _NEGLIGIBLE:
            row = np.append(inverse[i, :i], [-offset[i], t])
            if start is not None:
                row = np.append(start[0][i, :i], [-start[1][i], start[0][i, i]])
            row = _newton_step(row, x[: i + 1], weight, size)
            inverse[i, :i], offset[i], inverse[i, i] = row[:-2], -row[-2], row[-1]
    if not _is_sound(inverse, offset):
        widths = np.sqrt(np.diag(covariance) + _prior(dim, size) * BROAD**2)
        inverse = np.diag(1.0 / np.clip(widths, _NARROWEST, _WIDEST))
        offset = inverse @ mean
    return inverse, offset


def _is_sound(inverse: np.ndarray, offset: np.ndarray) -> bool:
    """Returns whether A and c, and the factor and mean they stand for, are free of overflow."""
    with np.errstate(all="ignore"):
        factor = triangular_inverse(inverse[None])[0]
        largest = max(np.abs(array).max() for array in (inverse, offset, factor, factor @ offset))
    return bool(largest < _LARGEST)


def _regression(covariance: np.ndarray, size: float) -> tuple[np.ndarray, float]:
    """Returns the slopes of the last coordinate on the others and 1/s of what remains."""
    among, cross, own = covariance[:-1, :-1], covariance[:-1, -1], float(covariance[-1, -1])
    slopes = np.zeros(len(cross))
    if len(cross) and own > 0.0:
        ridge = 1e-9 * np.diag(among) + 1e-30
        slopes = np.linalg.solve(among + np.diag(ridge), cross)
        rest = max(own - float(slopes @ cross), 1e-30)
        slopes *= _kept(size * float(slopes @ among @ slopes) / rest, len(cross), size)
        own += float(slopes @ among @ slopes - 2.0 * slopes @ cross)
    prior = _prior(len(covariance), size)
    variance = (max(own, 0.0) + prior * BROAD**2) / (1.0 + prior)
    return slopes, 1.0 / float(np.clip(np.sqrt(variance), _NARROWEST, _WIDEST))


def _kept(signal: float, count: int, size: float) -> float:
    """Returns the part of `count` slopes to keep, of which chance makes `signal` about `count`."""
    free = size - count - 2.0
    if free <= 0.0 or signal <= 0.0:
        return 0.0
    return max(0.0, 1.0 - (count + 2.0 * np.sqrt(2.0 * count)) * size / free / signal)


def _prior(dim: int, size: float) -> float:
    """Returns the weight of the broad fallback relative to the points; nothing when these are many."""
    return dim * float(np.exp(-size / (2.0 * dim))) / max(size, 1.0)


def _newton_step(row: np.ndarray, x: np.ndarray, weight: np.ndarray, size: float) -> np.ndarray:
    """Returns (A_i1 .. A_i(i-1), -c_i, t) after a step towards the largest likelihood of x_i.

    Args:
      row: where to step from, [i + 1].
      x: coordinates 1 .. i, [i, n].
      weight: [n]; adds up to 1.
      size: effective number of points.
    """
    gradient, curvature = _natural(row, *_derivatives(row, x, weight, _prior(len(row) - 1, size)))
    if not (np.isfinite(gradient).all() and np.isfinite(curvature).all()):
        return row
    t = row[-1]
    natural = t * row
    step = _shrunken_step(gradient, curvature, natural[:-2], size)
    # No more than a factor of four at a time, so that the quadratic is not trusted too far.
    square, change = natural[-1], step[-1]
    step *= min(1.0, (3.0 * square if change > 0.0 else 0.75 * square) / max(abs(change), 1e-300))
    bounded = np.clip(square + step[-1], _WIDEST**-2, _NARROWEST**-2)
    if bounded != square + step[-1]:
        # Held at its bound, t is no longer free to make up for the others.
        gradient = gradient[:-1] - curvature[:-1, -1] * (bounded - square)
        step = _shrunken_step(gradient, curvature[:-1, :-1], natural[:-2], size)
        step = np.append(step, bounded - square)
    natural = natural + step
    natural[-1] = bounded
    return np.asarray(natural / np.sqrt(bounded))


def _natural(row: np.ndarray, gradient: np.ndarray, curvature: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the derivatives with respect to t row = (t A_i1, .., -t c_i, t^2), instead of row.

    In these the likelihood is concave, being that of an exponential family, and for a wide component
    close to a quadratic.
    """
    t, others, slope = row[-1], row[:-1], gradient[:-1]
    jacobian = np.eye(len(row)) / t
    jacobian[:-1, -1], jacobian[-1, -1] = -0.5 * others / t**2, 0.5 / t
    bent = np.zeros_like(curvature)
    bent[:-1, -1] = bent[-1, :-1] = -0.5 * slope / t**3
    bent[-1, -1] = 0.75 * float(slope @ others) / t**4 - 0.25 * gradient[-1] / t**3
    return gradient @ jacobian, jacobian.T @ curvature @ jacobian - bent


def _shrunken_step(
    gradient: np.ndarray, curvature: np.ndarray, slopes: np.ndarray, size: float
) -> np.ndarray:
    """Returns Newton's step with the slopes, which come first, shrunk, and the rest best for these."""
    step, count = _solve(curvature, gradient), len(slopes)
    if count:
        rest, cross = curvature[count:, count:], curvature[:count, count:]
        own = curvature[:count, :count] - cross @ _solve(rest, cross.T)
        wanted = slopes + step[:count]
        wanted *= _kept(size * float(wanted @ own @ wanted), count, size)
        step[:count] = wanted - slopes
        step[count:] = _solve(rest, gradient[count:] - cross.T @ step[:count])
    return step


def _derivatives(
    row: np.ndarray, x: np.ndarray, weight: np.ndarray, prior: float
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the gradient of the mean log-likelihood and minus its second derivatives."""
    a, t, own = row[:-2] @ x[:-1] + row[-2], row[-1], x[-1]
    h_0, h_1 = end_densities(a, t)
    e, b, difference = t * own + a, a + t, h_1 - h_0
    d_a, d_t = -e - difference, 1.0 / t - e * own - h_1
    d_aa = 1.0 + a * h_0 - b * h_1 - difference * difference
    d_at = own - h_1 * (b + difference)
    d_tt = 1.0 / t**2 + own * own - b * h_1 - h_1 * h_1
    features = np.concatenate([x[:-1], np.ones((1, x.shape[1]))])
    gradient = np.append(features @ (weight * d_a), weight @ d_t + prior * (1.0 / t - t * BROAD**2))
    last = (features @ (weight * d_at))[:, None]
    corner = np.array([[weight @ d_tt + prior * (1.0 / t**2 + BROAD**2)]])
    curvature = np.block([[(features * (weight * d_aa)) @ features.T, last], [last.T, corner]])
    return gradient, curvature


def _solve(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Returns the solution x of matrix x = right, of eigenvalues made positive and not too small."""
    scale = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(matrix)), 1e-30))
    value, vector = np.linalg.eigh(matrix * scale[:, None] * scale)
    value = np.maximum(np.abs(value), 1e-10)
    shape = (-1,) + (1,) * (right.ndim - 1)
    rotated = vector.T @ (right * scale.reshape(shape))
    solution: np.ndarray = (vector @ (rotated / value.reshape(shape))) * scale.reshape(shape)
    return solution
