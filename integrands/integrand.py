"""One example integral: a function on the unit cube together with its integral."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Points are taken in blocks of this many, so that temporaries stay in the processor's cache.
_BLOCK_ROWS = 2048


@dataclass(frozen=True)
class Integrand:
    """A function of points in [0, 1]^dim whose integral over that cube is known.

    Args:
      name: name of its family.
      dim: number of coordinates.
      exact: the integral over the cube; None where it is not known for these parameters.
      exact_error: absolute error of `exact`, one standard deviation where it is statistical; 0 where
        `exact` is right to eleven digits or more. Where it is not 0, `exact` is a reference value.
      exact_from: how `exact` was obtained, and to what accuracy.
      source: where the integral comes from.
      formula: f(x) in one line of ASCII.
      unit: of the integral, such as "pb"; empty for a pure number.
      parameters: every parameter of the family with the value it has here.
      function: x: [n, dim] -> [n], float64 on both sides. A module-level function or a partial of
        one, so that an integrand can be pickled and sent to another process.
    """

    name: str
    dim: int
    exact: float | None
    exact_error: float
    exact_from: str = field(repr=False)
    source: str = field(repr=False)
    formula: str = field(repr=False)
    unit: str = field(repr=False)
    # A dict has no hash and two partials of one function are unequal; the rest says it all.
    parameters: dict[str, float] = field(hash=False)
    function: Callable[[Array], Array] = field(repr=False, compare=False)

    def __call__(self, x: npt.ArrayLike) -> Array:
        """Returns f at every point, [n] float64.

        Args:
          x: [n, dim] real numbers of any precision, in the unit cube; computed in float64.

        Raises:
          ValueError: `x` does not have the shape [n, dim], or a point lies outside the cube.
          TypeError: `x` does not hold real numbers.
        """
        points = self._points(np.asarray(x))
        self._refuse_outside(points)
        if len(points) <= _BLOCK_ROWS:
            return self.function(points)
        values = np.empty(len(points))
        for start in range(0, len(points), _BLOCK_ROWS):
            block = slice(start, start + _BLOCK_ROWS)
            values[block] = self.function(points[block])
        return values

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

    def _refuse_outside(self, x: Array) -> None:
        # The whole array first, which is quicker; a nan is neither inside nor outside, and refused.
        if len(x) == 0 or (x.min() >= 0 and x.max() <= 1):
            return
        row = int(np.argmin(np.all((x >= 0) & (x <= 1), axis=1)))
        raise ValueError(
            f"{self.name}: points must lie in the unit cube [0, 1]^{self.dim}, got x[{row}] = "
            f"{x[row].tolist()}; map the region to the cube first"
        )
