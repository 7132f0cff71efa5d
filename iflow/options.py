"""What the user may choose, in frozen groups; every value is checked once, when the group is made."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Sized
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from iflow.checks import require_choice, require_integer, require_number

if TYPE_CHECKING:
    from iflow.history import Iteration

DIVERGENCE_NAMES = ("kl", "chi2", "exponential", "hellinger", "jeffreys")
COUPLINGS = ("linear", "quadratic", "rational-quadratic")
DTYPES = ("float32", "float64")
MINIMIZE = ("time", "calls")
POINTS = ("sobol", "random")
ENCODINGS = ("one-blob", "none")
MASKS = ("log2", "antichain")
LEAST_NEVAL = 100


@dataclass(frozen=True)
class Target:
    """When to stop: at sdev <= max(atol, rtol |mean|), at the budget, or at the time limit.

    Args:
      rtol: relative error to reach, >= 0; 0 with atol = 0 uses the whole budget.
      atol: absolute error to reach, in units of the integral, >= 0.
      max_neval: largest number of integrand evaluations, survey and training included; >= 100.
      max_seconds: wall-clock limit in seconds, > 0; looked at between rounds, so that the last round
        may overrun it.
    """

    rtol: float = 1e-3
    atol: float = 0.0
    max_neval: int = 1_000_000
    max_seconds: float = math.inf

    def __post_init__(self) -> None:
        """Checks every value."""
        for name in ("rtol", "atol"):
            require_number(name, getattr(self, name), "a finite number >= 0", _is_nonnegative)
        require_integer("max_neval", self.max_neval, LEAST_NEVAL)
        require_number("max_seconds", self.max_seconds, "a number of seconds > 0", lambda value: value > 0)

    def error_allowed(self, mean: float) -> float:
        """Returns the largest sdev that meets the target for this mean."""
        return max(self.atol, self.rtol * abs(mean))


@dataclass(frozen=True)
class EngineOptions:
    """How the engine chooses.

    Args:
      minimize: what is weighed when proposals compete: "time" (the integrand's and the engine's own) or
        "calls" of the integrand.
      cost: seconds of one integrand call, >= 0; None measures it, or takes 1e-5 where a seed is given.
      points: what the measurement takes: "sobol" (scrambled, in replicates) or "random".
    """

    minimize: str = "time"
    cost: float | None = None
    points: str = "sobol"

    def __post_init__(self) -> None:
        """Checks every value."""
        require_choice("minimize", self.minimize, MINIMIZE)
        if self.cost is not None:
            require_number("cost", self.cost, "a finite number of seconds >= 0", _is_nonnegative)
        require_choice("points", self.points, POINTS)


@dataclass(frozen=True)
class FlowOptions:
    """The shape of the flow.

    Args:
      coupling: kind of the densities' CDF in a bin: "linear" (histograms), "quadratic" (straight lines)
        or "rational-quadratic" (smooth splines).
      bins: bins of each density, >= 2.
      hidden: units of each hidden layer of the conditioner networks.
      encoding: what the networks see of a coordinate: "one-blob" (16 smooth bumps, good for sharp
        structure) or "none" (the number itself).
      masks: which coordinates a coupling draws: "log2" (pairs of complements) or "antichain" (the fewest
        couplings in which each coordinate is drawn given each other).
      repeats: how often the sequence of masks is repeated, >= 1.
      dtype: "float32" or "float64", the type the flow is trained in; points are drawn in float64.
    """

    coupling: str = "rational-quadratic"
    bins: int = 16
    hidden: tuple[int, ...] = (32, 32)
    encoding: str = "one-blob"
    masks: str = "log2"
    repeats: int = 1
    dtype: str = "float32"

    def __post_init__(self) -> None:
        """Checks every value."""
        require_choice("coupling", self.coupling, COUPLINGS)
        require_integer("bins", self.bins, 2)
        require_integer("repeats", self.repeats, 1)
        if not isinstance(self.hidden, Sized) or isinstance(self.hidden, str) or not len(self.hidden):
            raise TypeError(
                f"hidden must be a sequence of layer widths such as (32, 32), got {self.hidden!r}"
            )
        for width in self.hidden:
            require_integer("each width in hidden", width, 1)
        object.__setattr__(self, "hidden", tuple(int(width) for width in self.hidden))
        require_choice("encoding", self.encoding, ENCODINGS)
        require_choice("masks", self.masks, MASKS)
        require_choice("dtype", self.dtype, DTYPES)


@dataclass(frozen=True)
class TrainingOptions:
    """How the flow is trained.

    Args:
      divergence: "kl", "chi2", "exponential", "hellinger" or "jeffreys".
      learning_rate: of the Adam optimiser, > 0; while polishing it falls from half of it to 0.
      batch: points of a minibatch, >= 32: each is normalised on its own.
      steps: optimiser steps per training iteration, >= 1.
    """

    divergence: str = "kl"
    learning_rate: float = 3e-3
    batch: int = 2048
    steps: int = 60

    def __post_init__(self) -> None:
        """Checks every value."""
        require_choice("divergence", self.divergence, DIVERGENCE_NAMES)
        require_number("learning_rate", self.learning_rate, "a finite number > 0", _is_positive_finite)
        require_integer("batch", self.batch, 32)
        require_integer("steps", self.steps, 1)


@dataclass(frozen=True)
class Options:
    """Everything that the user chose; made from flat keywords by `Options.from_keywords`.

    Args:
      target: when to stop.
      engine: how it chooses.
      flow: the shape of the flow.
      training: how it is trained.
      use_flow: True, False or "auto".
      seed: of every random number of the run; None draws one from the operating system.
      progress: True for a display, or a function that is called with each finished `Iteration`.
    """

    target: Target = field(default_factory=Target)
    engine: EngineOptions = field(default_factory=EngineOptions)
    flow: FlowOptions = field(default_factory=FlowOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)
    use_flow: bool | str = "auto"
    seed: int | None = None
    progress: bool | Callable[[Iteration], None] = False

    def __post_init__(self) -> None:
        """Checks what no group has checked."""
        if not isinstance(self.use_flow, bool) and self.use_flow != "auto":
            raise ValueError(f'flow must be True, False or "auto", got {self.use_flow!r}')
        if self.seed is not None:
            require_integer("seed", self.seed, 0)
        if not isinstance(self.progress, bool) and not callable(self.progress):
            raise TypeError(
                f"progress must be True, False or a function of one Iteration, got {self.progress!r}"
            )

    @classmethod
    def from_keywords(cls, **keywords: Any) -> Options:
        """Sorts flat keywords into their groups.

        Raises:
          TypeError: for a keyword that no group knows; it names the nearest that exists.
          ValueError: for a value out of range.
        """
        groups = {"target": Target, "engine": EngineOptions, "flow": FlowOptions, "training": TrainingOptions}
        members = {name: [f.name for f in fields(group)] for name, group in groups.items()}
        known = [name for names in members.values() for name in names] + ["flow", "seed", "progress"]
        for keyword in keywords:
            if keyword not in known:
                raise TypeError(_unknown_option(keyword, known))
        own: dict[str, Any] = {name: keywords[name] for name in ("seed", "progress") if name in keywords}
        if "flow" in keywords:
            own["use_flow"] = keywords["flow"]
        built = {
            name: group(**{key: keywords[key] for key in members[name] if key in keywords})
            for name, group in groups.items()
        }
        return cls(**built, **own)


def _unknown_option(keyword: str, known: list[str]) -> str:
    near = difflib.get_close_matches(keyword, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"options are {', '.join(sorted(known))}"
    return f"unknown option {keyword!r}: {hint}"


def _is_nonnegative(value: float) -> bool:
    return 0 <= value < math.inf


def _is_positive_finite(value: float) -> bool:
    return 0 < value < math.inf
