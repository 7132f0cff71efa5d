"""The user's integrand where points at which it raises are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from iflow.integrand.caller import OF_NO_POINT
from iflow.integrand.integrand import Integrand
from iflow.integrand.marks import count
from iflow.integrand.skipping import Skipping
from iflow.portions import is_short_of_memory
from iflow.reasons import Reason


class SkippingIntegrand(Integrand):
    """Calls f as an `Integrand` does, but where f raises its values are marked, see `iflow.integrand.marks`.

    Each point counts once in `neval`; what it takes to find those at which a vectorised f raises counts in
    `n_searched`, and depends on how batches are cut into chunks, as no other number does. f does not
    become a part of graphs.

    Args: those of `Integrand`.
    """

    skips = True

    def __init__(self, f: Callable[..., Any], *args: Any, **kwargs: Any):
        super().__init__(f, *args, **kwargs)
        self._skipping = Skipping()

    def raised_at(self, point: np.ndarray) -> Exception | None:
        """Returns what f raises at a point, [dim]; None where it does not, any more."""
        look = self._caller.look(point if self.pointwise else point[np.newaxis])
        self.neval -= 1
        self.n_searched += 1
        return look.raised

    def on_worker(self) -> SkippingIntegrand:
        """Returns itself, as for an `Integrand`."""
        super().on_worker()
        self.n_searched = 0
        return self

    def as_sent(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x, [n, k], and in one more column what is to be added to `n_searched`."""
        values = self(x)
        searched = np.zeros((len(x), 1))
        searched[:1] = self.n_searched  # in one row: those of all chunks of a batch add up
        return np.concatenate([values.reshape(len(x), self.layout.k), searched], axis=1)

    def _take(self, columns: np.ndarray) -> np.ndarray:
        """Returns the values in what workers sent; counts them."""
        self.n_searched += int(columns[:, -1].sum())
        values = np.ascontiguousarray(columns[:, :-1])
        return super()._take(values[:, 0] if self.layout.is_scalar else values)

    def _count(self, values: np.ndarray) -> None:
        super()._count(values)
        self.n_skipped += count(values, Reason.RAISED)

    def _here(self, x: np.ndarray) -> np.ndarray:
        if not len(x):
            return super()._here(x)
        return self._around(x) if self.pointwise else self.portions.rows_of(self._around, x)

    def _around(self, x: np.ndarray) -> np.ndarray:
        """Returns f at x [n, dim], n >= 1, and nan at points at which it raises."""
        neval = self.neval
        columns = np.full(len(x) if self.layout.is_scalar else (len(x), self.layout.k), np.nan)
        try:
            with self.around_f():
                for part, values in self._skipping.computed(self._caller, x, pointwise=bool(self.pointwise)):
                    columns[part] = self._intake.admitted(values, x[part])
        except Exception as error:
            if is_short_of_memory(error) and len(x) > 1 and not self.pointwise:
                self.neval = neval  # all of it is computed again, in parts
            raise
        self.n_searched += self.neval - neval - len(x)
        self.neval = neval + len(x)
        return columns

    def _probe(self, x: np.ndarray) -> None:
        """Finds out the same as for an `Integrand`, from those of the points at which f does not raise."""
        asked = self.pointwise, self._caller.convert
        neval, error = self.neval, self._refusal(x, asked)
        if error is None:
            return
        # Copies of one point make a batch like any other, or tell that f raises there.
        fine = [row for row in range(len(x)) if self._refusal(x[[row] * len(x)], asked) is None]
        if not fine:
            if self.raised_at(x[0]) is not None:
                error.add_note(f"on_error='skip' is of no use: f raised at each of {len(x)} points")
            raise error
        self._refusal(x[fine[:1] * len(x)], asked)  # now it is known whether f takes one point or many
        rows = [row for row in range(len(x)) if row in fine or self.raised_at(x[row]) is None]
        self.n_searched += self.neval - neval
        self.neval = neval
        self.pointwise, self._caller.convert = asked
        super()._probe(x[np.resize(rows, len(x))])

    def _refusal(self, x: np.ndarray, asked: tuple[bool | None, Any]) -> Exception | None:
        """Returns why f cannot be probed at points x, [n, dim]; None where it was.

        Args:
          x: the points.
          asked: what was known of f before it was probed.
        """
        self.pointwise, self._caller.convert = asked
        try:
            super()._probe(x)
        except OF_NO_POINT:
            raise
        except Exception as error:
            return error
        return None
