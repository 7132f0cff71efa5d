"""Fits a flow to weighted points: minibatches, a divergence and an optimiser, inside one graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import tensorflow as tf

from iflow.flow import Flow, How
from iflow.options import TrainingOptions
from iflow.training.adam import Adam
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
        self._optimizer = Adam(flow.trainable_variables)
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

    def get_state(self) -> list[np.ndarray]:
        """Returns the state of the optimiser."""
        return self._optimizer.get_state()

    def set_state(self, state: Sequence[np.ndarray]) -> None:
        """Puts back what `get_state` returned."""
        self._optimizer.set_state(state)

    def _columns(self, y: np.ndarray, log_f: np.ndarray, log_q: np.ndarray) -> tf.Tensor:
        # Only ratios matter; near 0 they keep their digits in float32.
        log_f = log_f - (log_f - log_q).max()
        return tf.constant(np.column_stack([y, log_f, log_q]), self._flow.dtype)

    def _steps(
        self, run: Callable[..., tf.Tensor], columns: tf.Tensor, rates: np.ndarray, rng: np.random.Generator
    ) -> float:
        # As many from fewer points too: XLA compiles for one size.
        picks = rng.integers(len(columns), size=(len(rates), self._options.batch))
        return float(run(columns, tf.constant(picks), tf.constant(rates, self._flow.dtype)))

    def _compile(self, divergence: Divergence) -> Callable[..., tf.Tensor]:
        """Returns the loop over minibatches, traced once for any number of points and steps."""
        # Without AutoGraph, which takes most of the time of tracing.
        concrete: Callable[..., tf.Tensor] = tf.function(
            partial(self._run, divergence), autograph=False
        ).get_concrete_function(
            tf.TensorSpec([None, self._flow.dim + 2], self._flow.dtype),
            tf.TensorSpec([None, self._options.batch], tf.int64),
            tf.TensorSpec([None], self._flow.dtype),
        )
        return concrete

    def _run(
        self, divergence: Divergence, columns: tf.Tensor, picks: tf.Tensor, rates: tf.Tensor
    ) -> tf.Tensor:
        """Takes the steps; returns the divergence, averaged over them."""

        def body(step: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            loss = self._step(divergence, tf.gather(columns, picks[step]), rates[step])
            return step + 1, total + loss

        n_steps = tf.shape(picks)[0]
        start = tf.constant(0), tf.zeros([], self._flow.dtype)
        _, total = tf.while_loop(lambda step, _: step < n_steps, body, start)
        return total / tf.cast(n_steps, total.dtype)

    def _step(self, divergence: Divergence, batch: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        """Takes a step on rows of points, log_f and log_q; returns the divergence before."""
        variables = self._flow.trainable_variables
        y, log_f, log_q = tf.split(batch, [self._flow.dim, 1, 1], axis=1)
        with tf.GradientTape() as tape:
            loss = divergence(log_f[:, 0], log_q[:, 0], self._flow.log_prob(y, How.LEARNING))
        gradients = tape.gradient(loss, variables)
        norm = tf.linalg.global_norm(gradients)
        # A divergence that overflows on one minibatch must not turn every weight into nan.
        scale = tf.where(
            tf.math.is_finite(norm), _LARGEST_GRADIENT / tf.maximum(norm, _LARGEST_GRADIENT), 0.0
        )
        self._optimizer.step([tf.math.multiply_no_nan(gradient, scale) for gradient in gradients], rate)
        return loss
