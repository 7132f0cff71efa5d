"""The shape of the flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from iflow.checks import require_choice, require_integer

ACTIVATIONS = ("leaky-relu", "relu", "elu", "tanh")
COUPLINGS = ("linear", "quadratic", "rational-quadratic")
DTYPES = ("float32", "float64")
ENCODINGS = ("one-blob", "none")
MASKS = ("log2", "antichain", "random", "checkerboard")


@dataclass(frozen=True)
class FlowOptions:
    """The shape of the flow.

    Args:
      coupling: kind of the densities' CDF in a bin: "linear" (histograms), "quadratic" (straight lines)
        or "rational-quadratic" (smooth splines). Or a class of one's own: `coupling.n_params(bins)` is
        the number of parameters of a density, `coupling(params)` builds n densities from [n_params, n],
        and their `cdf` and `quantile` return image and log density, both [n], made of TensorFlow's
        operations. One derived from `iflow.flow.Piecewise` is compiled like the three above.
      bins: bins of each density, >= 2.
      hidden: units of each hidden layer of the conditioner networks.
      activation: what stands between the layers: "leaky-relu", "relu", "elu" or "tanh".
      encoding: what the networks see of a coordinate: "one-blob" (16 smooth bumps, good for sharp
        structure) or "none" (the number itself).
      masks: which coordinates the couplings draw: "log2" (the fewest pairs of complements under which
        each coordinate is drawn given each other), "antichain" (the fewest couplings at all), "random"
        (log2 with the coordinates shuffled), "checkerboard" (every other one, then the rest), or one's
        own: booleans [couplings, dim], False where a coupling draws.
      repeats: how often the sequence of masks is repeated, >= 1; None for once, or for twice where that
        would be only two linear couplings.
      dtype: "float32" or "float64", the type the flow is trained in; points are drawn in float64.
    """

    coupling: str | type[Any] = "quadratic"
    bins: int = 16
    hidden: tuple[int, ...] = (32, 32)
    activation: str = "leaky-relu"
    encoding: str = "one-blob"
    masks: str | Sequence[Sequence[bool]] = "log2"
    repeats: int | None = None
    dtype: str = "float32"

    def __post_init__(self) -> None:
        """Checks every value."""
        if isinstance(self.coupling, str):
            require_choice("coupling", self.coupling, COUPLINGS)
        else:
            _require_density(self.coupling)
        require_integer("bins", self.bins, 2)
        if self.repeats is not None:
            require_integer("repeats", self.repeats, 1)
        is_sequence = isinstance(self.hidden, Sequence | np.ndarray) and not isinstance(
            self.hidden, str | bytes
        )
        if not is_sequence or not len(self.hidden):
            raise TypeError(
                f"hidden must be a sequence of layer widths such as (32, 32), got {self.hidden!r}"
            )
        for width in self.hidden:
            require_integer("each width in hidden", width, 1)
        object.__setattr__(self, "hidden", tuple(int(width) for width in self.hidden))
        require_choice("activation", self.activation, ACTIVATIONS)
        require_choice("encoding", self.encoding, ENCODINGS)
        if isinstance(self.masks, str):
            require_choice("masks", self.masks, MASKS)
        else:
            object.__setattr__(self, "masks", _own_masks(self.masks))
        require_choice("dtype", self.dtype, DTYPES)

    def require_dim(self, dim: int) -> None:
        """Raises a ValueError unless the user's own masks, if there are any, have dim columns."""
        if not isinstance(self.masks, str) and len(self.masks[0]) != dim:
            n = len(self.masks[0])
            raise ValueError(f"masks must have a column for each of the {dim} coordinates, got {n} columns")


def _require_density(coupling: object) -> None:
    missing = [
        name for name in ("n_params", "cdf", "quantile") if not callable(getattr(coupling, name, None))
    ]
    if not isinstance(coupling, type) or missing:
        lacks = f", which lacks {' and '.join(missing)}" if isinstance(coupling, type) else ""
        raise TypeError(
            f"coupling must be one of {', '.join(COUPLINGS)}, or a class with n_params, cdf and quantile; "
            f"got {coupling!r}{lacks}"
        )
    try:
        n_params = coupling.n_params(2)  # type: ignore[attr-defined]
    except Exception as error:
        raise TypeError(
            f"coupling.n_params must be a static method from a number of bins to one of parameters: {error}"
        ) from error
    require_integer("coupling.n_params(2)", n_params, 1)


def _own_masks(masks: object) -> tuple[tuple[bool, ...], ...]:
    wanted = f"masks must be one of {', '.join(MASKS)}, or booleans [couplings, dim]"
    try:
        array = np.asarray(masks)
    except ValueError:
        raise ValueError(f"{wanted}; got rows of different lengths") from None
    if array.dtype != np.bool_ or array.ndim != 2 or not array.size:
        hint = "; did you mean True and False?" if array.dtype.kind == "i" and array.ndim == 2 else ""
        raise ValueError(f"{wanted}; got {array.dtype} of shape {array.shape}{hint}")
    idle = np.flatnonzero(array.all(axis=1))
    if len(idle):
        raise ValueError(
            f"each coupling must draw a coordinate (False), but row {idle[0]} of masks draws none"
        )
    never = np.flatnonzero(array.all(axis=0))
    if len(never):
        raise ValueError(f"a coordinate must be drawn by a coupling (False), but column {never[0]} never is")
    return tuple(tuple(bool(kept) for kept in row) for row in array)
