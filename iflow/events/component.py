"""Events of several integrals, as those of a single one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from iflow.events.expectation import expectation

if TYPE_CHECKING:
    from iflow.events.events import Events


def of_component(events: Events, name: str) -> Events:
    """Returns the events with the weights of one integral.

        I_k = mean(w_k) of weighted events,   I_k = I sum(w_k) / sum(w) of those that were chosen by w

    Args:
      events: of several integrals.
      name: of a real component.

    Raises:
      ValueError: if there is no such integral, or its weights are not known.
    """
    if events.component_weights is None:
        raise ValueError(
            "these events know the weights of no single integral: f returns one, or they were chosen by an "
            "integral or a norm that may be 0 where others are not; sample() gives weighted events that do"
        )
    if name not in events.component_names:
        raise ValueError(f"there is no integral {name!r}, only {', '.join(events.component_names)}")
    weights = events.component_weights[:, events.component_names.index(name)]
    n = len(weights)
    if events.unweighting is None:
        mean, sdev = float(weights.mean()), float(weights.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf
    else:
        ratio = expectation(events.weights, weights / events.weights)
        mean = events.integral * ratio.mean
        sdev = math.hypot(events.integral * ratio.sdev, events.integral_sdev * ratio.mean)
    return replace(
        events,
        weights=np.ascontiguousarray(weights),
        integral=mean,
        integral_sdev=sdev,
        unweighting=None,
        component_weights=None,
        component_names=(),
        of_norm=False,
    )
