"""One number that shapes a family of integrands."""

import math
from dataclasses import dataclass
from numbers import Real


@dataclass(frozen=True)
class Parameter:
    """A real parameter: its default, what it means, and where it may lie.

    Args:
      default: value taken when the caller names none.
      meaning: one line for a listing.
      above: exclusive lower limit.
    """

    default: float
    meaning: str
    above: float = -math.inf

    def checked(self, label: str, value: float) -> float:
        """Returns `value` as a float.

        Args:
          label: how the message names the parameter, such as "camel: width".
          value: what the caller gave.

        Raises:
          TypeError: `value` is not a real number.
          ValueError: `value` is not finite, or not greater than `above`.
        """
        remedy = f"the default is {self.default}"
        if isinstance(value, bool) or not isinstance(value, Real):
            kind = type(value).__name__
            raise TypeError(f"{label} must be a number, got {value!r} of type {kind}; {remedy}")
        if not (math.isfinite(value) and value > self.above):
            limit = "" if math.isinf(self.above) else f" and greater than {self.above:g}"
            raise ValueError(f"{label} must be finite{limit}, got {value!r}; {remedy}")
        return float(value)
