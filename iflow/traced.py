"""An integrand made of TensorFlow's operations, as part of a graph.

Only integrands bring this module in, and only where the user's function has imported TensorFlow already.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from iflow.domain import Domain


class Traced:
    """The user's function as a graph: traced once, for any number of points, never differentiated.

    Args:
      f: maps a tensor of points, float64 [n, dim] (or of the type of its `input_signature`), to [n] or
        [n, 1].
      dim: number of coordinates.

    Attributes:
      by_xla: whether f has itself compiled by XLA, for each number of points anew.

    Raises:
      Exception: whatever tracing f raises.
      ValueError: if the graph does not have one value a point for any number of points.
    """

    def __init__(self, f: Callable[..., Any], dim: int):
        signature = getattr(f, "input_signature", None)
        dtype = signature[0].dtype if signature else tf.float64

        def values(x: tf.Tensor) -> tf.Tensor:
            return tf.convert_to_tensor(f(tf.cast(x, dtype)))

        # Control flow that f leaves to AutoGraph is for f to declare, by being a tf.function.
        points = tf.TensorSpec([None, dim], tf.float64)
        self._graph = tf.function(values, autograph=False).get_concrete_function(points)
        shape = self._graph.output_shapes
        if shape.rank not in (1, 2) or shape[0] is not None or shape[1:] not in ((), (1,)):
            raise ValueError(f"for points [n, {dim}] the graph of f returns shape {shape}, not [n]")

        self.by_xla = any(_compiles(op) for op in self._graph.graph.get_operations())

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at points x [n, dim], [n] or [n, 1], in the type that f returns."""
        return self._graph(tf.constant(x, tf.float64)).numpy()

    def from_cube(self, domain: Domain) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        """Returns a function of graphs: points y [n, dim] of the cube -> x [n, dim] and f(x), [n].

        The formulas are those of `Domain`; points on a face of the cube or of the region are taken inside.
        """
        left, right = np.isfinite(domain.low), np.isfinite(domain.high)
        low, high = np.where(left, domain.low, 0.0), np.where(right, domain.high, 0.0)

        def follow(y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            z = tf.clip_by_value(y, np.finfo(float).tiny, 1.0 - 2.0**-53)
            x = low + (high - low) * z
            if not np.all(left & right):
                x = tf.where(left & ~right, low + z / (1.0 - z), x)
                x = tf.where(~left & right, high - (1.0 - z) / z, x)
                x = tf.where(~left & ~right, tf.tan(np.pi * (z - 0.5)), x)
            x = tf.clip_by_value(x, domain.least, domain.largest)
            return x, tf.reshape(self._graph(x), tf.shape(x)[:1])

        return follow


def _compiles(operation: tf.Operation) -> bool:
    attributes = operation.node_def.attr
    return "_XlaMustCompile" in attributes and attributes["_XlaMustCompile"].b
