"""Integrands on infinite ranges: are they found, and are their errors what they claim to be?

    python -m benchmarks.regions --seeds 100 --rows 1
    python -m benchmarks.regions --seeds 20

"Right" is within 4 errors of the exact value; "silently wrong" is not, and called reliable all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import click
import numpy as np

import iflow
from benchmarks.table import print_table

_COLUMNS = ("", "right", "doubted", "silently wrong", "worst pull", "calls, median", "calls, most")
_FAR, _LINE, _HALF = 4.0, (-math.inf, math.inf), (0.0, math.inf)


@dataclass(frozen=True)
class Row:
    """An integrand on an infinite range.

    Args:
      name: for the table.
      f: the integrand.
      region: of it.
      exact: value of the integral.
    """

    name: str
    f: Callable[[np.ndarray], np.ndarray]
    region: list[tuple[float, float]]
    exact: float


def _gaussian(mean: object, sdev: object) -> Callable[[np.ndarray], np.ndarray]:
    def f(x: np.ndarray) -> np.ndarray:
        values: np.ndarray = np.exp(-0.5 * np.square((x - mean) / sdev).sum(axis=1))  # type: ignore[operator]
        return values

    return f


def _two(x: np.ndarray) -> np.ndarray:
    values: np.ndarray = _gaussian(8.0, 1.0)(x) + _gaussian(-8.0, 1.0)(x)
    return values


_SCALES = np.array([0.1, 3.0, 20.0])
_STUDENT = math.sqrt(3.0) * math.pi / 2.0
ROWS = (
    Row("8-d Gaussian at 30, sdev 0.5", _gaussian(30.0, 0.5), [_LINE] * 8, (0.5 * math.pi) ** 4),
    Row(
        "3-d Gaussian at (5, -40, 300), sdev (0.1, 3, 20)",
        _gaussian(np.array([5.0, -40.0, 300.0]), _SCALES),
        [_LINE] * 3,
        float((2.0 * math.pi) ** 1.5 * _SCALES.prod()),
    ),
    Row("two Gaussians at +-8 in 2-d", _two, [_LINE] * 2, 4.0 * math.pi),
    Row("Cauchy", lambda x: 1.0 / (1.0 + x[:, 0] ** 2), [_LINE], math.pi),
    Row("Student's t, 3 degrees", lambda x: (1.0 + x[:, 0] ** 2 / 3.0) ** -2, [_LINE], _STUDENT),
    Row("exp(1000 - x) from 1000 on", lambda x: np.exp(1000.0 - x[:, 0]), [(1000.0, math.inf)], 1.0),
    Row(
        "log(1 + x^2) / (1 + x^2) from 0 on",
        lambda x: np.log1p(x[:, 0] ** 2) / (1.0 + x[:, 0] ** 2),
        [_HALF],
        math.pi * math.log(2.0),
    ),
)


def summary(row: Row, results: list[iflow.Result]) -> list[str]:
    """Returns what many runs say, as one row of the table."""
    pulls = np.array([(r.mean - row.exact) / r.sdev for r in results])
    reliable = np.array([r.reliable for r in results])
    right, neval = np.abs(pulls) < _FAR, [r.neval for r in results]
    told = np.abs(pulls[reliable]).max(initial=0.0)
    return [
        row.name,
        f"{int(right.sum())} of {len(results)}",
        str(int((~reliable).sum())),
        str(int((~right & reliable).sum())),
        f"{told:.1f}",
        f"{np.median(neval):,.0f}",
        f"{max(neval):,}",
    ]


@click.command()
@click.option("--seeds", default=20, show_default=True, help="Runs of each.")
@click.option(
    "--rows", multiple=True, type=click.IntRange(1, len(ROWS)), help="Rows to run; all if not given."
)
@click.option("--rtol", default=1e-3, show_default=True, help="Relative error to reach.")
def main(seeds: int, rows: tuple[int, ...], rtol: float) -> None:
    """Print the table; the worst pull is that of runs called reliable."""
    chosen = [ROWS[number - 1] for number in rows] or list(ROWS)
    lines = [
        summary(row, [iflow.integrate(row.f, row.region, rtol=rtol, seed=seed) for seed in range(seeds)])  # type: ignore[misc]
        for row in chosen
    ]
    print_table(f"infinite ranges, {seeds} seeds, rtol = {rtol:g}", _COLUMNS, lines)


if __name__ == "__main__":
    main()
