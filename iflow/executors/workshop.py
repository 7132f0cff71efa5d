"""The workshop: workers, and the thread that feeds them, for all crews that share them."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from iflow.executors.engines import Engine
from iflow.executors.faults import forked

if TYPE_CHECKING:
    from iflow.executors.foreman import Foreman


class Workshop:
    """Workers of one engine, which start when the first of its members needs them.

    The last member that leaves ends them; one that is forgotten counts no more. A member that was away
    may come back, and where nobody is left, other workers start.

    Args:
      make_engine: returns the engine.
      retries: how often a chunk may fail, see `Schedule`.
      timeout: seconds after which a chunk is sent elsewhere; None for never.

    Attributes:
      foreman: the thread that takes jobs; None where there is none.
      n_seen: workers that the latest engine had, also when it has ended; 0 before the first.
    """

    def __init__(self, make_engine: Callable[[], Engine], *, retries: int, timeout: float | None):
        self._make_engine, self._retries, self._timeout = make_engine, retries, timeout
        self._engine: Engine | None = None
        self._process = os.getpid()
        self._members: weakref.WeakSet[Any] = weakref.WeakSet()
        self.n_seen = 0
        self.foreman: Foreman | None = None

    @property
    def engine(self) -> Engine:
        """The engine; made at the first use.

        Raises:
          LostWorkersError: in a process that was forked from the one that made it.
        """
        if self._engine is None:
            self._engine, self._process = self._make_engine(), os.getpid()
            self.n_seen = self._engine.n_workers
        elif self._process != os.getpid():
            raise forked(self._process)
        return self._engine

    def count_heads(self) -> tuple[int, int]:
        """Returns how many workers compute at this moment, and of how many; 0 of 0 before they are needed.

        Any thread may ask.
        """
        foreman = self.foreman
        return (0, 0) if foreman is None else foreman.schedule.headcount

    def has(self, member: Any) -> bool:
        """Returns whether someone is a member."""
        return member in self._members

    def join(self, member: Any) -> None:
        """Takes a member, if that is none yet."""
        self._members.add(member)

    def open(self) -> Foreman:
        """Returns the thread that takes jobs, which is started where there is none."""
        from iflow.executors.foreman import Foreman  # a run that computes here never pays for it

        engine = self.engine
        if self.foreman is None or not self.foreman.is_alive:
            self.foreman = Foreman(engine, self._retries, self._timeout)
            weakref.finalize(self, Foreman.stop, self.foreman)
        return self.foreman

    def leave(self, member: Any) -> None:
        """Lets a member go; where it was the last one, the thread ends, and the workers that are iflow's."""
        self._members.discard(member)
        if self._members or self._process != os.getpid():
            return
        if self.foreman is not None:
            self.foreman.stop()
        elif self._engine is not None and self._engine.kill is not None:
            self._engine.kill()
        self.foreman = self._engine = None
