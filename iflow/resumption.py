"""Goes on with a run that is kept in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from iflow.history import Iteration
from iflow.integrator import Integrator
from iflow.result import Result
from iflow.several.results import Results


def resume(
    checkpoint: str | os.PathLike[str],
    f: Callable[..., Any],
    *,
    region: Any = None,
    rtol: float | None = None,
    atol: float | None = None,
    max_neval: int | None = None,
    max_seconds: float | None = None,
    on_error: str | None = None,
    on_nonfinite: str | None = None,
    progress: bool | Callable[[Iteration], Any] = False,
    callback: Callable[[Iteration], Any] | None = None,
    tensorboard: str | os.PathLike[str] | None = None,
    **execution: Any,
) -> Result | Results:
    """Goes on with a run of `iflow.integrate(..., checkpoint=...)`, however it ended.

    A run that was stopped, by Ctrl-C, an exception, or kill -9 at any instant, ends with the numbers that
    it would have ended with, bit for bit: nothing that is stored is evaluated again. (With a time limit
    the numbers depend on the clock.) A run that had come to its end goes on where another target asks for
    it: its proposal stays frozen, its points count, and rounds are added to them, so that the result is
    that of one longer measurement.

    f is computed at about fifteen points to see that it is the same; they do not count in `neval`.

    Args:
      checkpoint: the folder.
      f: the same integrand.
      region: only where the region holds functions, which are not stored; the same as before.
      rtol: relative error to reach; None for what it was, as for the others.
      atol: absolute error to reach, in units of the integral.
      max_neval: evaluations at most, with all before.
      max_seconds: wall-clock limit in seconds, with all before.
      on_error: what becomes from now on of points at which f raises; for a run that such a point has ended.
      on_nonfinite: what becomes from now on of points at which f is nan or inf; likewise.
      progress: as in `iflow.integrate`; so are `callback` and `tensorboard`.
      callback: see there.
      tensorboard: see there.
      **execution: `executor`, `workers`, `retries`, `timeout` and `offload` of `iflow.integrate`: those of
        this part of the run, whoever computed before.

    Returns:
      The `Result`, of all evaluations together.

    Raises:
      TypeError: for an unknown option.
      FileNotFoundError: if there is no run in the folder.
      RuntimeError: if another process writes to it.
      ValueError: if f is another integrand or the region another one; for files that are damaged or of
        another format, and options out of range.
      Exception: what f raises; everything before it is stored.
    """
    given = {"on_error": on_error, "on_nonfinite": on_nonfinite}
    changes = {name: value for name, value in given.items() if value is not None}
    watching = {"progress": progress, "callback": callback, "tensorboard": tensorboard, **changes}
    integrator = Integrator.resume(checkpoint, f, region=region, **watching, **execution)
    try:
        return integrator.integrate(rtol=rtol, atol=atol, max_neval=max_neval, max_seconds=max_seconds)
    finally:
        integrator.close()
