"""Powers at the limits of axes: what makes an integrable singularity there finite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Bend:
    """Maps the unit cube onto itself, axis by axis, so that points crowd at chosen ends.

    Where f grows like r^-a towards an end, a power p = 1 / (1 - a) of the coordinate there leaves f dz/dy
    finite. An axis with p at 0, at 1, or the larger of both powers at both ends is mapped by

        z = y^p        z = 1 - (1 - y)^p        z / (1 - z) = (y / (1 - y))^p

    Args:
      powers: p >= 1 at the lower and at the upper end of each axis, [dim, 2]; 1 leaves an end as it is.
    """

    powers: np.ndarray

    @classmethod
    def none(cls, dim: int) -> Bend:
        """Returns what changes nothing."""
        return cls(np.ones((dim, 2)))

    @property
    def is_none(self) -> bool:
        """Whether it changes nothing."""
        return bool((self.powers == 1.0).all())

    @property
    def _power(self) -> np.ndarray:
        power: np.ndarray = self.powers.max(axis=1)
        return power

    @property
    def _at_low(self) -> np.ndarray:
        at_low: np.ndarray = (self.powers[:, 0] > 1.0) & (self.powers[:, 1] == 1.0)
        return at_low

    @property
    def _at_high(self) -> np.ndarray:
        at_high: np.ndarray = (self.powers[:, 0] == 1.0) & (self.powers[:, 1] > 1.0)
        return at_high

    @property
    def _at_both(self) -> np.ndarray:
        at_both: np.ndarray = self.powers.min(axis=1) > 1.0
        return at_both

    def point(self, y: Any, operations: Any = np) -> Any:
        """Returns z [n, dim] for y strictly inside the unit cube, by the operations of a module of arrays."""
        if self.is_none:
            return y
        low, high = y**self._power, (1.0 - y) ** self._power
        one = operations.where(self._at_low, low, operations.where(self._at_high, 1.0 - high, y))
        return operations.where(self._at_both, low / (low + high), one)

    @property
    def has_upper(self) -> np.ndarray:
        """Which axes are bent at the upper end, bool [dim]."""
        has_upper: np.ndarray = self.powers[:, 1] > 1.0
        return has_upper

    def complement(self, y: Any) -> Any:
        """Returns 1 - z [n, dim] with all its digits, however near to an upper end that is bent."""
        low, high = y**self._power, (1.0 - y) ** self._power
        # Where the lower end is bent too, both powers are the larger one.
        return high / (1.0 + self._at_both.astype(float) * (low + high - 1.0))

    def log_slope(self, y: np.ndarray) -> np.ndarray:
        """Returns log|dz/dy| of each axis, [n, dim]."""
        power = self._power
        log_low, log_high = np.log(y), np.log1p(-y)
        of_sum = np.where(self._at_both, -2.0 * np.logaddexp(power * log_low, power * log_high), 0.0)
        ends = np.where(self._at_high, 0.0, log_low) + np.where(self._at_low, 0.0, log_high)
        slope: np.ndarray = np.log(power) + (power - 1.0) * ends + of_sum
        return slope

    def inverse(self, z: np.ndarray) -> np.ndarray:
        """Returns the y [n, dim] that z strictly inside the unit cube belongs to."""
        power = 1.0 / self._power
        low, high = z**power, (1.0 - z) ** power
        one = np.where(self._at_low, low, np.where(self._at_high, 1.0 - high, z))
        return np.where(self._at_both, low / (low + high), one)
