"""Runs of integrands that are given by their logarithm, as pictures can show them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iflow.history import Iteration
    from iflow.result import Result


def logarithms(result: Result) -> Result:
    """Returns the logarithms of the result and of its rows, with their errors; other results as they are."""
    if result.of_log is None:
        return result
    history = tuple(_logarithms(row) for row in result.history)
    return replace(result, mean=result.log_mean, sdev=result.log_sdev, history=history)


def in_own_units(result: Result) -> Result:
    """Returns the result with its mean as the unit, so that its relative errors can be shown."""
    return result if result.of_log is None else replace(result, mean=1.0, sdev=result.log_sdev)


def _logarithms(row: Iteration) -> Iteration:
    mean, sdev = _of(row.mean, row.sdev, row.log_unit)
    running_mean, running_sdev = _of(row.running_mean, row.running_sdev, row.log_unit)
    return replace(row, mean=mean, sdev=sdev, running_mean=running_mean, running_sdev=running_sdev)


def _of(mean: float, sdev: float, log_unit: float) -> tuple[float, float]:
    if math.isnan(mean) or mean <= 0.0:
        return math.nan, math.nan
    return log_unit + math.log(mean), sdev / mean
