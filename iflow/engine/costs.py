"""What a run costs, in seconds or in calls: the arithmetic behind every choice of the engine.

The engine's own costs are constants, measured once on one core of a 2020s server: choices made with
them repeat on every machine.
"""

from __future__ import annotations

import math

# The integrand's cost where a seed is given but no cost: a measured one would not repeat.
ASSUMED_COST = 1e-5
# Seconds to import TensorFlow, and to trace and compile couplings of one shape.
_IMPORT, _COMPILING = 5.0, 4.5
# Points that training sees at least, and the deviation of the weights over the mean that a trained flow
# is hoped to reach: what a flow promises before there is one.
LEAST_TRAINING = 20_000
_HOPED_DEVIATION, _HOPED_RATE = 0.25, 0.65

_SECONDS_PER_COORDINATE = {
    "uniform": 3e-8,
    "grid": 2e-7,
    "spline grid": 2e-7,
    "mixture": 2e-7,
    "cells": 1.5e-7,
}
_SECONDS_PER_FIT_AND_AXIS = {"uniform": 0.0, "grid": 0.01, "spline grid": 0.02, "mixture": 0.3, "cells": 0.1}
# A flow has 2 log2(dim) couplings of dim / 2 moved coordinates: seconds for a step on a minibatch, and
# for a point, by their product.
_SECONDS_PER_STEP, _SECONDS_PER_FLOW_POINT = 1.4e-3, 2.8e-7

# The power of n at which the error of nets falls: what is typical of a proposal beyond the 1/2 of independent
# points in few dimensions, and the most that is believed. Nets do best where the axes are independent and
# the map is smooth, or where each hits every cell.
_TYPICAL_GAIN = {
    "uniform": 0.45,
    "grid": 0.25,
    "spline grid": 0.45,
    "mixture": 0.35,
    "flow": 0.35,
    "cells": 0.6,
}
_MANY_DIMENSIONS = 8.0
FASTEST_RATE = {"uniform": 1.5, "grid": 0.7, "spline grid": 1.5, "mixture": 0.8, "flow": 0.8, "cells": 1.0}


def typical_rate(name: str, dim: int) -> float:
    """Returns the power of n at which the error of nets falls for this kind of proposal, as a rule."""
    return 0.5 + _TYPICAL_GAIN[name] / (1.0 + dim / _MANY_DIMENSIONS)


def seconds_per_point(name: str, dim: int) -> float:
    """Returns what drawing a point takes: of one component, for the mixture."""
    if name == "flow":
        return _SECONDS_PER_FLOW_POINT * _moved(dim)
    return _SECONDS_PER_COORDINATE[name] * dim


def seconds_per_fit(name: str, dim: int) -> float:
    """Returns what a fit of anything but a flow takes."""
    return _SECONDS_PER_FIT_AND_AXIS[name] * dim


def flow_startup(dim: int) -> float:
    """Returns what it takes until a flow can be trained and drawn from."""
    n_shapes = 2 if dim % 2 and dim > 1 else 1
    return _IMPORT + n_shapes * _COMPILING


def seconds_per_step(dim: int) -> float:
    """Returns what an optimiser step on a flow takes."""
    return _SECONDS_PER_STEP * _moved(dim)


def _moved(dim: int) -> float:
    return dim * math.ceil(math.log2(max(dim, 2)))


class Currency:
    """Turns calls and seconds into the one thing that is to be minimised.

    Args:
      minimize: "time" or "calls".
      cost: seconds of one integrand call.
    """

    def __init__(self, minimize: str, cost: float):
        self.cost = cost
        self._minimize = minimize
        self._counts_time = minimize == "time"

    def within_reach(self, reachable: bool) -> None:
        """Counts calls alone as long as no proposal reaches the target within the budget.

        Time is saved only where the target ends the run; elsewhere the calls are what there is to spend.
        """
        self._counts_time = reachable and self._minimize == "time"

    def points(self, n: float, seconds_each: float) -> float:
        """Returns the price of n evaluated points that take so long to draw."""
        return n * (self.cost + seconds_each) if self._counts_time else n

    def work(self, seconds: float) -> float:
        """Returns the price of computing that calls no integrand."""
        return seconds if self._counts_time else 0.0

    def remarks(self, measured: float, n: int, n_workers: int = 1) -> tuple[str, ...]:
        """Returns what the user should know about the cost that choices were made with.

        Where several workers compute at the same time, a call keeps the run for a part of its own time only:
        a cost anywhere between the two is in order.

        Args:
          measured: seconds that a call of f has taken, wherever it was computed.
          n: calls of the run.
          n_workers: that compute at the same time.
        """
        if self._minimize == "calls" or not self.cost:
            return ()
        share = measured / n_workers
        if 0.1 * share < self.cost < 10.0 * measured or max(share, self.cost) * n < 1.0:
            return ()
        among = f", {share:.1g} s of the run with {n_workers} workers" if n_workers > 1 else ""
        return (
            f"a call of f was taken to cost {self.cost:.1g} s, but it costs {measured:.1g} s{among}: give "
            f"cost={share:.1g} for better choices",
        )


def hoped_points(relative_error: float) -> float:
    """Returns how many points a well-trained flow is hoped to need, training included."""
    if relative_error <= 0.0:
        return math.inf
    ratio = min(_HOPED_DEVIATION / relative_error, 1e100)
    return LEAST_TRAINING + 1.5 * ratio ** (1.0 / _HOPED_RATE)
