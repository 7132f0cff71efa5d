"""What an integration of several integrals returns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.destination import require_page
from iflow.result import Result
from iflow.several.listing import results_lines, shortened
from iflow.several.measured import Measured

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


class Results:
    """Several integrals, their errors and covariance, in the form in which f returns them.

    `result["a"]` of a dict, `result[0]` or `result[1, 2]` of an array: a `Result` where that is one real
    integral, `Results` where it is an array or a complex number.

    Args:
      measured: of all integrals of the run.
      numbers: which of them these are, integers in the form of an array; None for all.
    """

    def __init__(self, measured: Measured, numbers: np.ndarray | None = None):
        self._measured = measured
        self._is_dict = numbers is None and measured.layout.leaves[0].key is not None
        self._first, self._pairs = measured.layout.first, measured.layout.is_pair
        if numbers is None:
            shape = (-1,) if self._is_dict else measured.layout.leaves[0].shape
            numbers = np.arange(len(self._first)).reshape(shape)
        self._numbers = numbers

    # The integrals.

    @property
    def mean(self) -> Any:
        """Estimates in the form of the array, complex where one of them is; of a dict all in one row."""
        return self._shaped(self._measured.found.mean)

    @property
    def sdev(self) -> Any:
        """Standard errors in the same form; of a complex number that of its distance from the true one."""
        sdev = self._shaped(self._measured.found.sdev)
        return np.abs(sdev) if np.iscomplexobj(sdev) else sdev

    @property
    def real(self) -> Any:
        """The real part of a complex number as a `Result`; real parts of the means of an array."""
        return self._part(0)

    @property
    def imag(self) -> Any:
        """The imaginary part, likewise."""
        return self._part(1)

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the means of the real components, [k, k]; a complex number has two.

        Raises:
          ValueError: if the run was asked to keep none.
        """
        if not self._measured.correlate:
            raise ValueError("there is no covariance: it was left out by correlate=False")
        return self._measured.covariance[np.ix_(self._columns, self._columns)]

    @property
    def gvar(self) -> Any:
        """The same as `gvar.GVar` objects, for arithmetic that keeps track of errors and correlations.

        In the form of the array, or a dict of such; complex numbers have a last axis of two parts.
        """
        if self._is_dict:
            return {key: self[key].gvar for key in self.keys()}
        gvars = self._measured.gvars
        if self._pairs[self._numbers].any():
            first = self._first[self._numbers]
            return np.stack([gvars[first], gvars[first + 1]], axis=-1)
        shaped = gvars[self._first[self._numbers]]
        return shaped if np.ndim(self._numbers) else shaped[()]

    def __getitem__(self, key: Any) -> Any:
        """Returns one of them, or an array of them."""
        if self._is_dict:
            return self._of(self._leaf(key))
        try:
            return self._of(self._numbers[key])
        except (IndexError, TypeError, ValueError) as error:
            raise type(error)(
                f"{key!r} is no index of integrals of shape {self._numbers.shape}: {error}"
            ) from None

    def keys(self) -> list[str]:
        """Returns the names of a dict; none of an array."""
        return [str(leaf.key) for leaf in self._measured.layout.leaves] if self._is_dict else []

    def values(self) -> list[Any]:
        """Returns the results of a dict, in the order of its names."""
        return [self[key] for key in self.keys()]

    def items(self) -> list[tuple[str, Any]]:
        """Returns names and results of a dict."""
        return [(key, self[key]) for key in self.keys()]

    def __iter__(self) -> Iterator[Any]:
        """Iterates over the names of a dict, over the first axis of an array; unpacks a complex number.

        One complex integral is unpacked as mean, sdev, like a `Result`.
        """
        if not self._is_dict and not np.ndim(self._numbers):
            return iter((self.mean, self.sdev))
        return iter(self.keys()) if self._is_dict else (self[number] for number in range(len(self)))

    def __len__(self) -> int:
        """Returns the number of names of a dict, the length of an array."""
        if self._is_dict:
            return len(self.keys())
        if not np.ndim(self._numbers):
            raise TypeError("one complex integral has no length")
        return len(self._numbers)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the real components: "a", "b[0, 1]", "[2]", "c.real"."""
        return tuple(self._measured.names[column] for column in self._columns)

    def component(self, name: str) -> Result:
        """Returns the real component of that name, one of `names`.

        Raises:
          ValueError: if there is none.
        """
        names = self._measured.names
        if name not in names:
            raise ValueError(f"there is no component {name!r}, only {shortened(names)}")
        return self._measured.component(names.index(name))

    @property
    def reliable(self) -> bool:
        """Whether no reason was found to doubt the errors: of all that count, or of these where selected."""
        if self._is_whole:
            return self._measured.run.reliable
        return not any(self._measured.reasons[column] for column in self._columns)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences; the first ones say why the result is not reliable, if it is not."""
        if self._is_whole:
            return self._measured.run.warnings
        names = self._measured.names
        return tuple(f"{names[c]}: {reason}" for c in self._columns for reason in self._measured.reasons[c])

    @property
    def ess(self) -> Any:
        """Effective sample sizes, in the form of the array; of a complex number the smaller one."""
        return self._least_of(self._measured.found.ess)

    @property
    def run(self) -> Result:
        """The run as a whole: what it took, why it stopped, its history.

        Its mean, error and weights are those of what the proposals learned: the norm over all integrals that
        count, or the one real integral that does.
        """
        return self._measured.run

    def __getattr__(self, name: str) -> Any:
        """Returns what is true of the run as a whole, such as `neval` or `converged`."""
        if name in _OF_THE_RUN:
            return getattr(self._measured.run, name)
        hint = f": ask one of them, as result[...].{name}, or result.run" if name in _OF_ONE else ""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}")

    def __str__(self) -> str:
        """Returns means and errors as in [0.98166(10), 1.2(3)]; of a long axis the first and the last."""
        return self.text if self.reliable else f"{self.text} [unreliable]"

    def __repr__(self) -> str:
        """Returns what a prompt shows."""
        return f"Results({self})"

    def summary(self) -> str:
        """Returns the table of iterations, then a line for each integral, and the warnings."""
        lines = results_lines(self._measured, self._columns)
        lines += [f"warning: {warning}" for warning in self.warnings]
        return "\n".join([*lines, *(f"note: {text}" for text in self.circumstances)])

    def plot(self, path: str | Path | None = None, *, kind: str = "overview") -> Figure:
        """Draws the run by what the proposals learned; for path and kind see `Result.plot`."""
        return self._measured.run.plot(path, kind=kind)

    def report(self, path: str | Path, *, title: str = "Integration") -> None:
        """Writes one self-contained HTML page; see `Result.report`."""
        from iflow.html import html_report

        require_page(path, title)
        html_report(self, title=title, path=path)

    def _repr_html_(self) -> str:
        """Returns what a notebook shows: the integrals, the verdict in words, the warnings."""
        from iflow.html import result_card

        return result_card(self)

    @property
    def _is_whole(self) -> bool:
        return np.size(self._numbers) == len(self._first)

    @property
    def _columns(self) -> np.ndarray:
        """The real components of these numbers, in their order."""
        first = self._first[np.ravel(self._numbers)]
        counts = np.where(self._pairs[np.ravel(self._numbers)], 2, 1)
        return np.concatenate([np.arange(start, start + n) for start, n in zip(first, counts, strict=True)])

    def _shaped(self, values: np.ndarray) -> Any:
        first = self._first[self._numbers]
        found = values[first]
        pairs = self._pairs[self._numbers]
        if np.any(pairs):
            imag = np.where(pairs, values[np.minimum(first + 1, len(values) - 1)], 0.0)
            found = found + 1j * imag
        return found if np.ndim(self._numbers) else found.item()

    def _least_of(self, values: np.ndarray) -> Any:
        first = self._first[self._numbers]
        last = np.where(self._pairs[self._numbers], first + 1, first)
        found = np.minimum(values[first], values[last])
        return found if np.ndim(self._numbers) else found.item()

    def _part(self, number: int) -> Any:
        if np.ndim(self._numbers):
            return self.mean.imag if number else self.mean.real
        return self._measured.component(int(self._first[self._numbers]) + number)

    def _of(self, numbers: Any) -> Any:
        if np.ndim(numbers) == 0 and not self._pairs[numbers]:
            return self._measured.component(int(self._first[numbers]))
        return Results(self._measured, np.asarray(numbers))

    def _leaf(self, key: Any) -> np.ndarray:
        start = 0
        for leaf in self._measured.layout.leaves:
            if leaf.key == key:
                return np.arange(start, start + leaf.n_numbers).reshape(leaf.shape)[()]
            start += leaf.n_numbers
        raise KeyError(f"{key!r}; there are {', '.join(map(repr, self.keys()))}")

    @property
    def text(self) -> str:
        """Means and errors in the form of the array or dict, without a mark."""
        if self._is_dict:
            inside = ", ".join(f"{key!r}: {self[key].text}" for key in self.keys())
            return "{" + inside + "}"
        if np.ndim(self._numbers):
            numbers, is_long = range(len(self)), len(self) > _MOST_TOLD
            texts = [self[number].text for number in (numbers[:_N_TOLD] if is_long else numbers)]
            if is_long:
                texts += ["...", *(self[number].text for number in numbers[-_N_TOLD:])]
            return "[" + ", ".join(texts) + "]"
        return f"{self.real.text} + {self.imag.text} i"


_OF_ONE = ("chi2", "dof", "Q", "var", "max_weight_share", "tail_index", "n_nonzero", "error_allowed")
# A longer axis is written as its first and last integrals.
_MOST_TOLD, _N_TOLD = 200, 3

_OF_THE_RUN = (
    "neval",
    "neval_measured",
    "proposal",
    "converged",
    "stop_reason",
    "seconds",
    "seed",
    "history",
    "weight_histogram",
    "unseen",
    "unseen_volume",
    "n_skipped",
    "n_nonfinite",
    "n_searched",
    "circumstances",
)
