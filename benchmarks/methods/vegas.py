"""VEGAS+ of the `vegas` package: adapt, then measure with a frozen map and frozen strata.

Reference:
  Lepage, arXiv:2009.05112.
"""

from __future__ import annotations

import gvar
import numpy as np
import vegas

from benchmarks.methods.account import Account
from benchmarks.record import Outcome, Task
from integrands import Integrand

_N_ADAPTING = 10
_FIRST = 5_000  # calls of an iteration of the first map
_ADAPTING_SHARE = 0.12  # of the calls that the target still takes, spent on a map where that is many more
_LARGEST_SHARE = 0.25  # of the calls that are left, spent on a map
_MAP_GROWTH = 3  # largest step from one map's iterations to the next one's
_ROUND_GROWTH = 4  # largest step from what has been measured to the next measured iteration
_LEAST = 500  # smaller iterations take more calls than they are given
_LARGEST = 5_000_000  # calls of an iteration, which bounds memory


def run(f: Integrand, task: Task) -> Outcome:
    """Returns what VEGAS+ makes of f.

    Ten adapting iterations make a map, a measured one predicts what the target takes with it. As long
    as that is much more than the map has cost, ten larger iterations improve the map and the
    measurement begins anew. Then measured iterations follow, each larger than the one before because
    strata get finer with size, until the target is met. Shares and steps are those with the fewest
    calls on the i-flow suite.
    """
    gvar.ranseed(task.seed)
    account = Account(f, task)

    @vegas.batchintegrand
    def batch(x: np.ndarray) -> np.ndarray:
        return account.f(x)

    integrator = vegas.Integrator([[0.0, 1.0]] * f.dim)
    n = max(_LEAST, min(_FIRST, account.left // (4 * _N_ADAPTING)))
    while True:
        integrator(batch, nitn=_N_ADAPTING, neval=n, adapt=True)
        account.forget()
        _measure(integrator, batch, account, 2 * n)
        worth = int(min(_ADAPTING_SHARE * account.needed, _LARGEST_SHARE * account.left) / _N_ADAPTING)
        if worth < 2 * n:
            break
        n = min(worth, _MAP_GROWTH * n, _LARGEST)
    while not account.is_reached and account.left >= _LEAST:
        _measure(integrator, batch, account, min(account.missing, _ROUND_GROWTH * account.measured))
    return account.outcome("VEGAS map")


def _measure(integrator: vegas.Integrator, batch: object, account: Account, n: int) -> None:
    before = account.neval
    average = integrator(batch, nitn=1, neval=min(max(n, _LEAST), _LARGEST), adapt=False)
    account.add(float(average.mean), float(average.sdev), account.neval - before)
