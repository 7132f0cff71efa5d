"""Points of the box looked at before anything is learned, within a number of calls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from iflow.domain.box import Box


class ExhaustedError(Exception):
    """No more points may be looked at."""


class Glimpses:
    """Looks at points and keeps them.

    Args:
      look: log|f| at points t [n, dim] of the box, [n]; -inf where f = 0.
      box: outside of which nothing is looked at.
      most: points that may be looked at in all.
      is_out_of_time: whether to stop before.

    Attributes:
      n: points looked at so far.
    """

    def __init__(
        self,
        look: Callable[[np.ndarray], np.ndarray],
        box: Box,
        most: int,
        is_out_of_time: Callable[[], bool] = lambda: False,
    ):
        self._look, self._most, self._is_out_of_time = look, most, is_out_of_time
        self.box = box
        self.n = 0
        self._t: list[np.ndarray] = []
        self._log_f: list[np.ndarray] = []

    def look(self, t: np.ndarray) -> np.ndarray:
        """Returns log|f| at points t [n, dim], [n]; those outside of the box are moved to its edge.

        Raises:
          ExhaustedError: if there are more points than may still be looked at.
        """
        if self.n + len(t) > self._most or self._is_out_of_time():
            raise ExhaustedError
        t = np.clip(t, self.box.least, self.box.largest)
        self.n += len(t)
        log_f = self._look(t)
        self._t.append(t)
        self._log_f.append(log_f)
        return log_f

    def look_inside(self, t: np.ndarray) -> np.ndarray:
        """Returns log|f| at points t [n, dim], [n]; -inf outside of the box, where nothing is looked at."""
        inside = np.all((t > self.box.low) & (t < self.box.high), axis=1)
        log_f = np.full(len(t), -np.inf)
        if inside.any():
            log_f[inside] = self.look(t[inside])
        return log_f

    @property
    def left(self) -> int:
        """Points that may still be looked at."""
        return self._most - self.n

    @property
    def has_found(self) -> bool:
        """Whether f was not 0 somewhere."""
        return any(np.isfinite(log_f).any() for log_f in self._log_f)

    def best(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Returns the points of largest log|f|, finite, [up to n, dim], and that, best first."""
        t, log_f = np.concatenate(self._t), np.concatenate(self._log_f)
        rows = np.argsort(-log_f, kind="stable")[:n]
        rows = rows[np.isfinite(log_f[rows])]
        return t[rows], log_f[rows]
