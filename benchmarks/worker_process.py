"""One `benchmarks.worker`, seen from outside."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import threading
import time

from benchmarks.record import Outcome, Run, Task, dumps, run_from

# A method that does not end by itself at its time limit is given this much longer, then killed.
_GRACE, _GRACE_SECONDS = 1.25, 30.0


class WorkerProcess:
    """Starts the process; `run` asks it one thing at a time.

    Args:
      environment: of the process.
    """

    def __init__(self, environment: dict[str, str]):
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115, `close` does
        # In a session of its own Ctrl-C does not reach it: it would pass for the end of a run.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def run(self, task: Task) -> Run:
        """Returns the answer, or a failed run that says why none came."""
        begun = time.perf_counter()
        limit = min(task.max_seconds * _GRACE + _GRACE_SECONDS, threading.TIMEOUT_MAX)
        answer = self._ask(dumps(task), limit)
        if answer:
            return run_from(answer)
        seconds = time.perf_counter() - begun
        reason = f"no end in {limit:.0f} s" if seconds >= limit else self._last_words()
        outcome = Outcome(stop_reason=f"failed: {reason}")
        return Run(task=task, outcome=outcome, exact=task.problem.exact, seconds=seconds)

    def _ask(self, question: str, limit: float) -> str:
        """Returns the next line that it says; empty when it ended or was ended."""
        timer = threading.Timer(limit, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            assert self._process.stdin is not None  # for the type checker: both are pipes
            assert self._process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                print(question, file=self._process.stdin, flush=True)
            return self._process.stdout.readline()
        finally:
            timer.cancel()

    def _last_words(self) -> str:
        code = self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().strip().splitlines()
        return f"its process ended with {code}" + (f", {lines[-1]}" if lines else "")

    def kill(self) -> None:
        """Ends the process at once; whoever waits for an answer gets a failed run."""
        self._process.kill()

    def close(self) -> None:
        """Ends the process and gives back what it held."""
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        self._complaints.close()
