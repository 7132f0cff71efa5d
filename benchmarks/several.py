"""Several integrals at once: are the errors of ratios and sums what they claim to be?

    python -m benchmarks.several --seeds 50

The moments of a peak in 4 dimensions, [f, x0 f, x0^2 f]: the error that is quoted for the ratio of the first
two, beside the spread of that ratio over the seeds, and beside the error without correlations. The ratio is
exactly 1/2. vegas takes the same number of calls, half of them to adapt.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import click
import gvar
import numpy as np

import iflow
from benchmarks.table import print_table

_EXACT = 0.5
_COLUMNS = ("", "calls", "spread", "quoted", "quoted / spread", "worst to uncorrelated", "worst pull")


def moments(x: np.ndarray) -> np.ndarray:
    """Returns f, x0 f and x0^2 f at points x [n, 4], [n, 3]."""
    f = np.exp(-200.0 * np.square(x - 0.5).sum(axis=1))
    moments: np.ndarray = f[:, np.newaxis] * x[:, :1] ** np.arange(3)
    return moments


@dataclass(frozen=True)
class Ratio:
    """One run's ratio of the second integral to the first.

    Args:
      mean: of it.
      quoted: its standard error, with the correlation.
      uncorrelated: the same without.
      neval: calls.
    """

    mean: float
    quoted: float
    uncorrelated: float
    neval: int


def with_iflow(seed: int, rtol: float) -> Ratio:
    """Returns the ratio of one run of iflow."""
    result = iflow.integrate(moments, 4, rtol=rtol, seed=seed)
    return _ratio(result.gvar, result.neval)


def with_vegas(seed: int, neval: int) -> Ratio:
    """Returns the ratio of one run of vegas with as many calls."""
    import vegas

    rng = np.random.default_rng(seed)
    integrator = vegas.Integrator(4 * [[0.0, 1.0]], ran_array_generator=rng.random)
    batched = vegas.lbatchintegrand(moments)
    integrator(batched, nitn=5, neval=neval // 10)
    found = integrator(batched, nitn=5, neval=neval // 10, adapt=False)
    return _ratio(np.asarray(found), neval)


def _ratio(moments: np.ndarray, neval: int) -> Ratio:
    ratio = moments[1] / moments[0]
    apart = gvar.gvar(gvar.mean(moments), gvar.sdev(moments))
    return Ratio(ratio.mean, ratio.sdev, (apart[1] / apart[0]).sdev, neval)


def row(name: str, ratios: list[Ratio]) -> list[str]:
    """Returns what many runs say, as one row of the table."""
    means, quoted = np.array([r.mean for r in ratios]), np.array([r.quoted for r in ratios])
    spread = math.sqrt(float(np.square(means - _EXACT).mean()))
    typical = math.sqrt(float(np.square(quoted).mean()))
    return [
        name,
        f"{np.median([r.neval for r in ratios]):,.0f}",
        f"{spread:.2e}",
        f"{typical:.2e}",
        f"{typical / spread:.2f}",
        f"{max(r.quoted / r.uncorrelated for r in ratios):.3f}",
        f"{np.abs((means - _EXACT) / quoted).max():.1f}",
    ]


@click.command()
@click.option("--seeds", default=50, show_default=True, help="Runs.")
@click.option("--rtol", default=1e-3, show_default=True, help="Relative error of every moment.")
def main(seeds: int, rtol: float) -> None:
    """Print the table."""
    own = [with_iflow(seed, rtol) for seed in range(1, seeds + 1)]
    neval = int(np.median([ratio.neval for ratio in own]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = [with_vegas(seed, neval) for seed in range(1, seeds + 1)]
    title = f"first moment over norm of a peak in 4 dimensions, {seeds} seeds, rtol = {rtol:g}"
    print_table(title, _COLUMNS, [row("iflow", own), row("vegas", peer)])


if __name__ == "__main__":
    main()
