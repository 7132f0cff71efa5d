"""An integral of the library, named so that another process can build it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import integrands


@dataclass(frozen=True)
class Problem:
    """A member of a family of `integrands`.

    Args:
      family: name of the family.
      dim: number of coordinates.
      parameters: (name, value) pairs; those left out take the family's defaults.
    """

    family: str
    dim: int
    parameters: tuple[tuple[str, float], ...] = ()

    @property
    def label(self) -> str:
        """What tables call it: "camel 4", "ridge 4 (width=0.01)"."""
        values = ", ".join(f"{name}={value:g}" for name, value in self.parameters)
        return f"{self.family.replace('_', ' ')} {self.dim}" + (f" ({values})" if values else "")

    @property
    def is_available(self) -> bool:
        """Whether the library has this family."""
        return self.family in integrands.names()

    def with_seed(self, seed: int) -> Problem:
        """Returns the member of a random family that this seed draws."""
        return replace(self, parameters=(*self.parameters, ("seed", seed)))

    @property
    def exact(self) -> float:
        """The integral.

        Raises:
          ValueError: if the library does not know it: such a problem cannot be measured against.
        """
        exact = self.build().exact
        if exact is None:
            raise ValueError(f"{self.label} has no exact value in the library; choose other parameters")
        return exact

    def build(self) -> integrands.Integrand:
        """Returns the integrand."""
        return integrands.get(self.family, self.dim, **dict(self.parameters))


def problem(family: str, dim: int, **parameters: float) -> Problem:
    """Returns `Problem` with its parameters given as in `integrands.get`."""
    return Problem(family, dim, tuple(parameters.items()))
