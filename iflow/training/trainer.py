"""Fits a flow to weighted points: minibatches, a divergence and an optimiser, inside one graph."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from iflow.flow import Flow
from iflow.options import TrainingOptions
from iflow.training.divergences import DIVERGENCES, Divergence, clipped_chi2

_LARGEST_GRADIENT = 1.0
# Steps between two looks at the weights, of which the last half of a polish is the average.
_CHUNK = 50


class Trainer:
    """Takes optimiser steps on a flow; keeps the optimiser's state from one fit to the next.

    Args:
      flow: the flow whose weights it changes.
      options: divergence, learning rate, minibatch size.
    """

    def __init__(self, flow: Flow, options: TrainingOptions):
        self._flow, self._options = flow, options
        self._optimizer = tf.keras.optimizers.Adam(options.learning_rate)
        self._optimizer.build(flow.trainable_variables)
        self._fit = self._compile(DIVERGENCES[options.divergence])
        self._polish: Callable[..., tf.Tensor] | None = None

    def fit(
        self, y: np.ndarray, log_f: np.ndarray, log_q: np.ndarray, *, steps: int, rng: np.random.Generator
    ) -> float:
        """Takes steps on random minibatches.

        Args:
          y: points of the unit cube, [n, dim].
          log_f: log of the target at each, [n], up to a constant; -inf where it is 0, finite somewhere.
          log_q: log density that each was drawn from, [n].
          steps: how many.
          rng: draws the minibatches.

        Returns:
          The divergence, averaged over the steps.
        """
        rates = np.full(steps, self._options.learning_rate)
        return self._steps(self._fit, self._columns(y, log_f, log_q), rates, rng)

    def polish(
        self, y: np.ndarray, log_f: np.ndarray, log_q: np.ndarray, *, steps: int, rng: np.random.Generator
    ) -> None:
        """Takes steps on the variance of the weights; the learning rate falls to 0 along a cosine.

        The weights of the flow end as their average over the last half of the steps.

        Args: those of `fit`.
        """
        if self._polish is None:
            self._polish = self._compile(clipped_chi2)
        columns = self._columns(y, log_f, log_q)
        rates = 0.5 * self._options.learning_rate * (1.0 + np.cos(np.pi * (np.arange(steps) + 0.5) / steps))
        kept = []
        for start in range(0, steps, _CHUNK):
            self._steps(self._polish, columns, rates[start : start + _CHUNK], rng)
            if 2 * (start + _CHUNK) > steps:
                kept.append(self._flow.get_weights())
        self._flow.set_weights([np.mean(values, axis=0) for values in zip(*kept, strict=True)])

    def _columns(self, y: np.ndarray, log_f: np.ndarray, log_q: np.ndarray) -> list[tf.Tensor]:
        # Only ratios matter; near 0 they keep their digits in float32.
        log_f = log_f - (log_f - log_q).max()
        return [tf.constant(column, self._flow.dtype) for column in (y, log_f, log_q)]

    def _steps(
        self,
        run: Callable[..., tf.Tensor],
        columns: list[tf.Tensor],
        rates: np.ndarray,
        rng: np.random.Generator,
    ) -> float:
        n = len(columns[0])
        picks = rng.integers(n, size=(len(rates), min(n, self._options.batch)))
        return float(run(*columns, tf.constant(picks), tf.constant(rates, tf.float32)))

    def _compile(self, divergence: Divergence) -> Callable[..., tf.Tensor]:
        """Returns the loop over minibatches, traced once for any number of points and steps."""
        variables = self._flow.trainable_variables

        def run(
            y: tf.Tensor, log_f: tf.Tensor, log_q: tf.Tensor, picks: tf.Tensor, rates: tf.Tensor
        ) -> tf.Tensor:
            total = tf.zeros([], self._flow.dtype)
            for step in tf.range(tf.shape(picks)[0]):
                pick = picks[step]
                rows = tf.gather(y, pick)
                with tf.GradientTape() as tape:
                    loss = divergence(
                        tf.gather(log_f, pick), tf.gather(log_q, pick), self._flow.log_prob(rows)
                    )
                gradients, norm = tf.clip_by_global_norm(tape.gradient(loss, variables), _LARGEST_GRADIENT)
                # A divergence that overflows on one minibatch must not turn every weight into nan.
                usable = tf.math.is_finite(norm)
                gradients = [tf.where(usable, gradient, tf.zeros_like(gradient)) for gradient in gradients]
                self._optimizer.learning_rate.assign(rates[step])
                self._optimizer.apply(gradients, variables)
                total += loss
            return total / tf.cast(tf.shape(picks)[0], total.dtype)

        floats = tf.TensorSpec([None], self._flow.dtype)
        concrete: Callable[..., tf.Tensor] = tf.function(run).get_concrete_function(
            tf.TensorSpec([None, self._flow.dim], self._flow.dtype),
            floats,
            floats,
            tf.TensorSpec([None, None], tf.int64),
            tf.TensorSpec([None], tf.float32),
        )
        return concrete
