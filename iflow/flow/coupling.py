"""The coupling layer: coordinates drawn from 1-D densities that the other coordinates set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp


class Density(Protocol):
    """n densities on [0, 1], built from parameters [n_params, n]; all results are [n].

    Parameters lead, so that sums over bins add whole rows: several times as fast on CPU.
    """

    def cdf(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns cdf(x) and log pdf(x)."""

    def quantile(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the x with cdf(x) = u and log pdf(x)."""


class Coupling(tfp.bijectors.Bijector):
    """Draws the coordinates where `mask` is False from densities set by the rest.

        x[mask]  = u[mask]
        x[~mask] = quantile(u[~mask] | u[mask])
        log|det dx/du| = -sum log pdf(x[~mask] | u[mask])

    `forward_and_log_det` and `inverse_and_log_det` evaluate the conditioner once; TFP's own `forward`
    and `forward_log_det_jacobian` work too, at twice the price and through TFP's cache.

    Args:
      mask: bool [dim]; True marks coordinates that pass through unchanged.
      conditioner: callable [n, n_fixed] -> [n_params, n_moved, n].
      density: builds a `Density` of each moved coordinate of each point from those parameters.
      dtype: floating type of the points; None accepts any.

    Raises:
      ValueError: if the mask is not one-dimensional or draws no coordinate.

    Reference:
      Mueller et al., arXiv:1808.03856, section 4; Dinh et al., arXiv:1410.8516.
    """

    def __init__(
        self,
        mask: Sequence[bool] | np.ndarray,
        conditioner: Callable[[tf.Tensor], tf.Tensor],
        density: Callable[[tf.Tensor], Density],
        *,
        dtype: Any = None,
    ):
        parameters = dict(locals())
        mask = np.asarray(mask, dtype=bool)
        if mask.ndim != 1 or mask.all():
            raise ValueError(
                "a coupling's mask must be one-dimensional with at least one False (a coordinate "
                f"to draw), got {mask.tolist()}"
            )
        self._n_fixed = int(mask.sum())
        self._order = np.argsort(~mask, kind="stable")
        self._conditioner, self._density = conditioner, density
        super().__init__(
            forward_min_event_ndims=1,
            dtype=dtype,
            parameters=parameters,
            validate_args=False,
            name="coupling",
        )

    def forward_and_log_det(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x, [..., dim], and log|det dx/du|, [...]; one pass of the conditioner."""
        return in_columns(self.forward_columns, u)

    def inverse_and_log_det(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u, [..., dim], and log|det du/dx|, [...]; one pass of the conditioner."""
        return in_columns(self.inverse_columns, x)

    def forward_columns(self, u: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x, [dim, n], and log|det dx/du|, [n], for u [dim, n]."""
        x, log_pdf = self._map(u, lambda density, moved: density.quantile(moved))
        return x, -log_pdf

    def inverse_columns(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u, [dim, n], and log|det du/dx|, [n], for x [dim, n]."""
        return self._map(x, lambda density, moved: density.cdf(moved))

    def _map(
        self, points: tf.Tensor, method: Callable[[Density, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the points with moved coordinates replaced, and the log density of what replaced them."""
        fixed, moved = tf.split(_permuted(points, self._order), [self._n_fixed, -1])
        params = self._conditioner(tf.transpose(fixed))
        density = self._density(tf.reshape(params, [params.shape[0], -1]))
        # One long row of values, [n_moved * n], a column of parameters for each.
        image, log_pdf = method(density, tf.reshape(moved, [-1]))
        image, log_pdf = (tf.reshape(part, tf.shape(moved)) for part in (image, log_pdf))
        joined = _permuted(tf.concat([fixed, image], axis=0), np.argsort(self._order))
        return joined, tf.reduce_sum(log_pdf, axis=0)

    def _forward(self, x: tf.Tensor) -> tf.Tensor:
        return self.forward_and_log_det(x)[0]

    def _inverse(self, y: tf.Tensor) -> tf.Tensor:
        return self.inverse_and_log_det(y)[0]

    def _forward_log_det_jacobian(self, x: tf.Tensor) -> tf.Tensor:
        return self.forward_and_log_det(x)[1]

    def _inverse_log_det_jacobian(self, y: tf.Tensor) -> tf.Tensor:
        return self.inverse_and_log_det(y)[1]


def in_columns(
    function: Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]], points: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns what a function of columns, [dim, n] -> [dim, n] and [n], makes of points [..., dim]."""
    flat = tf.reshape(points, [-1, points.shape[-1]])
    image, log_det = function(tf.transpose(flat))
    return tf.reshape(tf.transpose(image), tf.shape(points)), tf.reshape(log_det, tf.shape(points)[:-1])


def _permuted(rows: tf.Tensor, order: np.ndarray) -> tf.Tensor:
    """Returns the rows in another order; autodiff would take its gradient for a sparse one."""

    @tf.custom_gradient
    def run(rows: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        return tf.gather(rows, order), lambda to_rows: tf.gather(to_rows, np.argsort(order))

    return run(rows)
