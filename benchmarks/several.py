"""Several integrals at once: are the errors of ratios and sums what they claim to be?

    python -m benchmarks.several --seeds 50

The moments of a peak in 4 dimensions, [f, x0 f, x0^2 f]: the error that is quoted for the ratio of the first
two, beside the spread of that ratio over the seeds, and beside the error without correlations. The ratio is
exactly 1/2. vegas takes the same number of calls, half of them to adapt.
"""

from __future__ import annotations

import argparse
import math
import warnings
from dataclasses import dataclass

import gvar
import numpy as np

import iflow

_EXACT = 0.5


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


def line(name: str, ratios: list[Ratio]) -> str:
    """Returns what many runs say, as one row of the table."""
    means, quoted = np.array([r.mean for r in ratios]), np.array([r.quoted for r in ratios])
    spread = math.sqrt(float(np.square(means - _EXACT).mean()))
    typical = math.sqrt(float(np.square(quoted).mean()))
    worst = max(r.quoted / r.uncorrelated for r in ratios)
    pulls = (means - _EXACT) / quoted
    return (
        f"{name:<8} {np.median([r.neval for r in ratios]):>10,.0f} {spread:>12.2e} {typical:>12.2e} "
        f"{typical / spread:>12.2f} {worst:>18.3f} {np.abs(pulls).max():>12.1f}"
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--rtol", type=float, default=1e-3)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    print(f"ratio of the first moment to the norm, {options.seeds} seeds, rtol = {options.rtol:g}")
    print(
        f"{'':<8} {'calls':>10} {'spread':>12} {'quoted':>12} {'quoted/spr.':>12} {'worst to uncorr.':>18} "
        f"{'worst pull':>12}"
    )
    own = [with_iflow(seed, options.rtol) for seed in range(1, options.seeds + 1)]
    print(line("iflow", own))
    neval = int(np.median([ratio.neval for ratio in own]))
    print(line("vegas", [with_vegas(seed, neval) for seed in range(1, options.seeds + 1)]))


if __name__ == "__main__":
    main()
