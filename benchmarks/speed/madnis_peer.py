"""MadNIS' flow, loss and optimiser, as its own training step uses them.

Reference:
  Heimel et al., arXiv:2212.06172 and arXiv:2311.01548.
"""

from __future__ import annotations

import importlib.metadata
import time

import torch  # type: ignore[import-not-found, unused-ignore]
from madnis.integrator import (  # type: ignore[import-not-found, unused-ignore]
    kl_divergence,
)
from madnis.nn import Flow  # type: ignore[import-not-found, unused-ignore]

from benchmarks.speed.task import LEARNING_RATE, points

# Drawn in one piece, which is its default, 1e5 points take it up to twice as long.
_BLOCK = 10_000


class Peer:
    """MadNIS in float32, with its defaults but for the number of layers.

    Args:
      dim: number of coordinates.
      bins: of each spline.
      hidden: units of each hidden layer, all the same.
      batch: points of a training step.
      threads: that PyTorch may use.
    """

    def __init__(self, dim: int, bins: int, hidden: list[int], batch: int, threads: int):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.version = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("madnis", "torch"))
        # It counts the layer of the outputs too.
        self._settings = {"dims_in": dim, "layers": len(hidden) + 1, "units": hidden[0], "bins": bins}
        x, log_f = (torch.as_tensor(column, dtype=torch.float32) for column in points(dim))
        f = log_f.exp()
        self._batches = list(
            zip(x.split(batch), f.split(batch), torch.ones_like(f).split(batch), strict=True)
        )

    def first_step(self) -> float:
        """Builds the flow and takes its first training step; seconds."""
        begun = time.perf_counter()
        self._flow = Flow(**self._settings)
        self._optimizer = torch.optim.Adam(self._flow.parameters(), LEARNING_RATE)
        self.train(1)
        return time.perf_counter() - begun

    def train(self, steps: int) -> float:
        """Takes so many steps on batches drawn before; seconds of one."""
        begun = time.perf_counter()
        for step in range(steps):
            x, f, q = self._batches[step % len(self._batches)]
            self._optimizer.zero_grad()
            loss = kl_divergence(f, self._flow.prob(x), q_sample=q)
            loss.backward()
            self._optimizer.step()
        return (time.perf_counter() - begun) / steps

    def sample(self, n: int, dtype: str) -> float:
        """Draws n points with their density; seconds."""
        begun = time.perf_counter()
        with torch.no_grad():
            for start in range(0, n, _BLOCK):
                self._flow.sample(min(_BLOCK, n - start), return_prob=True, dtype=getattr(torch, dtype))
        return time.perf_counter() - begun
