"""What may draw the points: each learns from the replay buffer and makes a proposal of it."""

from __future__ import annotations

from collections.abc import Callable

from iflow.engine.contenders.axes import GridContender, SplineContender, UniformContender
from iflow.engine.contenders.cells import CellsContender
from iflow.engine.contenders.contender import Contender
from iflow.engine.contenders.flow import FlowContender
from iflow.engine.contenders.mixture import MixtureContender
from iflow.options import Options

__all__ = ["Contender", "FlowContender", "make_contender"]


def make_contender(name: str, dim: int, options: Options, *, seed: int) -> Contender:
    """Returns a new contender; for a flow this imports TensorFlow."""
    makers: dict[str, Callable[[], Contender]] = {
        "uniform": lambda: UniformContender(dim),
        "grid": lambda: GridContender(dim),
        "spline grid": lambda: SplineContender(dim),
        "mixture": lambda: MixtureContender(dim, seed=seed),
        "cells": lambda: CellsContender(dim, seed=seed),
        "flow": lambda: FlowContender(dim, options, seed=seed),
    }
    return makers[name]()
