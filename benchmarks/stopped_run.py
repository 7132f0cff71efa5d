"""A run that others stop: python -m benchmarks.stopped_run FOLDER LOG WORKERS.

It begins a run in FOLDER, or goes on with the one that is there, in this process (WORKERS = 0) or by so many
others. Every point is added to LOG once f is computed there. Prints a line as the run begins.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import iflow
from benchmarks.killed_run import DIM, integrand

# About a second: most of it is spent in f.
OPTIONS: dict[str, Any] = {"rtol": 0.0, "max_neval": 60_000, "seed": 5, "flow": False, "cost": 1e-5}
_COST = 1e-5


class Logged:
    """A Gaussian that takes 10 microseconds a point, and writes down what it has computed.

    Args:
      log: file that its points are added to, whoever computes.
      cost: seconds a point.
    """

    def __init__(self, log: str | os.PathLike[str], cost: float = _COST):
        self.log, self.cost = str(log), cost

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the values at x [n, 3]."""
        values = integrand(x)
        time.sleep(self.cost * len(x))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(descriptor, x.tobytes())  # in one go: others add to it too
        finally:
            os.close(descriptor)
        return values


def run(f: Logged, folder: str | os.PathLike[str], workers: int = 0) -> Any:
    """Returns the result of a run in a folder, from where it is to its end."""
    chosen: dict[str, Any] = {"workers": workers} if workers else {}
    if Path(folder, "run.json").exists():
        return iflow.resume(folder, f, **chosen)
    return iflow.integrate(f, DIM, checkpoint=folder, **OPTIONS, **chosen)


if __name__ == "__main__":
    print("begun", flush=True)
    run(Logged(sys.argv[2]), sys.argv[1], int(sys.argv[3]))
