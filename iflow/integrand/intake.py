"""Takes in what f returns: as numbers in columns, all of which may enter an integral."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from iflow.integrand.admission import not_admitted, refusal, require_one_log
from iflow.integrand.arrays import Values
from iflow.integrand.marks import mark
from iflow.layout import Layout
from iflow.reasons import Reason


@dataclass(frozen=True)
class Intake:
    """Makes float64 columns, [n] or [n, k], of the values of f, and refuses what has no place in them.

    Args:
      layout: of what f returns.
      log: whether that is log|f|, where -inf stands for 0.
      zeroes: whether points at which f is nan or inf, in any component, are marked and not refused.
    """

    layout: Layout
    log: bool
    zeroes: bool

    def of(self, layout: Layout) -> Intake:
        """Returns the same for values of another layout.

        Raises:
          TypeError, ValueError: for anything but one real number a point where f returns logarithms.
        """
        if self.log:
            require_one_log(layout)
        return replace(self, layout=layout)

    def admitted(self, values: Values | None, x: np.ndarray) -> np.ndarray:
        """Returns the columns of values at points x [n, dim].

        Raises:
          ValueError: for a wrong shape; for nan or inf where they are not marked.
          TypeError: for non-numeric values, or complex ones where the layout has none.
        """
        return self._admit(self.columns(values, x), x)

    def from_graph(self, columns: Any, x: np.ndarray) -> np.ndarray:
        """Returns the same of columns, [n] or [n, k], that a graph has made of points x [n, dim]."""
        columns = np.asarray(columns)
        if self.layout.is_scalar:
            return self.admitted(columns, x)
        if columns.shape != (len(x), self.layout.k):
            raise ValueError(f"f must return one value a point for {len(x)} points, got {len(columns)}")
        return self._admit(columns, x)

    def columns(self, values: Values | None, x: np.ndarray) -> np.ndarray:
        """Returns the columns of values at points x [n, dim], whatever they hold."""
        if self.layout.is_scalar and isinstance(values, np.ndarray):
            return self._scalars(values, x)
        return self.layout.flatten(values, len(x))

    def _admit(self, columns: np.ndarray, x: np.ndarray) -> np.ndarray:
        bad = not_admitted(columns, log=self.log)
        if not bad.any():
            return columns
        if not self.zeroes:
            raise refusal(columns, x, self.layout, log=self.log)
        return mark(columns, bad, Reason.NONFINITE)

    def _scalars(self, values: np.ndarray, x: np.ndarray) -> np.ndarray:
        n = len(x)
        if values.shape[:1] == (n,) and set(values.shape[1:]) <= {1}:
            values = values.reshape(n)
        if values.shape != (n,):
            raise ValueError(
                f"f must return one value a point, [{n}] for x of shape {x.shape}, got shape {values.shape}"
            )
        if values.dtype.kind == "c":
            return self.layout.flatten(values, n)[:, 0]
        with np.errstate(over="ignore"):  # a wider type may hold what float64 cannot
            return values.astype(np.float64)
