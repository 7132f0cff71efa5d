"""The coupling layer: coordinates drawn from 1-D densities that the other coordinates set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol, TypeGuard

import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp

from iflow.flow.gradients import Tensors, differentiable
from iflow.flow.networks import Conditioner
from iflow.flow.piecewise import Piecewise
from iflow.flow.transport import How, Transport, compiled


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
      conditioner: callable [n_fixed, n] -> [n_params, n_moved, n].
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
        self._fixed, self._moved = np.flatnonzero(mask), np.flatnonzero(~mask)
        self.conditioner, self._density = conditioner, density
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

    def forward_columns(self, u: tf.Tensor, how: How = How.PLAIN) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns x, [dim, n], and log|det dx/du|, [n], for u [dim, n]."""
        x, log_pdf = self._map(u, "quantile", how)
        return x, -log_pdf

    def inverse_columns(self, x: tf.Tensor, how: How = How.PLAIN) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns u, [dim, n], and log|det du/dx|, [n], for x [dim, n]."""
        return self._map(x, "cdf", how)

    def _map(self, points: tf.Tensor, method: str, how: How) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns the points with moved coordinates replaced, and the log density of what replaced them."""
        if isinstance(self.conditioner, Conditioner) and _is_piecewise(self._density):
            run, pull = compiled(Transport(self.conditioner.network, self._density, method), how)
            mapped = differentiable(partial(self._run, run), partial(self._pull, pull))
            image, log_pdf = mapped(tf.convert_to_tensor(self.conditioner.weights), points)
            return image, log_pdf
        fixed, moved = tf.gather(points, self._fixed), tf.gather(points, self._moved)
        params = self.conditioner(fixed)
        densities = self._density(tf.reshape(params, [params.shape[0], -1]))
        image, log_pdf = getattr(densities, method)(tf.reshape(moved, [-1]))
        if not image.shape.rank == log_pdf.shape.rank == 1:
            raise ValueError(
                f"{method} of {self._density} must return image and log density, both [n], got shapes "
                f"{image.shape} and {log_pdf.shape}"
            )
        image, log_pdf = (tf.reshape(part, tf.shape(moved)) for part in (image, log_pdf))
        return self._joined(fixed, image), tf.reduce_sum(log_pdf, axis=0)

    def _run(
        self, run: Callable[..., tuple[Tensors, Any]], weights: tf.Tensor, points: tf.Tensor
    ) -> tuple[Tensors, Any]:
        fixed, moved = tf.gather(points, self._fixed), tf.gather(points, self._moved)
        (image, log_pdf), kept = run(weights, fixed, moved)
        # XLA would work out the densities again for each term of the sum, one by one.
        return (self._joined(fixed, image), tf.reduce_sum(log_pdf, axis=0)), kept

    def _pull(
        self, pull: Callable[..., Tensors], kept: Any, to_points: tf.Tensor, to_log_pdf: tf.Tensor
    ) -> Tensors:
        to_weights, to_fixed, to_moved = pull(kept, tf.gather(to_points, self._moved), to_log_pdf)
        return to_weights, self._joined(tf.gather(to_points, self._fixed) + to_fixed, to_moved)

    def _joined(self, fixed: tf.Tensor, moved: tf.Tensor) -> tf.Tensor:
        """Returns all coordinates in their order."""
        order = np.argsort(np.concatenate([self._fixed, self._moved]))
        return tf.gather(tf.concat([fixed, moved], axis=0), order)

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


def _is_piecewise(density: object) -> TypeGuard[type[Piecewise]]:
    return isinstance(density, type) and issubclass(density, Piecewise)
