"""Everything that was measured of several integrals."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from iflow.layout import Layout
from iflow.result import Result
from iflow.statistics.components import Components


@dataclass(frozen=True, eq=False)
class Measured:
    """Everything that was measured of several integrals, as k real components.

    Args:
      layout: of what f returns.
      run: of the norm that the proposals learned, or of the one component that counts.
      found: means, errors and effective sample sizes, [k].
      deviations: factor of the covariance of the means, deviations^T deviations, [R, k]; None where
        `found.correlation` tells it.
      chi2, q_value, tail_index: of each component, [k].
      reasons: not to trust each.
      correlate: whether arithmetic keeps track of correlations.
    """

    layout: Layout
    run: Result
    found: Components
    deviations: np.ndarray | None
    chi2: np.ndarray
    q_value: np.ndarray
    tail_index: np.ndarray
    reasons: tuple[tuple[str, ...], ...]
    correlate: bool

    def __getstate__(self) -> dict[str, Any]:
        """Returns what is copied: without GVars, which would lose their correlations."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @cached_property
    def covariance(self) -> np.ndarray:
        """Of the means, [k, k]; inf on the diagonal of what was 0 wherever it was looked at."""
        unknown = ~np.isfinite(self.found.sdev)
        sdev = np.where(unknown, 0.0, self.found.sdev)
        with np.errstate(over="ignore", under="ignore"):  # of 1e200 and of 1e-200
            covariance: np.ndarray = self.correlation * sdev[:, np.newaxis] * sdev
        covariance[unknown, unknown] = np.inf
        return covariance

    @cached_property
    def correlation(self) -> np.ndarray:
        """Of the means, [k, k]; 0 beside the diagonal where an error is 0 or inf, or nothing is known."""
        own = self.found
        if self.deviations is not None:
            unit = np.abs(self.deviations).max(axis=0)
            scaled = self.deviations / np.where(unit == 0.0, 1.0, unit)
            products = scaled.T @ scaled
        elif own.correlation is not None:
            products = own.correlation
        else:
            products = np.zeros((self.layout.k, self.layout.k))
        size = np.sqrt(np.diagonal(products))
        size = np.where((size > 0.0) & (own.sdev > 0.0) & np.isfinite(own.sdev), size, np.inf)
        correlation: np.ndarray = np.clip(products / size[:, np.newaxis] / size, -1.0, 1.0)
        np.fill_diagonal(correlation, 1.0)
        return correlation

    @cached_property
    def gvars(self) -> np.ndarray:
        """The components as correlated `gvar.GVar`s, [k].

        What was 0 at all points is 0 without an error here, though its own error is inf: so a sum over bins
        has the error that the points tell.
        """
        import gvar

        known = np.where(np.isfinite(self.found.sdev), self.found.sdev, 0.0)
        # In units, powers of 2, of which the squares are within reach of floats.
        digits, exponents = np.frexp(known)
        units = np.ldexp(1.0, np.clip(exponents, -1000, 1000))
        mean, sdev = self.found.mean / units, np.where(digits == 0.0, 0.0, known / units)
        if not self.correlate:
            return np.asarray(gvar.gvar(mean, sdev)) * units
        return np.asarray(gvar.gvar(mean, self.correlation * sdev[:, np.newaxis] * sdev)) * units

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of the components."""
        return self.layout.names

    def component(self, column: int) -> Result:
        """Returns the result of one real component."""
        own = self.found.estimate(column)
        return replace(
            self.run,
            mean=own.mean,
            sdev=own.sdev,
            chi2=float(self.chi2[column]),
            Q=float(self.q_value[column]),
            ess=own.ess,
            max_weight_share=own.max_weight_share,
            tail_index=float(self.tail_index[column]),
            n_nonzero=own.n_nonzero,
            reliable=not self.reasons[column],
            warnings=self.reasons[column],
            correlated=partial(self._gvar, column),
            of_norm=False,
        )

    def _gvar(self, column: int) -> Any:
        return self.gvars[column]
