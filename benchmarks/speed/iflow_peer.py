"""iflow's flow and trainer, as its engine uses them."""

from __future__ import annotations

import importlib.metadata
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np

from benchmarks.speed.architecture import Architecture
from benchmarks.speed.task import LEARNING_RATE, points
from iflow.flow import Coupling, How, build_flow
from iflow.options import FlowOptions, TrainingOptions
from iflow.training import Trainer

import tensorflow as tf  # isort: skip, iflow.flow starts it without its greeting

_BLOCK = 2048  # points of one call in float32, as `Flow.place` has them in float64
_NEW_SIZES = (40, 100, 333, 777, 3000, 5001)


class Peer:
    """iflow; it trains in float32.

    Args:
      dim: number of coordinates.
      bins: of each spline.
      hidden: units of each hidden layer.
      batch: points of a training step.
      threads: that TensorFlow may use; the environment says so too, which it reads when it starts.
    """

    def __init__(self, dim: int, bins: int, hidden: list[int], batch: int, threads: int):
        self.version = ", ".join(
            f"{name} {importlib.metadata.version(name)}" for name in ("iflow", "tensorflow")
        )
        self._architecture = Architecture(dim, bins, tuple(hidden))
        self._options = FlowOptions(
            coupling="rational-quadratic", bins=bins, hidden=tuple(hidden), encoding="none"
        )
        self._training = TrainingOptions(batch=batch, learning_rate=LEARNING_RATE)
        self._x, self._log_f = points(dim)
        self._log_q = np.zeros(len(self._x))
        self._rng = np.random.default_rng(1)
        self._compiled: dict[tuple[str, str], Callable[..., Any]] = {}

    def first_step(self) -> float:
        """Builds the flow and takes its first training step, tracing and compiling included; seconds."""
        begun = time.perf_counter()
        self.flow = build_flow(self._architecture.dim, self._options, seed=1)
        self._trainer = Trainer(self.flow, self._training)
        self.train(1)
        return time.perf_counter() - begun

    def train(self, steps: int) -> float:
        """Takes so many steps on random minibatches; seconds of one."""
        return self._fit(len(self._x), steps) / steps

    def sample(self, n: int, dtype: str) -> float:
        """Draws n points with their density; seconds.

        In float64 this is what users get, NumPy arrays included; in float32 it is the same done by hand.
        """
        place = self.flow.place if dtype == "float64" else self._place32
        begun = time.perf_counter()
        place(self._rng.random((n, self._architecture.dim), np.dtype(dtype).type))
        return time.perf_counter() - begun

    def products(self, n: int, dtype: str, passes: int) -> float:
        """Forms the products of the networks, and nothing else, for n points; seconds of one pass."""
        key = "products", dtype
        if key not in self._compiled:
            self._compiled[key] = _products(self._architecture, dtype)
        x = tf.fill([n, self._architecture.dim], tf.constant(0.5, dtype))
        begun = time.perf_counter()
        float(self._compiled[key](x, tf.constant(passes)))
        return (time.perf_counter() - begun) / passes

    def new_sizes(self) -> dict[str, float]:
        """Trains and draws with batches of sizes that it has not met.

        Returns:
          new_traces: functions traced for them.
          lost_seconds: the most that one took beyond what it took again.
        """
        lost = []
        self.sample(_BLOCK, "float64")  # the first call of all takes longer, whatever its size
        with counted_traces() as traces:
            for n in _NEW_SIZES:
                for work in (lambda n=n: self._fit(n, steps=1), lambda n=n: self.sample(n, "float64")):
                    first = work()
                    lost.append(first - work())
        return {"new_traces": len(traces), "lost_seconds": max(0.0, *lost)}

    def _fit(self, n: int, steps: int) -> float:
        begun = time.perf_counter()
        columns = self._x[:n], self._log_f[:n], self._log_q[:n]
        self._trainer.fit(*columns, steps=steps, rng=self._rng)
        return time.perf_counter() - begun

    def _place32(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        key = "draw", "float32"
        if key not in self._compiled:
            points32 = tf.TensorSpec([_BLOCK, self._architecture.dim], tf.float32)
            draw = tf.function(self.flow.forward_and_log_det, autograph=False)
            self._compiled[key] = draw.get_concrete_function(points32, How.DRAWING)
        padded = np.pad(u, [(0, -len(u) % _BLOCK), (0, 0)])
        blocks = [
            self._compiled[key](tf.constant(block)) for block in np.split(padded, len(padded) // _BLOCK)
        ]
        y, log_det = (np.concatenate([part.numpy() for part in parts]) for parts in zip(*blocks, strict=True))
        return y[: len(u)], log_det[: len(u)]


@contextmanager
def counted_traces() -> Iterator[list[str]]:
    """Yields a list that grows with each coupling traced: compiled functions call no Python."""
    seen: list[str] = []

    def counted(name: str) -> Callable[..., Any]:
        original = getattr(Coupling, name)

        def method(*arguments: Any, **keywords: Any) -> Any:
            seen.append(name)
            return original(*arguments, **keywords)

        return method

    with (
        mock.patch.object(Coupling, "forward_columns", counted("forward_columns")),
        mock.patch.object(Coupling, "inverse_columns", counted("inverse_columns")),
    ):
        yield seen


def _products(architecture: Architecture, dtype: str) -> Callable[..., Any]:
    """Returns a function of x [n, dim] and a number of passes, compiled."""
    rng = np.random.default_rng(1)
    networks = [
        [tf.Variable(rng.standard_normal(shape) * shape[0] ** -0.5, dtype=dtype) for shape in layers]
        for layers in architecture.products
    ]

    @tf.function(reduce_retracing=True)
    def run(x: tf.Tensor, passes: tf.Tensor) -> tf.Tensor:
        total = tf.zeros([], dtype)
        for _ in tf.range(passes):
            # The next pass waits for this one, and none can be left out.
            for network in networks:
                hidden = x[:, : network[0].shape[0]] + total
                for weights in network:
                    hidden = tf.linalg.matmul(hidden, weights)
                total = 1e-3 * hidden[0, 0]
        return total

    run(tf.zeros([64, architecture.dim], dtype), tf.constant(1))
    return run
