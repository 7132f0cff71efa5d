"""One `benchmarks.speed.peer`, seen from outside."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from typing import Any

from benchmarks.environment import environment


class PeerFailed(Exception):  # noqa: N818, it did
    """A side that does not answer, with its last words."""


class PeerProcess:
    """Starts the process; it imports its packages while others start. A context manager.

    Args:
      name: of the side: "iflow" or "madnis".
      threads: that it may use.
      python: interpreter that has its packages.
      settings: of its `Peer`.
    """

    def __init__(self, name: str, *, threads: int, python: str = sys.executable, **settings: Any):
        self._name = name
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115, `__exit__` closes it
        self._greeting: dict[str, Any] | None = None
        self._process = subprocess.Popen(
            [python, "-m", "benchmarks.speed.peer", name, json.dumps(settings | {"threads": threads})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            env=environment(threads),
        )

    def __enter__(self) -> PeerProcess:
        """It has been started already."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Ends the process and gives back what it held."""
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._process.communicate()
        self._complaints.close()

    @property
    def greeting(self) -> dict[str, Any]:
        """Versions, and the seconds that importing took; waits until it is done."""
        if self._greeting is None:
            self._greeting = self._answer()
        return self._greeting

    def call(self, name: str, **arguments: Any) -> Any:
        """Returns what this method of its `Peer` returns.

        Raises:
          PeerFailed: if it raises, or the process has ended.
        """
        _ = self.greeting
        assert self._process.stdin is not None  # for the type checker: it is a pipe
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps({"call": name} | arguments), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None  # for the type checker: it is a pipe
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._complaints.seek(0)
            words = self._complaints.read().strip().splitlines()
            raise PeerFailed(": ".join([f"{self._name}: its process ended with {code}", *words[-1:]]))
        answer = json.loads(line)
        if "error" in answer:
            raise PeerFailed(f"{self._name}: {answer['error']}")
        return answer["value"]
