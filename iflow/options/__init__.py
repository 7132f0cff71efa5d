"""What the user may choose, in frozen groups; every value is checked once, when the group is made."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from iflow.checks import require_integer
from iflow.destination import require_path
from iflow.options.components import NORMS, ComponentOptions
from iflow.options.engine import EngineOptions
from iflow.options.execution import ExecutionOptions
from iflow.options.flow import FlowOptions
from iflow.options.integrand import IntegrandOptions
from iflow.options.target import Target
from iflow.options.training import TrainingOptions
from iflow.options.watching import WatchOptions

__all__ = [
    "ComponentOptions",
    "EngineOptions",
    "ExecutionOptions",
    "FlowOptions",
    "IntegrandOptions",
    "Options",
    "Target",
    "TrainingOptions",
    "WatchOptions",
]

_GROUPS: dict[str, type[Any]] = {
    "target": Target,
    "engine": EngineOptions,
    "flow": FlowOptions,
    "training": TrainingOptions,
    "components": ComponentOptions,
    "integrand": IntegrandOptions,
    "watching": WatchOptions,
    "execution": ExecutionOptions,
}
# Who watches and who computes: nothing that a run's numbers depend on, and nothing that can be stored.
_AROUND = ("watching", "execution")
_OWN = ("seed", "checkpoint")


@dataclass(frozen=True)
class Options:
    """Everything that the user chose; made from flat keywords by `Options.from_keywords`.

    Args:
      target: when to stop.
      engine: how it chooses.
      flow: the shape of the flow.
      training: how it is trained.
      components: what several integrals at once are judged by.
      integrand: what becomes of points at which it fails.
      watching: who watches the run.
      execution: who computes the integrand.
      use_flow: True, False or "auto".
      seed: of every random number of the run; None draws one from the operating system.
      checkpoint: folder that the run is kept in; None for none.
    """

    target: Target = field(default_factory=Target)
    engine: EngineOptions = field(default_factory=EngineOptions)
    flow: FlowOptions = field(default_factory=FlowOptions)
    training: TrainingOptions = field(default_factory=TrainingOptions)
    components: ComponentOptions = field(default_factory=ComponentOptions)
    integrand: IntegrandOptions = field(default_factory=IntegrandOptions)
    watching: WatchOptions = field(default_factory=WatchOptions)
    execution: ExecutionOptions = field(default_factory=ExecutionOptions)
    use_flow: bool | str = "auto"
    seed: int | None = None
    checkpoint: str | None = None

    def __post_init__(self) -> None:
        """Checks what no group has checked."""
        if not isinstance(self.use_flow, bool) and self.use_flow != "auto":
            raise ValueError(f'flow must be True, False or "auto", got {self.use_flow!r}')
        if self.components.log and self.target.atol:
            raise ValueError(
                "atol must be 0 with log=True, where only relative errors are within reach of floats, got "
                f"{self.target.atol!r}; rtol is the error of the integral's logarithm"
            )
        if self.seed is not None:
            require_integer("seed", self.seed, 0)
        if self.checkpoint is not None:
            require_path("checkpoint must be a folder", self.checkpoint)
            if callable(self.components.norm):
                raise ValueError(
                    f"norm must be one of {', '.join(NORMS)} where there is a checkpoint, got a function, "
                    "which cannot be stored"
                )
            object.__setattr__(self, "checkpoint", str(self.checkpoint))

    @classmethod
    def from_keywords(cls, **keywords: Any) -> Options:
        """Sorts flat keywords into their groups.

        Raises:
          TypeError: for a keyword that no group knows; it names the nearest that exists.
          ValueError: for a value out of range.
        """
        members = {name: [f.name for f in fields(group)] for name, group in _GROUPS.items()}
        known = [name for names in members.values() for name in names] + ["flow", *_OWN]
        for keyword in keywords:
            if keyword not in known:
                raise TypeError(_unknown_option(keyword, known))
        own: dict[str, Any] = {name: keywords[name] for name in _OWN if name in keywords}
        if "flow" in keywords:
            own["use_flow"] = keywords["flow"]
        built = {
            name: group(**{key: keywords[key] for key in members[name] if key in keywords})
            for name, group in _GROUPS.items()
        }
        return cls(**built, **own)

    def keywords(self) -> dict[str, Any]:
        """Returns what `from_keywords` makes the same numbers of: all but `surroundings` and checkpoint."""
        names = [name for name in _GROUPS if name not in _AROUND]
        return {**self._flat(names), "flow": self.use_flow, "seed": self.seed}

    def surroundings(self) -> dict[str, Any]:
        """Returns by keyword who watches and who computes."""
        return self._flat(_AROUND)

    def _flat(self, names: Iterable[str]) -> dict[str, Any]:
        groups = [getattr(self, name) for name in names]
        return {f.name: getattr(group, f.name) for group in groups for f in fields(group)}


# What users of other integrators look for.
_ELSEWHERE = {
    "nitn": "there is no number of iterations; rtol says where to stop, max_neval bounds all calls of f",
    "neval": "did you mean 'max_neval'? It bounds all calls of f, learning included",
    "maxeval": "did you mean 'max_neval'?",
    "epsrel": "did you mean 'rtol'?",
    "epsabs": "did you mean 'atol'?",
    "alpha": "there is no damping to set; proposals learn while that pays",
    "adapt": "what was learned is always frozen before anything is measured",
    "nproc": "did you mean 'workers'? It makes a pool of so many processes",
    "n_jobs": "did you mean 'workers'? It makes a pool of so many processes",
    "n_workers": "did you mean 'workers'? It makes a pool of so many processes",
    "pool": "did you mean 'executor'? It takes a concurrent.futures.Executor; workers=N makes a pool",
}


def _unknown_option(keyword: str, known: list[str]) -> str:
    if keyword in _ELSEWHERE:
        return f"unknown option {keyword!r}: {_ELSEWHERE[keyword]}"
    near = difflib.get_close_matches(keyword, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else f"options are {', '.join(sorted(known))}"
    return f"unknown option {keyword!r}: {hint}"
