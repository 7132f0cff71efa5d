"""The environment of a process that a benchmark starts."""

from __future__ import annotations

import os
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)


def environment(threads: int | None) -> dict[str, str]:
    """Returns this process's variables, with the project on the path of Python.

    Args:
      threads: that numerical packages may use; None leaves that to them.
    """
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    limits = {} if threads is None else dict.fromkeys(_THREADS, str(threads))
    return os.environ | {"PYTHONPATH": path} | limits
