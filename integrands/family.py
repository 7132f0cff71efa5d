"""A family of integrands: one formula for many dimensions and parameters."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from numbers import Integral

from integrands.integrand import Array, Integrand
from integrands.parameter import Parameter
from integrands.suggestion import did_you_mean

ANY_DIM = range(1, sys.maxsize)

TAGS: dict[str, str] = {
    "separable": "a product or a sum of functions of one coordinate each",
    "correlated": "where it is large in one coordinate depends on the others",
    "multi-modal": "several regions of large values, with little in between",
    "discontinuous": "jumps",
    "edge-singular": "grows without bound towards a face of the cube",
    "signed": "takes negative values",
    "high-dimensional": "meant for ten coordinates and more",
}


@dataclass(frozen=True, kw_only=True)
class Family:
    """All a file in this package has to state about its integral.

    Args:
      name: how `integrands.get` finds it; also the name of its file.
      summary: one line for a listing.
      formula: f(x) in one line of ASCII.
      function: (x: [n, dim], **parameters) -> [n], both float64; a module-level function.
      exact: (dim, **parameters) -> the integral over [0, 1]^dim, or a pair of it and its absolute
        error where fewer than eleven digits are known, or None where none is; a module-level function.
      exact_from: how the exact value was obtained, and to what accuracy, in one line.
      source: where the integral comes from.
      default_dim: dimension taken when the caller names none.
      dims: the dimensions allowed: a tuple of a few, or a range such as `ANY_DIM`.
      parameters: by name.
      tags: keys of `TAGS`.
      unit: of the integral, such as "pb"; empty for a pure number.
      axes: the two coordinates, counted from 0, that a picture shows best.
    """

    name: str
    summary: str
    formula: str
    function: Callable[..., Array]
    exact: Callable[..., float | tuple[float, float] | None]
    exact_from: str
    source: str
    default_dim: int
    dims: tuple[int, ...] | range = ANY_DIM
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    unit: str = ""
    axes: tuple[int, int] = (0, 1)

    @property
    def plot_dim(self) -> int:
        """The dimension that a picture shows unless told otherwise."""
        return 2 if 2 in self.dims and max(self.axes) == 1 else self.default_dim

    @property
    def dims_text(self) -> str:
        """The dimensions allowed, in words: "any dim >= 1", "dim = 2", "dim = 2 or 3"."""
        if isinstance(self.dims, range):
            largest = f" to {self.dims[-1]}" if self.dims.stop < sys.maxsize else ""
            return f"dim = {self.dims.start}{largest}" if largest else f"any dim >= {self.dims.start}"
        return "dim = " + " or ".join(map(str, self.dims))

    def build(self, dim: int | None = None, **parameters: float) -> Integrand:
        """Returns the member of this family with the given dimension and parameters.

        Args:
          dim: number of coordinates; None takes `default_dim`.
          **parameters: those left out take their defaults.

        Raises:
          ValueError: the dimension, or a parameter's value, is not allowed.
          TypeError: `dim` is not an integer, a parameter not a number, or one is unknown.
        """
        dim = self._checked_dim(self.default_dim if dim is None else dim)
        values = self._checked_parameters(parameters)
        known = self.exact(dim, **values)
        exact, exact_error = known if isinstance(known, tuple) else (known, 0.0)
        exact = None if exact is None else float(exact)
        return Integrand(
            name=self.name,
            dim=dim,
            exact=exact,
            exact_error=exact_error,
            exact_from=self.exact_from if exact is not None else "not known for these parameters",
            source=self.source,
            formula=self.formula,
            unit=self.unit,
            parameters=values,
            function=partial(self.function, **values),
        )

    def _checked_dim(self, dim: int) -> int:
        remedy = f"leave dim out to take {self.default_dim}"
        if isinstance(dim, bool) or not isinstance(dim, Integral):
            kind = type(dim).__name__
            raise TypeError(f"{self.name}: dim must be an integer, got {dim!r} of type {kind}; {remedy}")
        checked = int(dim)  # a range would search for a NumPy integer one step at a time
        if checked not in self.dims:
            raise ValueError(f"{self.name} exists for {self.dims_text}, got dim={dim}; {remedy}")
        return checked

    def _checked_parameters(self, given: Mapping[str, float]) -> dict[str, float]:
        for name in given:
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none, so leave it out"
                raise TypeError(
                    f"{self.name} has no parameter {name!r}."
                    f"{did_you_mean(name, self.parameters)} Its parameters: {known}."
                )
        return {
            name: parameter.checked(f"{self.name}: {name}", given.get(name, parameter.default))
            for name, parameter in self.parameters.items()
        }
