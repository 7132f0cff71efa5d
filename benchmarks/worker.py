"""The process that runs methods: a task a line comes in, a run a line goes out.

    python -m benchmarks.worker     is started by `benchmarks.crew`, not by people

It imports little itself, so that what a method's package takes to load shows in that method's time.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
import time

from benchmarks import methods
from benchmarks.record import Outcome, Run, Task, dumps, task_from

# ru_maxrss counts kibibytes, on macOS bytes.
_MEMORY_UNIT = 1e-6 if sys.platform == "darwin" else 1.024e-3


def run(task: Task) -> Run:
    """Returns what became of a task; an exception of the method is part of the answer."""
    f = task.problem.build()
    begun = time.perf_counter()
    imported = begun
    try:
        method = methods.load(task.method)
        imported = time.perf_counter()
        outcome = method.run(f, task)
    except Exception as error:
        outcome = Outcome(stop_reason=f"failed: {type(error).__name__}: {error}")
    return Run(
        task=task,
        outcome=outcome,
        exact=task.problem.exact,
        seconds=time.perf_counter() - begun,
        import_seconds=imported - begun,
        peak_mb=_peak_mb(),
        tensorflow="tensorflow" in sys.modules,
        version=importlib.metadata.version(methods.METHODS[task.method].package),
    )


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:  # not on Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MEMORY_UNIT


def main() -> None:
    """Serves until the input ends; whatever packages print goes to the error stream."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        print(dumps(run(task_from(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
