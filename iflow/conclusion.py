"""What a run comes to: its result, with every reason to doubt it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from iflow.component_diagnostics import component_doubts, component_remarks, gathered
from iflow.diagnostics import doubts, remarks
from iflow.engine.component_measurement import ComponentMeasurement
from iflow.engine.measurement import Measurement
from iflow.engine.preparation import Preparation
from iflow.logbook import Logbook
from iflow.omission import Omission
from iflow.options import Options
from iflow.result import Result
from iflow.sampler import Sampler
from iflow.several.counted import Counted
from iflow.several.measured import Measured
from iflow.several.results import Results
from iflow.statistics.estimate import Estimate
from iflow.statistics.summit import Summit


@dataclass(frozen=True)
class Run:
    """A run as it stands.

    Args:
      options: what the user chose.
      seed: of everything.
      sampler: evaluates f.
      logbook: has its rows.
      preparation: found the proposal.
      measurement: what was measured with it.
      counted: which of several integrals count; None for a single one.
      stop_reason: why it stopped.
      remarks: on how it was kept.
      circumstances: sentences on what no number depends on, and that differ between equal runs.
    """

    options: Options
    seed: int
    sampler: Sampler
    logbook: Logbook
    preparation: Preparation
    measurement: Measurement
    counted: Counted | None
    stop_reason: str
    remarks: tuple[str, ...] = ()
    circumstances: tuple[str, ...] = ()


def conclude(run: Run) -> Result | Results:
    """Returns the result of a run as it stands."""
    result = _result(run)
    components = run.measurement.components
    return (
        result
        if components is None or run.counted is None
        else _results(run, result, components, run.counted)
    )


def _result(run: Run) -> Result:
    preparation, measurement = run.preparation, run.measurement
    estimate = measurement.estimate()
    chi2, dof, q_value = measurement.consistency()
    tail_index = measurement.tail_index()
    of_norm = run.counted is not None and not run.counted.is_one_real
    omission = _omission_of(run)
    reasons = () if of_norm else omission.doubts(estimate)
    reasons += doubts(
        estimate,
        tail_index=tail_index,
        q_value=q_value,
        beta=preparation.beta,
        seen=preparation.seen,
        pilots=preparation.pilots,
        least=measurement.least(),
        summit=measurement.summit(),
        lost=preparation.lost,
    )
    excess = measurement.excess(run.options.target)
    converged = estimate.n > 1 and excess <= 1.0
    notes = remarks(
        estimate,
        pointwise=run.sampler.pointwise,
        n_needed=None if converged or not estimate.n else estimate.n * excess * excess,
        spread_ratio=measurement.spread_ratio(),
        not_traced=run.sampler.not_traced,
        of_norm=of_norm,
    )
    notes = omission.remarks(estimate, of_norm=of_norm) + notes
    plain = estimate.in_unit(0.0)
    return Result(
        mean=plain.mean,
        sdev=plain.sdev,
        chi2=chi2,
        dof=dof,
        Q=q_value,
        neval=run.sampler.neval,
        neval_measured=estimate.n,
        ess=estimate.ess,
        max_weight_share=estimate.max_weight_share,
        tail_index=tail_index,
        n_nonzero=estimate.n_nonzero,
        proposal=preparation.proposal.name,
        converged=converged,
        reliable=not reasons,
        stop_reason=run.stop_reason,
        warnings=reasons + notes + preparation.remarks() + run.sampler.notes + run.remarks,
        seconds=run.logbook.seconds,
        seed=run.seed,
        history=run.logbook.rows,
        weight_histogram=measurement.histogram(),
        error_allowed=run.options.target.error_allowed(1.0 if run.sampler.log else plain.mean),
        of_log=_of_log(estimate) if run.sampler.log else None,
        of_norm=of_norm,
        n_skipped=run.sampler.n_skipped,
        n_searched=run.sampler.n_searched,
        n_nonfinite=run.sampler.n_nonfinite,
        circumstances=preparation.remarks_on_cost() + run.circumstances,
        n_unbent=preparation.n_unbent,
    )


def _omission_of(run: Run) -> Omission:
    """Returns what is known of points that count as 0."""
    domain = run.sampler.domain
    return Omission(
        n_raised=run.sampler.n_skipped,
        n_nonfinite=run.sampler.n_nonfinite,
        measured=run.measurement.omitted,
        uniform=run.preparation.omitted,
        first=(run.sampler.first_skipped, run.sampler.first_nonfinite),
        is_volume=not (domain.is_changed or domain.box.unbounded.any()) and domain.box.bend.is_none,
    )


def _results(run: Run, result: Result, components: ComponentMeasurement, counted: Counted) -> Results:
    """Returns what was measured of several integrals; `result` is of what the proposals learned."""
    measured, layout = components.result(), run.sampler.layout
    omission = _omission_of(run)
    reasons = tuple(
        (*omission.of_one(measured.found.estimate(number)), *of_weights)
        for number, of_weights in enumerate(
            component_doubts(measured, _summits(run, counted, len(layout.names)), run.preparation.lost)
        )
    )
    doubtful = gathered(layout.names, reasons, counted)
    notes = component_remarks(layout.names, reasons, counted, measured)
    of_run = replace(
        result,
        converged=result.converged and counted.all_seen(measured.found),
        reliable=result.reliable and not doubtful,
        warnings=(*doubtful, *result.warnings, *notes),
    )
    return Results(
        Measured(
            layout=layout,
            run=of_run,
            found=measured.found,
            deviations=measured.deviations,
            chi2=measured.chi2,
            q_value=measured.q_value,
            tail_index=measured.tail_index,
            reasons=reasons,
            correlate=run.options.components.correlate,
        )
    )


def _summits(run: Run, counted: Counted, n: int) -> list[Summit | None]:
    """Returns what the largest |f| look like of each of n integrals, relative to the integral of |f|.

    That of what the proposals learned stands for all that it is made of: where only one counts, for that one.
    """
    summit, absolute = run.measurement.summit(), run.measurement.estimate().absolute
    relative = replace(summit, unresolved=summit.unresolved / absolute if absolute else 0.0)
    columns = {*counted.columns.tolist()} if counted.is_one_real else {*range(n)}
    return [relative if number in columns else None for number in range(n)]


def _of_log(estimate: Estimate) -> tuple[float, float]:
    if not estimate.mean:
        return -math.inf, math.inf
    return estimate.log_unit + math.log(estimate.mean), estimate.sdev / estimate.mean
