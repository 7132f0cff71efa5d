"""One example integral: a function on the unit cube together with its integral."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Integrand:
    """A function of points in [0, 1]^dim whose integral over that cube is known.

    Args:
      name: name of its family.
      dim: number of coordinates.
      exact: the integral over the cube.
      exact_from: how `exact` was obtained, and to what accuracy.
      source: where the integral comes from.
      formula: f(x) in one line of ASCII.
      parameters: every parameter of the family with the value it has here.
      function: x: [n, dim] -> [n], float64 on both sides. A module-level function or a partial of
        one, so that an integrand can be pickled and sent to another process.
    """

    name: str
    dim: int
    exact: float
    exact_from: str = field(repr=False)
    source: str = field(repr=False)
    formula: str = field(repr=False)
    # A dict has no hash and two partials of one function are unequal; the rest says it all.
    parameters: dict[str, float] = field(hash=False)
    function: Callable[[Array], Array] = field(repr=False, compare=False)

    def __call__(self, x: npt.ArrayLike) -> Array:
        """Returns f at every point, [n] float64.

        Args:
          x: [n, dim] real numbers of any precision; computed in float64. Points outside the cube
            are not refused: the formula is used as it stands.

        Raises:
          ValueError: `x` does not have the shape [n, dim].
          TypeError: `x` does not hold real numbers.
        """
        return self.function(self._points(np.asarray(x)))

    def _points(self, x: npt.NDArray[Any]) -> Array:
        if x.ndim != 2 or x.shape[1] != self.dim:
            remedy = f"reshape x to [n, {self.dim}]"
            if x.shape == (self.dim,):
                remedy = "for a single point pass x[None, :]"
            elif x.ndim == 1 and self.dim == 1:
                remedy = "for n points in one dimension pass x[:, None]"
            raise ValueError(
                f"{self.name}: x must have the shape [n, {self.dim}], one point per row, "
                f"got {list(x.shape)}; {remedy}"
            )
        if x.dtype.kind not in "fiub":
            raise TypeError(
                f"{self.name}: x must hold real numbers, got dtype {x.dtype}; pass an array of float64"
            )
        return x.astype(np.float64, copy=False)
