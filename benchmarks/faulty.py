"""An integrand that ends the process it is computed in, hangs, or returns rubbish, a few times."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np


def gaussian(x: np.ndarray) -> np.ndarray:
    """A Gaussian."""
    values: np.ndarray = np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))
    return values


class Faulty:
    """A Gaussian to which something happens on workers, where x_0 > 0.9.

    Args:
      fault: "kill", "exit", "sys.exit" or "hang"; "wrong shape", "nan", or else what is returned.
      folder: where it notes how often it has happened, and every point that it has computed.
      most: how often it happens.
    """

    def __init__(self, fault: Any, folder: Path, *, most: int = 1):
        self.fault, self.folder, self.most = fault, folder, most
        self._parent = os.getpid()

    def __call__(self, x: np.ndarray) -> Any:
        """Returns the values, or anything else."""
        if os.getpid() != self._parent and (x[:, 0] > 0.9).any() and self._is_due():
            return self._fail(x)
        with open(self.folder / "points", "ab") as file:
            file.write(x.tobytes())
        return gaussian(x)

    @property
    def n_faults(self) -> int:
        """How often it has happened."""
        return sum((self.folder / f"fault {number}").exists() for number in range(self.most))

    @property
    def points(self) -> np.ndarray:
        """Every point of 3 coordinates that has been computed, [n, 3]."""
        return np.fromfile(self.folder / "points").reshape(-1, 3)

    def heal(self) -> None:
        """Sees to it that nothing happens any more."""
        for number in range(self.most):
            (self.folder / f"fault {number}").touch()

    def _is_due(self) -> bool:
        for number in range(self.most):
            try:
                os.close(os.open(self.folder / f"fault {number}", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            return True
        return False

    def _fail(self, x: np.ndarray) -> Any:
        if self.fault == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.fault == "exit":
            os._exit(1)
        elif self.fault == "sys.exit":
            raise SystemExit(1)
        elif self.fault == "hang":
            time.sleep(1_000)
        elif self.fault == "wrong shape":
            return np.zeros(len(x) + 1)
        elif self.fault == "nan":
            return np.full(len(x), np.nan)
        return self.fault
