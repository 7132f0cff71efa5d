"""The rows of a run: one a training iteration or measurement round."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from iflow.sameness import SameNumbers

Phase = Literal["survey", "training", "measurement"]


@dataclass(frozen=True, eq=False)
class Iteration(SameNumbers):
    """What one batch of evaluations said.

    Args:
      phase: "survey", "training" or "measurement"; only measurement rows enter the result.
      neval: evaluations of this row.
      total_neval: evaluations of the run up to here, everything included.
      mean: estimate from this row's points alone.
      sdev: its standard error.
      deviation: standard deviation of a weight over |mean|, at best 0; inf when mean = 0.
      seconds: wall-clock time since the run began.
      running_mean: estimate from all measurement rows so far; nan in other phases.
      running_sdev: its standard error; nan in other phases.
      chi2_per_dof: consistency of the measurement rows so far; nan where undefined.
      q_value: probability of a chi2 at least as large; nan where undefined.
      beta: tempering exponent of a training row, 1 at the full |f|; nan in other phases.
      loss: divergence of a flow's latest fit, averaged over its steps; nan where anything else drew.
      proposal: what the points were drawn from.
      n_needed: points that would meet the target with it, as far as this row tells; nan when measuring.
      log_unit: logarithm of the unit of means and errors, for an f that is given by its logarithm; 0 for
        others.
      ess: effective sample size of this row's weights.
      max_weight_share: share of the sum of this row's weights that the largest carries.
      running_ess: effective sample size of all measured weights so far; nan in other phases.
      excess: how many times what the target allows the error of the measurement is, of several integrals the
        worst one; nan in other phases.
      draw_seconds: what drawing and evaluating this row's points took, in seconds; nan where unknown.
    """

    phase: Phase
    neval: int
    total_neval: int
    mean: float
    sdev: float
    deviation: float
    seconds: float = field(compare=False)
    running_mean: float = math.nan
    running_sdev: float = math.nan
    chi2_per_dof: float = math.nan
    q_value: float = math.nan
    beta: float = math.nan
    loss: float = math.nan
    proposal: str = ""
    n_needed: float = math.nan
    log_unit: float = 0.0
    ess: float = math.nan
    max_weight_share: float = math.nan
    running_ess: float = math.nan
    excess: float = math.nan
    draw_seconds: float = field(default=math.nan, compare=False)
