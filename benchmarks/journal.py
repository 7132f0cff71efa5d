"""A file of finished runs, one a line, that survives being killed at any moment."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from benchmarks.record import dumps, run_from


class Journal:
    """Appends each run as it ends; knows those that are there already.

    Args:
      path: the file, JSON with one object a line; None keeps nothing.
      resume: go on with a file that exists.
      read: returns the run that `dumps` made a line of; runs of any kind have a `task` and a word on
        whether they have `failed`.

    Raises:
      FileExistsError: if the file has something in it and `resume` is False.
    """

    def __init__(self, path: Path | None, *, resume: bool = False, read: Callable[[str], Any] = run_from):
        self._path = path
        self._runs: dict[Any, Any] = {}
        if path is None or not path.exists() or not path.stat().st_size:
            return
        if not resume:
            raise FileExistsError(f"{path} exists: --resume goes on with it; or name another file")
        # A line cut short by a kill is not a run; what follows must not be glued to it.
        whole, newline, rest = path.read_bytes().rpartition(b"\n")
        if rest:
            os.truncate(path, len(whole) + len(newline))
        self._runs = {run.task: run for run in runs_in(path, read=read)}

    def add(self, run: Any) -> None:
        """Keeps a finished run; it is on disk when this returns."""
        self._runs[run.task] = run
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(dumps(run) + "\n")
                file.flush()
                os.fsync(file.fileno())

    def missing(self, tasks: Iterable[Any]) -> list[Any]:
        """Returns those of the tasks that have not been run, or have failed."""
        return [task for task in tasks if task not in self._runs or self._runs[task].failed]

    def runs(self, tasks: Iterable[Any]) -> list[Any]:
        """Returns the runs of those of the tasks that have been run, in their order."""
        return [self._runs[task] for task in tasks if task in self._runs]


def runs_in(path: Path, *, read: Callable[[str], Any] = run_from) -> list[Any]:
    """Returns the runs in a file that another process may be writing: a line cut short is left out.

    Args:
      path: the file; one that ends in .gz is unpacked.
      read: see `Journal`.
    """
    content = path.read_bytes()
    whole, _, _ = (gzip.decompress(content) if path.suffix == ".gz" else content).rpartition(b"\n")
    return [read(line) for line in whole.decode().splitlines()]
