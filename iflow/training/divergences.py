"""Divergences between the target |f|/I and the flow, estimated from points of any proposal.

Every one is a pure function

    divergence(log_f, log_q_drawn, log_q) -> scalar

of log|f| [n] (any normalisation; -inf where f = 0), the log density log_q_drawn [n] that the n points
were drawn from, and the log density log_q [n] of the flow being trained, through which gradients run.
With p = |f| / I, and I estimated from the same points,

    E_drawn[g(p, q) / q_drawn] = integral g(p, q) dx

turns each integral below into a mean over the points.

Reference:
  Nielsen, Nock, arXiv:1309.3029 (f-divergences); Gao, Isaacson, Krause, arXiv:2001.05486, section II.D.
"""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

_LARGEST_RATIO = 50.0

Divergence = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]


def kl(log_f: tf.Tensor, log_q_drawn: tf.Tensor, log_q: tf.Tensor) -> tf.Tensor:
    """Kullback-Leibler divergence: integral p log(p/q)."""
    weight, log_ratio = _weight_and_log_ratio(log_f, log_q_drawn, log_q)
    return tf.reduce_mean(weight * log_ratio)


def chi2(log_f: tf.Tensor, log_q_drawn: tf.Tensor, log_q: tf.Tensor) -> tf.Tensor:
    """Pearson's chi-square, which is the variance of the weights p/q: integral p^2/q - 1."""
    weight, log_ratio = _weight_and_log_ratio(log_f, log_q_drawn, log_q)
    return tf.reduce_mean(weight * tf.exp(log_ratio)) - 1.0


def clipped_chi2(log_f: tf.Tensor, log_q_drawn: tf.Tensor, log_q: tf.Tensor) -> tf.Tensor:
    """Pearson's chi-square with the ratio p/q cut at 50: one stray point does not set the direction.

    Where p/q is larger it goes on along log(p/q), so that a gradient is left.
    """
    weight, log_ratio = _weight_and_log_ratio(log_f, log_q_drawn, log_q)
    most = tf.math.log(tf.constant(_LARGEST_RATIO, log_ratio.dtype))
    beyond = tf.nn.relu(log_ratio - most)
    return tf.reduce_mean(weight * tf.exp(log_ratio - beyond) * (1.0 + beyond)) - 1.0


def exponential(log_f: tf.Tensor, log_q_drawn: tf.Tensor, log_q: tf.Tensor) -> tf.Tensor:
    """The "exponential" divergence of i-flow: integral p (log p - log q)^2."""
    weight, log_ratio = _weight_and_log_ratio(log_f, log_q_drawn, log_q)
    return tf.reduce_mean(weight * tf.square(log_ratio))


def hellinger(log_f: tf.Tensor, log_q_drawn: tf.Tensor, log_q: tf.Tensor) -> tf.Tensor:
    """Squared Hellinger distance: 1 - integral sqrt(p q), between 0 and 1."""
    weight, log_ratio = _weight_and_log_ratio(log_f, log_q_drawn, log_q)
    return 1.0 - tf.reduce_mean(weight * tf.exp(-0.5 * log_ratio))


def jeffreys(log_f: tf.Tensor, log_q_drawn: tf.Tensor, log_q: tf.Tensor) -> tf.Tensor:
    """Jeffreys' divergence, KL in both directions: integral (p - q) log(p/q).

    Infinite where p = 0 and q > 0; such points are left out, so that it stays a usable loss for
    integrands with cuts.
    """
    weight, log_ratio = _weight_and_log_ratio(log_f, log_q_drawn, log_q)
    other = tf.where(weight > 0.0, tf.exp(log_q - log_q_drawn), tf.zeros_like(weight))
    return tf.reduce_mean((weight - other) * log_ratio)


def _weight_and_log_ratio(
    log_f: tf.Tensor, log_q_drawn: tf.Tensor, log_q: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns p/q_drawn and log(p/q), both [n]; both 0 where f = 0, so that no nan arises."""
    log_weight = log_f - log_q_drawn
    n = tf.cast(tf.size(log_f), log_f.dtype)
    log_norm = tf.reduce_logsumexp(log_weight) - tf.math.log(n)
    nonzero = tf.math.is_finite(log_f)
    zeros = tf.zeros_like(log_f)
    weight = tf.exp(tf.where(nonzero, log_weight - log_norm, float("-inf") + zeros))
    return weight, tf.where(nonzero, log_f - log_norm - log_q, zeros)


DIVERGENCES: dict[str, Divergence] = {
    function.__name__: function for function in (kl, chi2, exponential, hellinger, jeffreys)
}
