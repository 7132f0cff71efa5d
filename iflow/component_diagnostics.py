"""Can the errors of several integrals be trusted? Every reason why not, for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from iflow.diagnostics import doubts
from iflow.engine.component_measurement import ComponentResult
from iflow.several.counted import Counted
from iflow.statistics.summit import Summit

# Sentences that name so many integrals; the rest are counted.
_MOST_NAMES = 3
# The mean in standard errors below which it may as well be 0.
_NEAR_ZERO = 3.0


def component_doubts(
    measured: ComponentResult, summits: Sequence[Summit | None], lost: float
) -> tuple[tuple[str, ...], ...]:
    """Returns for each of the k real integrals one sentence for each reason not to trust its error.

    None for the part of a complex number that vanishes: it has no error though it was never nonzero.

    Args:
      measured: all of them.
      summits: what the largest |f| look like, k of them; amounts are relative to the integral of |f|.
      lost: what lies nearer to limits than floats resolve, likewise.
    """
    own = measured.found
    vanishes = (own.n_nonzero == 0) & (own.sdev == 0.0)
    least = own.least if measured.deviations is not None else np.zeros(len(own.mean))
    return tuple(
        ()
        if vanishes[number]
        else doubts(
            measured.found.estimate(number),
            tail_index=float(measured.tail_index[number]),
            q_value=float(measured.q_value[number]),
            beta=None,
            least=float(least[number]),
            summit=_in_units_of(summits[number], own.estimate(number).absolute),
            lost=lost,
        )
        for number in range(len(measured.found.mean))
    )


def _in_units_of(summit: Summit | None, absolute: float) -> Summit | None:
    return None if summit is None else replace(summit, unresolved=summit.unresolved * absolute)


def gathered(names: Sequence[str], reasons: Sequence[Sequence[str]], counted: Counted) -> tuple[str, ...]:
    """Returns the doubts about those that count, each sentence with the name, the first three of them."""
    doubtful = [column for column in counted.columns.tolist() if reasons[column]]
    found = [f"{_quoted(names[column])}: {reasons[column][0]}" for column in doubtful[:_MOST_NAMES]]
    if len(doubtful) > _MOST_NAMES:
        found.append(f"there is doubt about {len(doubtful) - _MOST_NAMES} more integrals of {len(names)}")
    return tuple(found)


def component_remarks(
    names: Sequence[str], reasons: Sequence[Sequence[str]], counted: Counted, measured: ComponentResult
) -> tuple[str, ...]:
    """Returns sentences on integrals that the user may act on but that cast no doubt on those that count."""
    found, others = [], set(range(len(names))) - set(counted.columns.tolist())
    doubtful = sorted(number for number in others if reasons[number])
    if doubtful:
        found.append(
            f"{_listed([names[number] for number in doubtful])}, which the target is not for, cannot be "
            "trusted: see their own warnings"
        )
    own = measured.found
    size, error = counted.sizes(own.mean), counted.sizes(own.sdev)
    near_zero = (
        (size < _NEAR_ZERO * error) & np.isfinite(error) & np.isin(np.arange(len(size)), counted.numbers)
    )
    if near_zero.any():
        columns = [counted.first_column(number) for number in np.flatnonzero(near_zero).tolist()]
        found.append(
            f"{_listed([names[column] for column in columns])}: compatible with 0 or nearly so, where a "
            "relative error means little: use atol, or name the component that counts"
        )
    return tuple(found)


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(map(_quoted, names[:_MOST_NAMES]))
    more = len(names) - _MOST_NAMES
    return text if more <= 0 else f"{text} and {more} more"


def _quoted(name: str) -> str:
    return f"integral {name}" if name.startswith("[") else repr(name)
