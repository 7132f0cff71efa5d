"""Gradients written by hand: a function as a pair of one that computes and one that pulls back.

They are written out for three reasons: they take a third of the operations that autodiff makes; what
stays in memory in between is chosen; and they are repeatable. Where a tensor is used three times or
more, autodiff adds up its gradients with one AddN, which on CPU adds in an order that depends on which
input happens to be free first. So sums in them are of two terms, and no two such sums follow one another
directly: TensorFlow would merge them into an AddN of three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

Tensors = tuple[tf.Tensor, ...]


def differentiable(
    forward: Callable[..., tuple[Tensors, Any]], backward: Callable[..., Tensors]
) -> Callable[..., Tensors]:
    """Returns a function of tensors for which TensorFlow takes a gradient written by hand.

    Args:
      forward: from tensors to (outputs, kept), where `kept` is any nest of tensors.
      backward: from `kept` and a gradient for each output to a gradient for each of the tensors.
    """

    @tf.custom_gradient
    def run(*tensors: tf.Tensor) -> tuple[Tensors, Callable[..., Tensors]]:
        outputs, kept = forward(*tensors)
        return outputs, lambda *to_outputs: backward(kept, *to_outputs)

    return run
