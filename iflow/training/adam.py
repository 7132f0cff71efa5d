"""The optimiser: one operation for each variable, where Keras takes over twenty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

_DECAY, _SQUARE_DECAY, _EPSILON = 0.9, 0.999, 1e-7


class Adam:
    """Adam, with the numbers that Keras takes.

    Args:
      variables: what it changes, all of one floating type.

    Reference:
      Kingma, Ba, arXiv:1412.6980, algorithm 1.
    """

    def __init__(self, variables: Sequence[tf.Variable]):
        self._variables = list(variables)
        self._means, self._squares = (
            [tf.Variable(tf.zeros_like(variable)) for variable in variables] for _ in range(2)
        )
        self._steps = tf.Variable(tf.zeros([], self._variables[0].dtype))

    def get_state(self) -> list[np.ndarray]:
        """Returns what it has gathered: a copy of the means, the squares and the number of steps."""
        return [variable.numpy().copy() for variable in (*self._means, *self._squares, self._steps)]

    def set_state(self, state: Sequence[np.ndarray]) -> None:
        """Puts back what `get_state` returned."""
        variables = (*self._means, *self._squares, self._steps)
        for variable, value in zip(variables, state, strict=True):
            variable.assign(value)

    def step(self, gradients: Sequence[tf.Tensor], rate: tf.Tensor) -> None:
        """Changes the variables against their gradients."""
        steps = self._steps.assign_add(tf.ones_like(self._steps))
        powers = tf.pow(tf.constant([_DECAY, _SQUARE_DECAY], steps.dtype), steps)
        for variable, mean, square, gradient in zip(
            self._variables, self._means, self._squares, gradients, strict=True
        ):
            tf.raw_ops.ResourceApplyAdam(
                var=variable.handle,
                m=mean.handle,
                v=square.handle,
                beta1_power=powers[0],
                beta2_power=powers[1],
                lr=rate,
                beta1=tf.constant(_DECAY, gradient.dtype),
                beta2=tf.constant(_SQUARE_DECAY, gradient.dtype),
                epsilon=tf.constant(_EPSILON, gradient.dtype),
                grad=gradient,
                use_locking=True,
            )
