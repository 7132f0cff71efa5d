"""Tempering: training on |f|^beta while the proposal has not yet caught up with |f|."""

from __future__ import annotations

import numpy as np

# Effective sample size that is enough to learn from, as a fraction of the points with f != 0.
LEAST_FRACTION = 0.15
# Heavier weights are cut to this many times their mean, for training only: one lucky point must neither
# drag the flow nor make all the others look worthless.
_LARGEST_WEIGHT = 50.0

# From the full target downwards; below the last one the target is all but flat where f != 0.
_BETAS = np.concatenate([np.linspace(1.0, 0.1, 37), np.geomspace(0.1, 1e-4, 31)[1:]])


def effective_fraction(log_weight: np.ndarray) -> float:
    """Returns (sum w)^2 / (n sum w^2), in (0, 1], of weights given as logarithms, [n], n >= 1."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (weight.size * np.square(weight).sum()))


def tempered_fraction(log_f: np.ndarray, log_q: np.ndarray, beta: float) -> float:
    """Returns the effective fraction of the weights |f|^beta / q where f != 0; 0 if that is nowhere."""
    nonzero = np.isfinite(log_f)
    return effective_fraction(beta * log_f[nonzero] - log_q[nonzero]) if nonzero.any() else 0.0


def truncated(log_weight: np.ndarray) -> np.ndarray:
    """Returns the logarithms of weights, [n], with none above 50 times their mean."""
    largest = log_weight.max()
    log_mean = largest + np.log(np.exp(log_weight - largest).mean())
    return np.minimum(log_weight, log_mean + np.log(_LARGEST_WEIGHT))


def choose_beta(log_f: np.ndarray, log_q: np.ndarray, least: float = LEAST_FRACTION) -> float:
    """Returns the largest beta <= 1 at which the weights |f|^beta / q are even enough to learn from.

    Points with f = 0 carry no weight at any beta and do not count: a cut is no reason to wait. The
    effective sample size is not monotone in beta, so beta is looked for from 1 downwards; where no
    beta reaches `least`, the one with the largest effective sample size keeps what has been learned.

    Args:
      log_f: log|f| at the newest points, [n]; -inf where f = 0.
      log_q: log density they were drawn from, [n].
      least: effective sample size asked for, as a fraction of the points with f != 0.

    Returns:
      beta in (0, 1]; 1 when no point is nonzero and there is nothing to temper.
    """
    nonzero = np.isfinite(log_f)
    if not nonzero.any():
        return 1.0
    log_f, log_q = log_f[nonzero], log_q[nonzero]
    best, best_fraction = 1.0, 0.0
    for beta in _BETAS:
        fraction = effective_fraction(truncated(beta * log_f - log_q))
        if fraction >= least:
            return float(beta)
        if fraction > best_fraction:
            best, best_fraction = float(beta), fraction
    return best
