"""Several integrals of the library over the same points, for runs that measure them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.problem import Problem


class JointIntegrand:
    """The functions of a `JointProblem` side by side.

    Args:
      problem: which they are.

    Attributes:
      dim: number of coordinates.
    """

    def __init__(self, problem: JointProblem):
        self._members = [member.build() for member in problem.members]
        self._moments = problem.moments
        self.dim = problem.dim

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Returns the members, then the moments of the first one, [n, k], at points x [n, dim]."""
        columns = [member(x) for member in self._members]
        columns += [x[:, axis] * columns[0] for axis in range(self._moments)]
        return np.stack(columns, axis=1)


@dataclass(frozen=True)
class JointProblem:
    """Integrals of several functions, and of coordinates times the first of them.

    Args:
      members: the functions, of one number of coordinates.
      moments: of so many coordinates x_i the integral of x_i f_1 is added. It is half of that of f_1: to be
        used where f_1 stays the same when x becomes 1 - x.
    """

    members: tuple[Problem, ...]
    moments: int = 0

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.members[0].dim

    @property
    def label(self) -> str:
        """What tables call it: "camel 4, x0 .., x1 .."."""
        return " + ".join(self.labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """What tables call each integral."""
        first = self.members[0].label
        return (
            *(member.label for member in self.members),
            *(f"x{axis} * {first}" for axis in range(self.moments)),
        )

    @property
    def family(self) -> str:
        """The first family that the library does not have; else that of the first member."""
        return next((m.family for m in self.members if not m.is_available), self.members[0].family)

    @property
    def is_available(self) -> bool:
        """Whether the library has all families."""
        return all(member.is_available for member in self.members)

    @property
    def exact(self) -> tuple[float, ...]:
        """The integrals.

        Raises:
          ValueError: if the library does not know one of them.
        """
        values = [member.exact for member in self.members]
        return (*values, *(0.5 * values[0] for _ in range(self.moments)))

    def build(self) -> JointIntegrand:
        """Returns the function of all of them."""
        return JointIntegrand(self)
