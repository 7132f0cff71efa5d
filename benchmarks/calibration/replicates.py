"""What the pull of a calibrated run is distributed like: a normal, or Student's t of its replicates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scipy import stats

_REPLICATES = 16  # that iflow's measurement begins with; they double, or others of their size join them


def replicate_sizes(rounds: Sequence[int]) -> list[int]:
    """Returns the points of each replicate at the end of a measurement; none where there are no replicates.

    Args:
      rounds: points of each round, of which the first has 16 replicates; a round doubles them all, adds some
        of the same size, or smaller ones of different powers of 2.
    """
    if not rounds or rounds[0] % _REPLICATES:
        return []
    size, sizes = rounds[0] // _REPLICATES, [rounds[0] // _REPLICATES] * _REPLICATES
    for n in rounds[1:]:
        if n == size * len(sizes):
            size *= 2
            sizes = [size] * len(sizes)
        else:
            whole, rest = divmod(n, size)
            sizes += [size] * whole + [1 << bit for bit in range(rest.bit_length()) if rest >> bit & 1]
    return sizes


def degrees_of_freedom(rounds: Sequence[int]) -> float:
    """Returns those of an error that comes from the spread of replicates weighted by their points.

        dof = 1 / sum_r w_r^2 - 1,   w_r the share of the points

    Args:
      rounds: as for `replicate_sizes`; empty for an error that comes from many independent points, which has
        infinitely many.
    """
    sizes = replicate_sizes(rounds)
    return sum(sizes) ** 2 / sum(size**2 for size in sizes) - 1.0 if sizes else math.inf


@lru_cache(maxsize=1024)
def widening(dof: float) -> float:
    """Returns the factor by which iflow widens the spread of replicates, right about 1 and 2 sigma."""
    if math.isinf(dof):
        return 1.0
    ratios = [stats.t.ppf(stats.norm.cdf(k), dof) / k for k in (1.0, 2.0)]
    return math.sqrt(float(ratios[0] * ratios[1]))


def p_of_pull(pull: float, dof: float) -> float:
    """Returns the probability of a pull at least as large of either sign, if the run is calibrated."""
    if math.isinf(dof):
        return float(2.0 * stats.norm.sf(abs(pull)))
    return float(2.0 * stats.t.sf(abs(pull) * widening(dof), dof))


def p_of_chi2(chi2: float, k: int, dof: float) -> float:
    """Returns the probability of a chi2 of k integrals at least as large, if the run is calibrated.

    With a covariance from replicates, widening^2 chi2 is Hotelling's T^2: (dof - k + 1) / (k dof) times it
    has the F distribution of k and dof - k + 1 degrees of freedom.

    Reference:
      Hotelling, Ann. Math. Stat. 2 (1931) 360.
    """
    if math.isinf(dof):
        return float(stats.chi2.sf(chi2, k))
    if dof < k:
        return math.nan
    return float(stats.f.sf(widening(dof) ** 2 * chi2 * (dof - k + 1) / (k * dof), k, dof - k + 1))


@dataclass(frozen=True)
class Null:
    """What pulls of calibrated runs come to, which is not quite a standard normal where replicates are few.

    Args:
      within: probabilities of |pull| <= 1 and <= 2.
      spread: standard deviation.
      kurtosis: excess of the fourth moment over that of a normal.
    """

    within: dict[int, float]
    spread: float
    kurtosis: float


def null_of(dofs: Sequence[float]) -> Null:
    """Returns the null of a mixture of runs with these degrees of freedom, each more than 4."""
    parts = [_null(round(dof, 1)) for dof in dofs]
    n = len(parts)
    second = sum(part.spread**2 for part in parts) / n
    fourth = sum((part.kurtosis + 3.0) * part.spread**4 for part in parts) / n
    return Null(
        within={k: sum(part.within[k] for part in parts) / n for k in (1, 2)},
        spread=math.sqrt(second),
        kurtosis=fourth / second**2 - 3.0,
    )


@lru_cache(maxsize=1024)
def _null(dof: float) -> Null:
    within = {k: 1.0 - p_of_pull(float(k), dof) for k in (1, 2)}
    if math.isinf(dof):
        return Null(within, 1.0, 0.0)
    return Null(within, math.sqrt(dof / (dof - 2.0)) / widening(dof), 6.0 / (dof - 4.0))
