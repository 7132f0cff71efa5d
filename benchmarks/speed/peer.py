"""The process of one side: commands come in, a line each, and what they return goes out.

    python -m benchmarks.speed.peer madnis '{"dim": 4, ...}'     is started by `peer_process`, not by people

It needs nothing but its own side's packages, so that each may live in an environment of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from typing import Any, Protocol


class Peer(Protocol):
    """One flow in training. All but `version` return seconds."""

    version: str

    def first_step(self) -> float:
        """Builds the flow and takes its first training step."""

    def train(self, steps: int) -> float:
        """Takes so many steps; seconds of one."""

    def sample(self, n: int, dtype: str) -> float:
        """Draws n points with their density in this floating type."""


def answer(peer: Peer, line: str) -> dict[str, Any]:
    """Returns what a command such as {"call": "train", "steps": 3} returns, or why it does not."""
    try:
        arguments = json.loads(line)
        return {"value": getattr(peer, arguments.pop("call"))(**arguments)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Serves until the input ends; whatever packages print goes to the error stream."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    begun = time.perf_counter()
    module = import_module(f"benchmarks.speed.{sys.argv[1]}_peer")
    imported = time.perf_counter() - begun
    peer = module.Peer(**json.loads(sys.argv[2]))
    print(json.dumps({"value": {"version": peer.version, "seconds": imported}}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(peer, line)), file=answers, flush=True)


if __name__ == "__main__":
    main()
