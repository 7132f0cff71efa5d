"""A batch that workers compute piece by piece."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from iflow.executors.payload import Payload


class Piece(NamedTuple):
    """What came back of a batch.

    Args:
      start: number of the first item.
      end: number after the last.
      values: of these items.
      seconds: that they took.
    """

    start: int
    end: int
    values: Any
    seconds: float


class PieceStore(Protocol):
    """Keeps what came back of batches that are not complete yet, so that it outlives this process."""

    @property
    def is_empty(self) -> bool:
        """Whether there are no pieces of any batch."""

    def find(self, key: str) -> Sequence[Piece]:
        """Returns the pieces of a batch."""

    def keep(self, key: str, piece: Piece) -> None:
        """Stores a piece."""


class Job:
    """Items to be computed; pieces of them come back in any order and are put together in theirs.

    Written to by one thread, the scheduler's, and waited for by another.

    Args:
      items: what is computed; an array with one row an item, or a list.
      payload: what computes them.
      key: by what the batch is known again; "" for one that is not.
      store: keeps pieces of it; None for nobody.

    Attributes:
      items: the same.
      payload: the same.
      key: the same.
      failure: why it cannot be completed; None where nothing is known against it.
      seconds: work that has come back, as the workers measured it.
      more_comes: whether another batch is about to follow, so that workers need not end together.
    """

    def __init__(self, items: Any, payload: Payload, *, key: str = "", store: PieceStore | None = None):
        self.items, self.payload, self.key = items, payload, key
        self._store = store if key else None
        self.failure: BaseException | None = None
        self.seconds, self.more_comes = 0.0, False
        self._pieces: dict[int, tuple[int, Any]] = {}
        self._waiting: list[tuple[int, int]] = [(0, len(items))] if len(items) else []
        self._n_waiting, self._n_back = len(items), 0
        self._ended = threading.Event()
        if not len(items):
            self._ended.set()

    @property
    def n(self) -> int:
        """Number of items."""
        return len(self.items)

    @property
    def n_back(self) -> int:
        """Items that have come back."""
        return self._n_back

    @property
    def n_waiting(self) -> int:
        """Items that no worker has yet."""
        return self._n_waiting

    @property
    def n_in_a_row(self) -> int:
        """Items that the next piece may be cut from: those that wait beside one another."""
        start, end = self._waiting[0]
        return end - start

    @property
    def is_complete(self) -> bool:
        """Whether every item has come back."""
        return self._n_back == self.n

    @property
    def has_ended(self) -> bool:
        """Whether it is complete, or cannot be completed."""
        return self._ended.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Waits until it has ended; returns whether it has."""
        return self._ended.wait(seconds)

    def cut(self, size: int) -> tuple[int, int]:
        """Returns the next items that wait, `size` of them at most, and takes them off."""
        start, end = self._waiting[0]
        cut = min(end, start + size)
        self._n_waiting -= cut - start
        self._waiting[0] = cut, end
        if cut == end:
            del self._waiting[0]
        return start, cut

    def add(self, piece: Piece) -> bool:
        """Takes a piece, all items of which were missing or none; returns whether they were."""
        if piece.start in self._pieces:
            return False
        if self._store is not None:
            # The last one, too: who waits may not come for a complete batch before others are there. And
            # before it counts: who takes a complete batch has its pieces forgotten.
            self._store.keep(self.key, piece)
        self._pieces[piece.start] = piece.end, piece.values
        self.seconds += piece.seconds
        self._n_back += piece.end - piece.start
        if self.is_complete:
            self._ended.set()
        return True

    def recall(self) -> None:
        """Takes the pieces that were stored before."""
        if self._store is None:
            return
        store, self._store = self._store, None  # what is read is not stored again
        end = 0
        for piece in sorted(store.find(self.key), key=lambda piece: piece.start):
            if end <= piece.start < piece.end <= self.n:
                self.add(piece)
                end = piece.end
        self._store = store

    def fail(self, error: BaseException) -> None:
        """Ends it without the rest; the first reason counts."""
        if not self.has_ended:
            self.failure = error
            self._ended.set()

    def reopen(self) -> None:
        """Begins to wait again for one that had ended without the rest."""
        self.failure = None
        if not self.is_complete:
            self._ended.clear()

    def revive(self, under_way: Sequence[tuple[int, int]] = ()) -> None:
        """Begins again with what is missing; pieces that came back stay.

        Args:
          under_way: ranges of items that workers still have.
        """
        self.reopen()
        taken = {start: end for start, end in under_way} | {s: e for s, (e, _) in self._pieces.items()}
        self._waiting = list(_gaps(taken, self.n))
        self._n_waiting = sum(end - start for start, end in self._waiting)
        if self.is_complete:  # the last piece may have come while it was being reopened
            self._ended.set()

    def joined(self, join: Callable[[list[Any]], Any]) -> Any:
        """Returns what all pieces make together, in the order of the items."""
        return join([self._pieces[start][1] for start in sorted(self._pieces)])


def _gaps(taken: dict[int, int], n: int) -> Iterator[tuple[int, int]]:
    """Yields the ranges within n items that none of those taken (first item: item after the last) covers."""
    begin = 0
    for start in sorted(taken):
        if begin < start:
            yield begin, start
        begin = taken[start]
    if begin < n:
        yield begin, n
