"""A file of events, made from a function in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iflow.events.events import Events
from iflow.events.saving import require_kind
from iflow.events.unweight_options import UnweightOptions
from iflow.integrator import Integrator


@dataclass(frozen=True)
class EventFile:
    """What is to be written where; checked before anything is computed.

    Args:
      n: number of events.
      path: of the file; .npz or .parquet.
      unweight: whether events are to be of weight one.
      max_quantile: see `Integrator.unweight`; None takes what that does.

    Raises:
      ValueError: for another ending, or a quantile without unweighting.
      ImportError: if the library for that ending is not installed.
    """

    n: int
    path: str
    unweight: bool = False
    max_quantile: float | None = None

    def __post_init__(self) -> None:
        """Checks."""
        if require_kind(self.path).startswith(".lhe"):
            raise ValueError(
                f"a file .lhe needs momenta, which a command cannot know: write {self.path!r} from Python, "
                "with events.save(path, particles=iflow.Particles(ids, momenta))"
            )
        if self.max_quantile is not None and not self.unweight:
            raise ValueError("max_quantile is for events of weight one: ask for them by unweight")

    def make(self, f: Callable[..., Any], region: Any, **options: Any) -> str:
        """Writes the events; returns a few lines that say what was done.

        Args:
          f: the integrand.
          region: see `iflow.integrate`.
          **options: those of `iflow.integrate`.
        """
        integrator = Integrator(f, region, **options)
        try:
            events = self._draw(integrator)
        finally:
            integrator.close()
        events.save(self.path)
        return f"{events}\nfile                    {self.path}"

    def _draw(self, integrator: Integrator) -> Events:
        if not self.unweight:
            return integrator.sample(self.n)
        quantile = UnweightOptions.max_quantile if self.max_quantile is None else self.max_quantile
        return integrator.unweight(self.n, max_quantile=quantile)
