"""What points of phase space mean: particles with momenta."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from iflow.checks import is_nonnegative, require_number


@dataclass(frozen=True, eq=False)
class Particles:
    """Says which particles an event has; the first two come in, the others go out.

    Args:
      ids: PDG number of each particle, such as (11, -11, 13, -13).
      momenta: (E, px, py, pz) in GeV of each: a function of points [n, dim] -> [n, particles, 4], such
        an array, or the name of such an observable.
      status: -1 comes in, 1 goes out, 2 decays, each; None: -1, -1, 1, 1, ...
      masses: GeV, each; None: from energy and momentum, 0 below a millionth of the energy.
      colours: the two colour lines of each; None: no colours.
      beams: (PDG number, energy in GeV) of the two beams; None: the two that come in.

    Raises:
      TypeError: for something that is no list of what it should be.
      ValueError: if there are not two that come in, or one of these has another length.
    """

    ids: Sequence[int]
    momenta: Callable[[np.ndarray], Any] | np.ndarray | str
    status: Sequence[int] | None = None
    masses: Sequence[float] | None = None
    colours: Sequence[tuple[int, int]] | None = None
    beams: Sequence[tuple[int, float]] | None = None

    def __post_init__(self) -> None:
        """Checks everything that can be told without an event."""
        _require_integers("ids", self.ids, "PDG numbers")
        n = len(self.ids)
        for name in ("status", "masses", "colours"):
            given = getattr(self, name)
            if given is None:
                continue
            if not _is_sequence(given):
                raise TypeError(f"{name} must be a list with one entry for each of {n} ids, got {given!r}")
            if len(given) != n:
                raise ValueError(f"{name} must have one entry for each of {n} ids, got {len(given)}")
        if self.status is not None:
            _require_integers("status", self.status, "-1, 1 or 2 each")
        if list(self.statuses[:2]) != [-1, -1] or n < 3 or not set(self.statuses[2:]) <= {1, 2}:
            raise ValueError(
                "a file of events is of collisions: two particles that come in (status -1), first, and at "
                "least one more, that goes out (1) or decays (2), got the ids "
                f"{list(self.ids)} with status {list(self.statuses)}"
            )
        for mass in () if self.masses is None else self.masses:
            require_number("each of the masses", mass, "a number of GeV >= 0", is_nonnegative)
        self._require_pairs()
        if not callable(self.momenta) and not isinstance(self.momenta, str | np.ndarray):
            raise TypeError(
                "momenta must be a function of points, an array [n, particles, 4], or the name of an "
                f"observable, got {self.momenta!r}"
            )

    def _require_pairs(self) -> None:
        """Checks colours and beams."""
        if self.colours is not None and not all(_is_pair(colour) for colour in self.colours):
            raise TypeError(f"colours must be a pair of colour lines for each particle, got {self.colours!r}")
        if self.beams is None:
            return
        wanted = f"beams must be two pairs (PDG number, energy), got {self.beams!r}"
        if not _is_sequence(self.beams) or not all(_is_pair(beam) for beam in self.beams):
            raise TypeError(wanted)
        if len(self.beams) != 2:
            raise ValueError(wanted)

    @property
    def statuses(self) -> Sequence[int]:
        """Status of each particle."""
        return self.status if self.status is not None else [-1, -1, *[1] * (len(self.ids) - 2)]


def _is_sequence(given: Any) -> bool:
    return isinstance(given, Sequence | np.ndarray) and not isinstance(given, str | bytes)


def _is_pair(given: Any) -> bool:
    return _is_sequence(given) and len(given) == 2 and all(isinstance(one, Real) for one in given)


def _require_integers(name: str, given: Any, meaning: str) -> None:
    if not _is_sequence(given) or not all(
        isinstance(one, int | np.integer) and not isinstance(one, bool) for one in given
    ):
        raise TypeError(f"{name} must be a list of integers, {meaning}, got {given!r}")
