"""The flow that both sides build, and how many operations its networks take."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Architecture:
    """Rational-quadratic couplings under the log2 masks, 2 ceil(log2 dim) of them.

    Args:
      dim: number of coordinates, at least 2.
      bins: of each spline.
      hidden: units of each hidden layer of the networks, which see the coordinates as they are.
    """

    dim: int
    bins: int = 10
    hidden: tuple[int, ...] = (32, 32, 32)

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return f"{len(self.hidden)} x {self.hidden[0]} units, {self.bins} bins"

    @property
    def products(self) -> list[list[tuple[int, int]]]:
        """Inputs and outputs of each layer of each coupling's network."""
        widths = []
        for _ in range((self.dim - 1).bit_length()):
            for n_fixed in (self.dim // 2, self.dim - self.dim // 2):
                n_params = (self.dim - n_fixed) * (3 * self.bins + 1)
                widths.append([n_fixed, *self.hidden, n_params])
        return [list(pairwise(each)) for each in widths]

    def flops(self, n: int) -> int:
        """Floating-point operations of the networks' products for n points; an addition counts too."""
        return 2 * n * sum(fan_in * fan_out for layers in self.products for fan_in, fan_out in layers)
