"""One number that shapes a family of integrands."""

import math
from dataclasses import dataclass
from numbers import Real


@dataclass(frozen=True)
class Parameter:
    """A real parameter: its default, what it means, and where it may lie.

    Args:
      default: value taken when the caller names none.
      meaning: one line for a listing, with the unit where there is one.
      above: exclusive lower limit.
      below: exclusive upper limit.
      at_least: inclusive lower limit.
      at_most: inclusive upper limit.
      whole: whether it must be an integer; it is handed on as an int then.
    """

    default: float
    meaning: str
    above: float = -math.inf
    below: float = math.inf
    at_least: float = -math.inf
    at_most: float = math.inf
    whole: bool = False

    @property
    def range_text(self) -> str:
        """The limits in words: "greater than 0 and at most 1", or "" where there are none."""
        limits = (
            ("greater than", self.above),
            ("at least", self.at_least),
            ("less than", self.below),
            ("at most", self.at_most),
        )
        return " and ".join(f"{words} {limit:g}" for words, limit in limits if math.isfinite(limit))

    def checked(self, label: str, value: float) -> float:
        """Returns `value` as a float, or as an int where only whole numbers are allowed.

        Args:
          label: how the message names the parameter, such as "camel: width".
          value: what the caller gave.

        Raises:
          TypeError: `value` is not a real number.
          ValueError: `value` is not finite, outside the limits, or not whole though it must be.
        """
        remedy = f"the default is {self.default}"
        if isinstance(value, bool) or not isinstance(value, Real):
            kind = type(value).__name__
            raise TypeError(f"{label} must be a number, got {value!r} of type {kind}; {remedy}")
        if not (math.isfinite(value) and self._allows(value)):
            what = "a whole number" if self.whole else "finite"
            limits = f" and {self.range_text}" if self.range_text else ""
            raise ValueError(f"{label} must be {what}{limits}, got {value!r}; {remedy}")
        return int(value) if self.whole else float(value)

    def _allows(self, value: float) -> bool:
        inside = self.above < value < self.below and self.at_least <= value <= self.at_most
        return inside and not (self.whole and value != int(value))
