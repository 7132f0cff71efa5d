"""What a coupling does with its columns, also compiled by XLA, which makes few passes over memory.

Compiling takes a second or two for each shape, and the number of points is part of the shape. So
couplings of equal shape share one function, and only those who always come with equally many points
ask for it: training with its minibatches, and drawing block by block.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import tensorflow as tf

from iflow.flow.gradients import Tensors
from iflow.flow.networks import Network
from iflow.flow.piecewise import Piecewise
from iflow.flow.startup import stderr_held_back

_MOST_SHAPES = 64


class How(Enum):
    """How couplings are to be computed; what is compiled is compiled anew for every number of points."""

    PLAIN = "by TensorFlow's own operations"
    LEARNING = "compiled, with gradients"
    DRAWING = "compiled, without gradients"


@dataclass(frozen=True)
class Transport:
    """Moves coordinates by the "cdf" or the "quantile" of densities that the others set.

    Args:
      network: from weights and fixed coordinates to parameters.
      density: of the moved coordinates.
      method: "cdf" or "quantile".
    """

    network: Network
    density: type[Piecewise]
    method: str

    def forward(self, weights: tf.Tensor, fixed: tf.Tensor, moved: tf.Tensor) -> tuple[Tensors, Any]:
        """Returns ((image, log pdf), kept).

        Args:
          weights: of the network, [n_weights].
          fixed: coordinates that the network sees, [n_fixed, n].
          moved: the others, [n_moved, n].

        Returns:
          Image and log pdf at x, both [n_moved, n]; and what `backward` takes.
        """
        params, states = self.network.forward(weights, fixed)
        # One long row of values, [n_moved * n], a column of parameters for each.
        columns, values = tf.reshape(params, [params.shape[0], -1]), tf.reshape(moved, [-1])
        (image, log_pdf), hit = self.density.forward(self.method, columns, values)
        shape = tf.shape(moved)
        return (tf.reshape(image, shape), tf.reshape(log_pdf, shape)), (states, hit)

    def backward(self, kept: Any, to_image: tf.Tensor, to_log_pdf: tf.Tensor) -> Tensors:
        """Returns the gradients for weights, fixed and moved.

        Args:
          kept: what `forward` returned.
          to_image: gradient for the image, [n_moved, n].
          to_log_pdf: gradient for log pdf summed over the coordinates, [n].
        """
        states, hit = kept
        to_log_pdf = tf.reshape(tf.broadcast_to(to_log_pdf, tf.shape(to_image)), [-1])
        to_columns, to_moved = self.density.backward(self.method, hit, tf.reshape(to_image, [-1]), to_log_pdf)
        to_weights, to_fixed = self.network.backward(
            states, tf.reshape(to_columns, [to_columns.shape[0], to_image.shape[0], -1])
        )
        # Values may be of a wider type than networks.
        return to_weights, tf.cast(to_fixed, to_moved.dtype), tf.reshape(to_moved, tf.shape(to_image))


@lru_cache(_MOST_SHAPES)
def compiled(transport: Transport, how: How) -> tuple[Callable[..., Any], Callable[..., Tensors]]:
    """Returns the transport's `forward` and `backward`, as they are to be computed.

    For drawing nothing is kept, so that there is no gradient.
    """
    if how is How.PLAIN:
        return transport.forward, transport.backward
    if how is How.DRAWING:
        return _by_xla(lambda *tensors: (transport.forward(*tensors)[0], None)), _no_gradient
    return _by_xla(transport.forward), _by_xla(transport.backward)


def _no_gradient(*_: Any) -> Tensors:
    raise ValueError("How.DRAWING keeps nothing for a gradient: ask for How.LEARNING or How.PLAIN")


def _by_xla(function: Callable[..., Any]) -> Callable[..., Any]:
    function = tf.function(function, jit_compile=xla_works(), autograph=False)
    return function


@lru_cache(1)
def xla_works() -> bool:
    """Returns whether XLA compiles for this machine; it greets the first time, which is held back."""
    # The exponential because of one more line of greeting.
    exponential = tf.function(tf.exp, jit_compile=True, autograph=False)
    # Now, though this be asked for while a graph is being traced.
    with stderr_held_back(), tf.init_scope():
        try:
            exponential(tf.ones([1]))
        except (tf.errors.OpError, ValueError, NotImplementedError):
            return False
    return True
