"""A run that kills itself: python -m benchmarks.killed_run FOLDER LOG SITE.

It begins a run in FOLDER, or goes on with the one that is there; every point at which the integrand is
computed is added to LOG. At the SITE-th site it ends itself by SIGKILL: sites are before and after each
evaluation, and before and after each file gets its name. Prints the sites it passed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np

import iflow

OPTIONS = {"rtol": 1e-3, "seed": 5, "flow": False}
DIM = 3


def integrand(x: np.ndarray) -> np.ndarray:
    """A Gaussian."""
    values: np.ndarray = np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))
    return values


def main(folder: str, log: str, kill_at: int) -> int:
    """Runs; returns how many sites were passed."""
    passed = 0

    def site() -> None:
        nonlocal passed
        passed += 1
        if passed == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(x: np.ndarray) -> np.ndarray:
        site()
        values = integrand(x)
        with open(log, "ab") as file:
            file.write(x.tobytes())
        site()
        return values

    rename = os.replace

    def replace(source: Path, target: Path) -> None:
        site()
        rename(source, target)
        site()

    os.replace = replace  # type: ignore[assignment]
    if Path(folder, "run.json").exists():
        iflow.resume(folder, counted)
    else:
        iflow.integrate(counted, DIM, checkpoint=folder, **OPTIONS)
    return passed


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
