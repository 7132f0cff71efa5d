"""What points of phase space mean: particles with momenta."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


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
      ValueError: if there are not two that come in, or one of these has another length.
    """

    ids: Sequence[int]
    momenta: Callable[[np.ndarray], Any] | np.ndarray | str
    status: Sequence[int] | None = None
    masses: Sequence[float] | None = None
    colours: Sequence[tuple[int, int]] | None = None
    beams: Sequence[tuple[int, float]] | None = None

    def __post_init__(self) -> None:
        """Checks the lengths."""
        n = len(self.ids)
        for name in ("status", "masses", "colours"):
            given = getattr(self, name)
            if given is not None and len(given) != n:
                raise ValueError(f"{name} must have one entry for each of {n} ids, got {len(given)}")
        if self.beams is not None and len(self.beams) != 2:
            raise ValueError(f"beams must be two pairs (PDG number, energy), got {self.beams!r}")
        if list(self.statuses[:2]) != [-1, -1] or n < 3 or -1 in self.statuses[2:]:
            raise ValueError(
                "a file of events is of collisions: two particles that come in (status -1), first, and at "
                f"least one more, got the ids {list(self.ids)} with status {list(self.statuses)}"
            )

    @property
    def statuses(self) -> Sequence[int]:
        """Status of each particle."""
        return self.status if self.status is not None else [-1, -1, *[1] * (len(self.ids) - 2)]
