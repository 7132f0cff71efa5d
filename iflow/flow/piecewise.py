"""What densities made of bins share: `cdf` and `quantile`, with gradients written by hand.

A quantile needs no formulas of its own: its gradient follows from that of the CDF at the same point.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import Any, NamedTuple

import tensorflow as tf

from iflow.flow.gradients import Tensors, differentiable


class Hit(NamedTuple):
    """A point (x, u) of each CDF, and how u and log pdf change about it.

    Attributes:
      x: float [n].
      u: float [n], cdf(x).
      log_pdf: float [n], at x.
      slope: float [n], derivative of log_pdf by x.
      kept: any nest of tensors, for the gradient at fixed x.
    """

    x: tf.Tensor
    u: tf.Tensor
    log_pdf: tf.Tensor
    slope: tf.Tensor
    kept: Any


class Piecewise(ABC):
    """n densities on [0, 1], each on K bins.

    Values may be float64 where logits are float32: what stands at the knots that are hit is then rounded,
    but is the same number wherever it is used, so that the map and its log density agree to float64.

    A density of one's own has `n_params`, `_at_x`, `_at_u` and `_pull`.

    Args:
      logits: float [n_params, n], one density per column.

    Attributes:
      floor: see the class.
    """

    floor = 1e-3

    def __init__(self, logits: tf.Tensor):
        self._logits = logits

    @staticmethod
    @abstractmethod
    def n_params(bins: int) -> int:
        """Returns the number of logits of a density with so many bins."""

    @classmethod
    @abstractmethod
    def _at_x(cls, logits: tf.Tensor, x: tf.Tensor) -> Hit:
        """Returns the points of the CDF at x."""

    @classmethod
    @abstractmethod
    def _at_u(cls, logits: tf.Tensor, u: tf.Tensor) -> Hit:
        """Returns the points of the CDF at u."""

    @classmethod
    @abstractmethod
    def _pull(cls, kept: Any, slope: tf.Tensor, to_u: tf.Tensor, to_log_pdf: tf.Tensor) -> tf.Tensor:
        """Returns the gradient for the logits at fixed x, [n_params, n].

        Args:
          kept: of the `Hit`.
          slope: of the `Hit`.
          to_u: gradient for u, [n].
          to_log_pdf: gradient for log_pdf, [n].
        """

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u = cdf(x) and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          x: float [n], within [0, 1].
        """
        return self._differentiable("cdf", x)

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x with cdf(x) = u and log pdf(x), both [n]; exactly 0 at 0 and 1 at 1.

        Args:
          u: float [n], within [0, 1].
        """
        return self._differentiable("quantile", u)

    def _differentiable(self, method: str, value: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        image, log_pdf = differentiable(partial(self.forward, method), partial(self.backward, method))(
            self._logits, value
        )
        return image, log_pdf

    @classmethod
    def forward(cls, method: str, logits: tf.Tensor, value: tf.Tensor) -> tuple[Tensors, Any]:
        """Returns (image, log pdf) of values under "cdf" or "quantile", and what `backward` takes."""
        hit = cls._at_x(logits, value) if method == "cdf" else cls._at_u(logits, value)
        return (hit.u if method == "cdf" else hit.x, hit.log_pdf), (hit.log_pdf, hit.slope, hit.kept)

    @classmethod
    def backward(cls, method: str, kept: Any, to_image: tf.Tensor, to_log_pdf: tf.Tensor) -> Tensors:
        """Returns the gradients for logits and values from those for image and log pdf."""
        log_pdf, slope, kept = kept
        if method == "cdf":
            to_x = to_image * tf.exp(log_pdf) + to_log_pdf * slope
            return cls._pull(kept, slope, to_image, to_log_pdf), to_x
        # cdf(x(u)) = u: pdf dx + d cdf = du, where the last but one is the change at fixed x.
        to_u = (to_image + to_log_pdf * slope) * tf.exp(-log_pdf)
        return cls._pull(kept, slope, -to_u, to_log_pdf), to_u
