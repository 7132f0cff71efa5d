"""One run, in a process of its own, as numbers that are compared bit for bit.

    python -m benchmarks.repeated_run camel_mixture plain     is started by `benchmarks.reproducibility`

It prints a line of JSON: every number of the result and of its history as hexadecimal floats, but for those
that are times.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import iflow
import integrands

# How a run is computed; none of it is to change a number.
WAYS = ("plain", "workers", "threads", "measured by workers", "resumed", "from file")
_FLOW = {"flow": True, "steps": 20}


@dataclass(frozen=True)
class Case:
    """A run.

    Args:
      f: the integrand; called once, to make it.
      region: of it.
      options: of `iflow.integrate`.
      takes_seconds: whether it trains a flow, and so brings in TensorFlow.
    """

    f: Callable[[], Callable[..., Any]]
    region: Any
    options: dict[str, Any] = field(default_factory=dict)
    takes_seconds: bool = False


class Moments:
    """The camel in four dimensions, with all products of two coordinates: 11 integrals."""

    def __init__(self) -> None:
        self._f = integrands.get("camel", 4)

    def __call__(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """Returns the integrals' values at x [n, 4]."""
        value = self._f(x)
        rows, columns = np.triu_indices(4)
        return {"norm": value, "moments": value[:, np.newaxis] * x[:, rows] * x[:, columns]}


def _camel_in_graph() -> Callable[..., Any]:
    import tensorflow as tf

    def camel(x: Any) -> Any:
        return sum(tf.exp(-tf.reduce_sum(tf.square((x - c) / 0.2), axis=1)) for c in (1 / 3, 2 / 3))

    return camel


CASES = {
    "uniform": Case(lambda: integrands.get("polynomial", 18), 18, {"flow": False}),
    "grid": Case(lambda: integrands.get("gaussian", 4), 4, {"flow": False, "rtol": 1e-4}),
    "mixture": Case(lambda: integrands.get("camel", 8), 8, {"flow": False, "rtol": 1e-3}),
    "cells": Case(lambda: integrands.get("annulus"), 2, {"flow": False, "rtol": 3e-4}),
    "vector": Case(Moments, 4, {"flow": False, "rtol": 1e-3}),
    "infinite": Case(
        lambda: lambda x: np.exp(-0.5 * np.square((x - 3.0) / 0.5).sum(axis=1)),
        [(-math.inf, math.inf)] * 4,
        {"flow": False},
    ),
    "flow": Case(
        lambda: integrands.get("camel", 4), 4, _FLOW | {"rtol": 0.0, "max_neval": 60_000}, takes_seconds=True
    ),
    "flow float64": Case(
        lambda: integrands.get("camel", 4),
        4,
        _FLOW | {"rtol": 0.0, "max_neval": 60_000, "dtype": "float64"},
        takes_seconds=True,
    ),
    "flow wide": Case(
        lambda: integrands.get("camel", 8),
        8,
        _FLOW | {"rtol": 0.0, "max_neval": 60_000, "hidden": (128, 128)},
        takes_seconds=True,
    ),
    "graph": Case(_camel_in_graph, 4, _FLOW | {"rtol": 0.0, "max_neval": 60_000}, takes_seconds=True),
}


def run(name: str, way: str) -> Any:
    """Returns the result of a case, computed in one of the `WAYS`."""
    case = CASES[name]
    f, options = case.f(), {"seed": 1, "rtol": 1e-3, "minimize": "calls"} | case.options
    if way == "workers":
        return iflow.integrate(f, case.region, **options, workers=2)
    if way == "threads":
        with ThreadPoolExecutor(3) as threads:
            return iflow.integrate(f, case.region, **options, executor=threads)
    if way == "measured by workers":
        return iflow.integrate(f, case.region, **options, workers=2, offload="measurement")
    if way in ("resumed", "from file"):
        with tempfile.TemporaryDirectory() as folder:
            return _interrupted(f, case.region, options, Path(folder), way)
    return iflow.integrate(f, case.region, **options)


def _interrupted(f: Any, region: Any, options: dict[str, Any], folder: Path, way: str) -> Any:
    """Returns the result of a run that is stopped after its second row and goes on from disk."""
    rows = []

    def stop(row: Any) -> None:
        rows.append(row)
        if len(rows) == 2:
            raise StopIteration

    if way == "resumed":
        iflow.integrate(f, region, **options, callback=stop, checkpoint=folder / "run")
        return iflow.resume(folder / "run", f)
    integrator = iflow.Integrator(f, region, **options, callback=stop)
    integrator.integrate()
    integrator.save(folder / "run.npz")
    return iflow.Integrator.load(folder / "run.npz", f).integrate()


def numbers_of(result: Any) -> dict[str, Any]:
    """Returns what is compared: means and errors, every row of the history, and a digest of all of it."""
    one = getattr(result, "run", result)
    means, sdevs = (_flat(getattr(result, name)) for name in ("mean", "sdev"))
    rows = [
        [_told(getattr(row, field.name)) for field in dataclasses.fields(row) if field.compare]
        for row in one.history
    ]
    extra = [_told(getattr(one, name)) for name in ("chi2", "Q", "ess", "tail_index", "neval", "n_nonzero")]
    text = json.dumps([means, sdevs, rows, extra])
    return {
        "mean": means,
        "sdev": sdevs,
        "rows": rows,
        "proposal": one.proposal,
        "digest": hashlib.sha256(text.encode()).hexdigest()[:16],
    }


def _flat(value: Any) -> list[str]:
    """Returns the numbers of an array, or of a dict of them, real and imaginary parts one after another."""
    parts = [np.ravel(part) for part in (value.values() if isinstance(value, dict) else [value])]
    flat = np.concatenate([part.view(float) if part.dtype.kind == "c" else part for part in parts])
    return [float(number).hex() for number in flat]


def _told(value: Any) -> Any:
    return value.hex() if isinstance(value, float) else value


if __name__ == "__main__":
    print(json.dumps(numbers_of(run(*sys.argv[1:3]))))
