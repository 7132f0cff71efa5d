"""The proposals, each fitted to the same evaluated points of the ridge."""

from __future__ import annotations

from functools import cache

from docs.drawings.paper import uniform_sample
from iflow.engine.contenders import Contender, make_contender
from iflow.options import Options

NAMES = ("uniform", "grid", "spline grid", "mixture", "cells", "flow")
# Points of a net that draws from them, which sets how small the cells are.
NET = 4_096


@cache
def contender(name: str, n: int, fits: int) -> Contender:
    """Returns one that has been fitted so often to n uniform points; later fits begin where earlier ended."""
    made = make_contender(name, 2, Options.from_keywords(), seed=1)
    sample = uniform_sample(n)
    for _ in range(fits):
        made.fit(sample, 1.0)
    return made


def learned(name: str, *, quick: bool) -> Contender:
    """Returns the fitted contender; a flow takes many steps, and quick ones few points."""
    if quick:
        return contender(name, 500, 1)
    return contender(name, 1 << 14, 8 if name == "flow" else 2)
