"""What densities made of bins share: `cdf` and `quantile`, with gradients written by hand.

Three reasons to write them out: they take a third of the operations that autodiff makes; a quantile
needs no formulas of its own; and they are repeatable. Where a tensor is used three times or more,
autodiff adds up its gradients with one AddN, which on CPU adds in an order that depends on which input
happens to be free first. So sums here are of two terms, and no two such sums follow one another
directly: TensorFlow would merge them into an AddN of three.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

Gradient = Callable[..., tuple[tf.Tensor, tf.Tensor]]


class Hit(NamedTuple):
    """A point (x, u) of each CDF, and how u and log pdf change about it.

    Attributes:
      x: float [n].
      u: float [n], cdf(x).
      log_pdf: float [n], at x.
      slope: float [n], derivative of log_pdf by x.
      pull: returns the gradient for the logits, [n_params, n], at fixed x, from those for u and log_pdf.
    """

    x: tf.Tensor
    u: tf.Tensor
    log_pdf: tf.Tensor
    slope: tf.Tensor
    pull: Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


class Piecewise(ABC):
    """n densities on [0, 1], each on K bins.

    Values may be float64 where logits are float32: what stands at the knots that are hit is then rounded,
    but is the same number wherever it is used, so that the map and its log density agree to float64.

    Args:
      logits: float [n_params, n], one density per column.
      floor: see the class.
    """

    def __init__(self, logits: tf.Tensor, floor: float = 1e-3):
        self._logits, self._floor = logits, floor

    @abstractmethod
    def _at_x(self, logits: tf.Tensor, x: tf.Tensor) -> Hit:
        """Returns the points of the CDF at x."""

    @abstractmethod
    def _at_u(self, logits: tf.Tensor, u: tf.Tensor) -> Hit:
        """Returns the points of the CDF at u."""

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [n], within [0, 1].
        """

        @tf.custom_gradient
        def run(logits: tf.Tensor, x: tf.Tensor) -> tuple[tuple[tf.Tensor, tf.Tensor], Gradient]:
            hit = self._at_x(logits, x)

            def gradient(to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                to_x = to_u * tf.exp(hit.log_pdf) + to_log_pdf * hit.slope
                return hit.pull(to_u, to_log_pdf), to_x

            return (hit.u, hit.log_pdf), gradient

        return run(self._logits, x)

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [n], within [0, 1].
        """

        @tf.custom_gradient
        def run(logits: tf.Tensor, u: tf.Tensor) -> tuple[tuple[tf.Tensor, tf.Tensor], Gradient]:
            hit = self._at_u(logits, u)

            def gradient(to_x: tf.Tensor, to_log_pdf: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                # cdf(x(u)) = u: pdf dx + d cdf = du, where the last but one is the change at fixed x.
                to_u = (to_x + to_log_pdf * hit.slope) * tf.exp(-hit.log_pdf)
                return hit.pull(-to_u, to_log_pdf), to_u

            return (hit.x, hit.log_pdf), gradient

        return run(self._logits, u)
