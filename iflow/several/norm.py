"""One number a point out of several integrals: what the proposals learn."""

from __future__ import annotations

import numpy as np

from iflow.options import ComponentOptions, Target
from iflow.several.counted import Counted

# What is larger than its size by more than this is taken as larger by so much: a norm is to be finite.
_LARGEST = 1e300


class Norm:
    """The norm over the integrals that count, each in units of its own size.

        "l2"   sqrt(mean_k (|f_k| / s_k)^2)        "l1"   mean_k |f_k| / s_k        "max"   max_k |f_k| / s_k

    The sum of relative variances, sum_k var_k / s_k^2, is least for points drawn from "l2". The sizes s_k
    are estimates of the integrals of |f_k| from the first n points among which one is not 0, at least
    atol / rtol: whoever is smaller meets the target anyway; n^-1/2 of the largest for whoever was 0 at all
    of them. One real integral is its own norm, with its sign.

    Args:
      counted: which integrals count.
      options: the user's norm.
      target: what their errors have to meet.
    """

    def __init__(self, counted: Counted, options: ComponentOptions, target: Target):
        self._counted, self._kind = counted, options.norm
        self._least = target.atol / target.rtol if target.rtol else 0.0
        self._sizes: np.ndarray | None = None
        self._log_unit = 0.0

    @property
    def is_settled(self) -> bool:
        """Whether no batch changes it any more."""
        return self._sizes is not None or callable(self._kind) or self._counted.is_one_real

    def see(self, components: np.ndarray, log_q: np.ndarray) -> None:
        """Takes the sizes from the first batch that tells any; later ones change nothing.

        Whether a batch was evaluated just now or is from a checkpoint makes no difference.

        Args:
          components: f_k |dx/dy|, [n, k].
          log_q: log of the density that the points were drawn from, [n].
        """
        if self.is_settled:
            return
        sizes = self._counted.sizes(components)[:, self._counted.numbers]
        if not sizes.any():
            return
        log_least = float(log_q.min())
        typical = (sizes * np.exp(log_least - log_q)[:, np.newaxis]).mean(axis=0)
        typical = np.maximum(typical, self._least * np.exp(log_least))
        # Of whoever was not seen it is only known that it is small: taken as less so than it may be.
        unseen = typical.max() / np.sqrt(len(sizes))
        self._sizes = np.where(typical > 0.0, typical, unseen)
        self._log_unit = float(np.log(typical.max()))

    def sign_and_log(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns sign and logarithm of the norm of values [n, k], [n] each; -inf where it is 0.

        In units of the largest of the integrals that count.

        Raises:
          ValueError: if a norm of the user's is negative, not finite, or not one number a point.
        """
        log_unit = 0.0
        if callable(self._kind):
            norm = self._by_user(values)
        elif self._counted.is_one_real:
            norm = values[:, self._counted.columns[0]]
        else:
            norm, log_unit = self._norm(self._counted.sizes(values)[:, self._counted.numbers]), self._log_unit
        with np.errstate(divide="ignore"):
            return np.sign(norm), np.log(np.abs(norm)) + log_unit

    def log_size(self, values: np.ndarray) -> np.ndarray:
        """Returns the logarithm of the largest |f_k| of those that count, [n]; -inf where all are 0.

        Args:
          values: of f, [n, k].
        """
        if callable(self._kind):
            size = self._by_user(values)
        else:
            size = self._counted.sizes(values)[:, self._counted.numbers].max(axis=1)
        with np.errstate(divide="ignore"):
            return np.log(size)

    def _norm(self, sizes: np.ndarray) -> np.ndarray:
        relative = sizes
        if self._sizes is not None:
            with np.errstate(over="ignore"):  # where the first points saw next to nothing of one
                relative = np.minimum(sizes / self._sizes, _LARGEST)
        if self._kind == "l1":
            return relative.mean(axis=1)
        largest = relative.max(axis=1)
        if self._kind == "max":
            return largest
        unit = np.where(largest == 0.0, 1.0, largest)
        return largest * np.sqrt(np.square(relative / unit[:, np.newaxis]).mean(axis=1))

    def _by_user(self, values: np.ndarray) -> np.ndarray:
        try:
            returned = self._kind(values.copy())  # type: ignore[operator]
        except Exception as error:
            error.add_note(f"raised by norm, called with the values of f, float64 {list(values.shape)}")
            raise
        norm = np.asarray(returned)
        if norm.dtype.kind not in "fiub":
            given = "None" if returned is None else f"dtype {norm.dtype}"
            raise TypeError(f"norm must return real numbers, [n] for values [n, k], got {given}")
        norm = norm.astype(np.float64)
        if norm.shape != (len(values),):
            raise ValueError(
                f"norm must return one number a point, [{len(values)}] for values of shape {values.shape}, "
                f"got shape {norm.shape}"
            )
        bad = ~np.isfinite(norm) | (norm < 0.0)
        if bad.any():
            raise ValueError(
                f"norm must be finite and >= 0, got {norm[bad][0]} for values {values[bad][0].tolist()}"
            )
        return norm
