"""Two sides at the same work in turns, so that what else the machine does meets both."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.speed.architecture import Architecture
from benchmarks.speed.comparison import BACK_AND_FORTH, GOAL, Comparison, Start

_BLOCK = 2048  # points of a call when iflow draws
_PRODUCT_SECONDS = 0.02  # that forming products is timed over
_MOST_STEPS = 200
# How iflow draws, and whether the goal is for this: it is for what users get.
_DRAWING = {"float64": GOAL, "float32": None}

Call = Callable[..., Any]


@dataclass(frozen=True)
class Plan:
    """How much is timed.

    Args:
      repeats: turns of each side.
      slice_seconds: that the training steps of one turn take at least, about.
      batch: points of a training step.
      n_drawn: points drawn in a turn.
    """

    repeats: int = 15
    slice_seconds: float = 0.5
    batch: int = 1024
    n_drawn: int = 100_000


def duel(
    architecture: Architecture, plan: Plan, *, home: Call, rival: Call, import_seconds: float
) -> tuple[Start, list[Comparison]]:
    """Returns what happened once, and the comparisons: of training, and of each way of drawing.

    Args:
      architecture: of the flow.
      plan: how much is timed.
      home: calls a method of iflow's `Peer`, by its name.
      rival: the same of the other's.
      import_seconds: what iflow took to be imported.
    """
    first, rival_first = home("first_step"), rival("first_step")
    start = Start(architecture.dim, import_seconds, first, rival_first, **home("new_sizes"))
    steps = {call: _steps(call, plan.slice_seconds) for call in (home, rival)}
    # The networks work in the floating type of their weights, whatever the type of the points.
    passes = max(1, math.ceil(_PRODUCT_SECONDS / home("products", n=_BLOCK, dtype="float32", passes=3)))
    for dtype in _DRAWING:  # compiles what is not
        home("sample", n=min(plan.n_drawn, _BLOCK), dtype=dtype)
    rival("sample", n=min(plan.n_drawn, _BLOCK), dtype="float32")

    training: list[tuple[float, ...]] = []
    drawing: dict[str, list[tuple[float, ...]]] = {dtype: [] for dtype in _DRAWING}
    for _ in range(plan.repeats):
        forward = home("products", n=plan.batch, dtype="float32", passes=2 * passes)
        times = (call("train", steps=steps[call]) for call in (rival, home))
        training.append((*times, BACK_AND_FORTH * forward))
        rivals = rival("sample", n=plan.n_drawn, dtype="float32")
        for dtype, measured in drawing.items():
            ours = home("sample", n=plan.n_drawn, dtype=dtype)
            block = home("products", n=_BLOCK, dtype="float32", passes=passes)
            measured.append((rivals, ours, block * plan.n_drawn / _BLOCK))

    step_flops = BACK_AND_FORTH * architecture.flops(plan.batch)
    comparisons = [_comparison("training step", architecture.dim, plan.batch, training, step_flops, GOAL)]
    for dtype, goal in _DRAWING.items():
        n, flops = plan.n_drawn, architecture.flops(plan.n_drawn)
        comparisons.append(_comparison(f"drawing, {dtype}", architecture.dim, n, drawing[dtype], flops, goal))
    return start, comparisons


def _steps(call: Call, seconds: float) -> int:
    call("train", steps=3)
    return min(_MOST_STEPS, max(1, math.ceil(seconds / call("train", steps=3))))


def _comparison(
    work: str, dim: int, n: int, times: list[tuple[float, ...]], flops: int, goal: float | None
) -> Comparison:
    rival, home, limit = zip(*times, strict=True)
    return Comparison(work, dim, n, rival, home, limit, flops, goal)
