"""Fits a flow to weighted points: minibatches, a divergence and an optimiser, inside one graph."""

from __future__ import annotations

import math

import numpy as np
import tensorflow as tf

from iflow.flow import Flow
from iflow.options import TrainingOptions
from iflow.training.divergences import DIVERGENCES
from iflow.training.tempering import truncated

_LARGEST_GRADIENT = 1.0
# Points are seen this often in one fit at most: few points taken often are learned by heart.
_MOST_EPOCHS = 6


class Trainer:
    """Takes optimiser steps on a flow; keeps the optimiser's state from one fit to the next.

    Args:
      flow: the flow whose weights it changes.
      options: divergence, learning rate, minibatch size, steps per fit.
      n_fits: fits that are planned; the learning rate falls to zero over them (cosine).
    """

    def __init__(self, flow: Flow, options: TrainingOptions, n_fits: int):
        self._flow, self._options, self._n_done = flow, options, 0
        self._divergence = DIVERGENCES[options.divergence]
        self._optimizer = tf.keras.optimizers.Adam(
            tf.keras.optimizers.schedules.CosineDecay(options.learning_rate, max(1, n_fits * options.steps))
        )
        self._optimizer.build(flow.trainable_variables)
        floats = tf.TensorSpec([None], flow.dtype)
        self._run = tf.function(self._steps).get_concrete_function(
            tf.TensorSpec([None, flow.dim], flow.dtype), floats, floats, tf.TensorSpec([None, None], tf.int64)
        )

    def fit(self, y: np.ndarray, log_f: np.ndarray, log_q: np.ndarray, rng: np.random.Generator) -> float:
        """Takes `options.steps` steps, or fewer where points are few, on random minibatches.

        Args:
          y: points of the unit cube, [n, dim].
          log_f: log of the target at each, [n], up to a constant; -inf where it is 0, finite somewhere.
          log_q: log density that each was drawn from, [n].
          rng: draws the minibatches.

        Returns:
          The divergence, averaged over the steps.
        """
        log_weight = truncated(log_f - log_q)
        # Only ratios matter; near 0 they keep their digits in float32.
        log_f = log_weight - log_weight.max() + log_q
        size = min(len(y), self._options.batch)
        n_steps = min(self._options.steps, math.ceil(_MOST_EPOCHS * len(y) / size))
        picks = rng.integers(len(y), size=(n_steps, size))
        # A fit that was cut short moves on in the learning rate's schedule all the same.
        self._optimizer.iterations.assign(self._n_done * self._options.steps)
        self._n_done += 1
        dtype = self._flow.dtype
        columns = [tf.constant(column, dtype) for column in (y, log_f, log_q)]
        loss = self._run(*columns, tf.constant(picks))
        return float(loss)

    def _steps(self, y: tf.Tensor, log_f: tf.Tensor, log_q: tf.Tensor, picks: tf.Tensor) -> tf.Tensor:
        total = tf.zeros([], self._flow.dtype)
        for pick in picks:
            rows = tf.gather(y, pick)
            with tf.GradientTape() as tape:
                loss = self._divergence(
                    tf.gather(log_f, pick), tf.gather(log_q, pick), self._flow.log_prob(rows)
                )
            variables = self._flow.trainable_variables
            gradients, norm = tf.clip_by_global_norm(tape.gradient(loss, variables), _LARGEST_GRADIENT)
            # A divergence that overflows on one minibatch must not turn every weight into nan.
            usable = tf.math.is_finite(norm)
            gradients = [tf.where(usable, gradient, tf.zeros_like(gradient)) for gradient in gradients]
            self._optimizer.apply(gradients, variables)
            total += loss
        return total / tf.cast(tf.shape(picks)[0], total.dtype)
