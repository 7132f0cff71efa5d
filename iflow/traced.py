"""An integrand made of TensorFlow's operations, as part of a graph.

Only integrands bring this module in, and only where the user's function has imported TensorFlow already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from iflow.domain import Domain
from iflow.layout import Layout, Leaf

_SCALAR = Layout((Leaf(None, (), False),))


class Traced:
    """The user's function as a graph: traced once, for any number of points, never differentiated.

    Args:
      f: maps a tensor of points, float64 [n, dim] (or of the type of its `input_signature`), to what the
        layout says: an array [n, ...] or a dict of them.
      dim: number of coordinates.
      layout: of what f returns; one real number a point, [n] or [n, 1], when left out.

    Attributes:
      by_xla: whether f has itself compiled by XLA, for each number of points anew.

    Raises:
      Exception: whatever tracing f raises.
      ValueError: if the graph does not have that layout for any number of points.
    """

    def __init__(self, f: Callable[..., Any], dim: int, layout: Layout = _SCALAR):
        signature = getattr(f, "input_signature", None)
        dtype = signature[0].dtype if signature else tf.float64

        def values(x: tf.Tensor) -> tf.Tensor:
            returned = f(tf.cast(x, dtype))
            return tf.convert_to_tensor(returned) if layout.is_scalar else _columns(returned, layout)

        # Control flow that f leaves to AutoGraph is for f to declare, by being a tf.function.
        points = tf.TensorSpec([None, dim], tf.float64)
        self._graph = tf.function(values, autograph=False).get_concrete_function(points)
        shape = self._graph.output_shapes
        if layout.is_scalar and (shape.rank is None or shape[0] is not None or not set(shape[1:]) <= {1}):
            raise ValueError(f"for points [n, {dim}] the graph of f returns shape {shape}, not [n]")
        self._row = () if layout.is_scalar else (layout.k,)
        self.by_xla = any(_compiles(op) for op in self._graph.graph.get_operations())

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns f at points x [n, dim] [n] or [n, 1] in its own type, or float64 [n, k]."""
        return self._graph(tf.constant(x, tf.float64)).numpy()

    def from_cube(self, domain: Domain) -> Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]:
        """Returns a function of graphs: points y [n, dim] of the cube -> x [n, dim] and f(x), [n] or [n, k].

        The formulas are those of `Domain`, which must be without changes of variables; points on a face of
        the cube or of the region are taken inside.
        """

        def follow(y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            z = tf.clip_by_value(y, np.finfo(float).tiny, 1.0 - 2.0**-53)
            x = domain.box.forward_in(tf, z)
            return x, tf.reshape(self._graph(x), [tf.shape(x)[0], *self._row])

        return follow


def _columns(returned: Any, layout: Layout) -> tf.Tensor:
    """Returns what f returns for n points as float64 [n, k], in the order of the layout."""
    parts = dict(returned) if isinstance(returned, Mapping) else {None: returned}
    tensors = {key: tf.convert_to_tensor(value) for key, value in parts.items()}
    # One number a point may be a column, or an array of more axes.
    shapes = {key: tuple(tensor.shape) for key, tensor in tensors.items()}
    wanted = {leaf.key: (None, *leaf.shape) for leaf in layout.leaves}
    if layout.leaves[0].key is None and layout.k <= 2:
        shapes = {key: shape[:1] if set(shape[1:]) <= {1} else shape for key, shape in shapes.items()}
    if shapes != wanted:
        raise ValueError(f"for any n the graph of f returns shapes {shapes}, not {layout}")
    return tf.concat([_numbers(tensors[leaf.key], leaf) for leaf in layout.leaves], axis=1)


def _numbers(tensor: tf.Tensor, leaf: Leaf) -> tf.Tensor:
    rows = tf.reshape(tensor, [-1, leaf.n_numbers])
    if not leaf.is_complex:
        if tensor.dtype.is_complex:
            raise ValueError("the graph of f returns complex numbers where f itself returned real ones")
        return tf.cast(rows, tf.float64)
    rows = tf.cast(rows, tf.complex128)
    return tf.reshape(tf.stack([tf.math.real(rows), tf.math.imag(rows)], axis=2), [-1, leaf.size])


def _compiles(operation: tf.Operation) -> bool:
    attributes = operation.node_def.attr
    return "_XlaMustCompile" in attributes and attributes["_XlaMustCompile"].b
