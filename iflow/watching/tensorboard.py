"""The run as scalars for TensorBoard."""

from __future__ import annotations

import contextlib
import math
import os
import warnings

from iflow.history import Iteration
from iflow.watching.event_file import EventFile, fits
from iflow.watching.reporter import Reporter


class TensorBoard(Reporter):
    """Writes scalars of every row, over the evaluations of the run; needs no TensorFlow.

    A folder that cannot be written is an error before anything is evaluated; a disk that fills up later
    ends the log with a warning, not the run.

    Args:
      folder: that TensorBoard is pointed to; one for each run.
    """

    def __init__(self, folder: str | os.PathLike[str]):
        self._folder = folder
        self._file: EventFile | None = None
        self._is_broken = False

    def __enter__(self) -> TensorBoard:
        """Begins a file.

        Raises:
          OSError: if it cannot be written.
        """
        self._file = EventFile(self._folder)
        return self

    def __exit__(self, *error: object) -> None:
        """Closes the file."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):  # a full disk was told of before
                file.close()

    def __call__(self, row: Iteration) -> None:
        """Writes a row."""
        if self._file is None or self._is_broken:
            return
        try:
            self._file.add(scalars(row), row.total_neval)
        except OSError as error:
            self._is_broken = True
            warnings.warn(
                f"the TensorBoard log in {os.fspath(self._folder)!r} ends here: {error}",
                RuntimeWarning,
                stacklevel=2,
            )


def scalars(row: Iteration) -> dict[str, float]:
    """Returns what is written of a row, by tag; without numbers that a 32-bit float cannot hold."""
    measured = row.phase == "measurement"
    mean, sdev = (row.running_mean, row.running_sdev) if measured else (row.mean, row.sdev)
    group = "measurement" if measured else "search"
    values = {
        f"{group}/relative_error": sdev / abs(mean) if mean else math.nan,
        f"{group}/ess": row.running_ess if measured else row.ess,
        f"{group}/deviation": row.deviation,
        f"{group}/seconds": row.seconds,
        "search/beta": row.beta,
        "search/loss": row.loss,
        f"points_to_target/{row.proposal.replace(' ', '_')}": row.n_needed,
    }
    if row.log_unit:
        values[f"{group}/log_estimate"] = row.log_unit + math.log(abs(mean)) if mean else math.nan
    else:
        values |= {f"{group}/estimate": mean, f"{group}/sdev": sdev}
    return {tag: float(value) for tag, value in values.items() if fits(value)}
