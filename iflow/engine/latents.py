"""The latents of a round of the measurement: handed out batch by batch, taken off as they come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from iflow.engine.growth import Part
from iflow.points import Points, Reserved, Taken


@dataclass(frozen=True)
class Lot:
    """Latents of one replicate within a batch.

    Args:
      replicate: its number.
      latents: what makes them, or has them.
    """

    replicate: int
    latents: Reserved

    @property
    def n(self) -> int:
        """How many they are."""
        return len(self.latents)

    def split(self, n: int) -> list[Lot]:
        """Returns the first n and the others."""
        latents, dither = self.latents.take(), self.latents.dither
        return [replace(self, latents=Taken(part, dither)) for part in (latents[:n], latents[n:])]


class Latents:
    """What a round still has to take from its replicates, and what is with whoever evaluates it."""

    def __init__(self) -> None:
        self._queue: list[Part] = []
        self._batches: list[list[Lot]] = []
        self._n_out = 0

    @property
    def n_waiting(self) -> int:
        """Latents whose points have not been added."""
        return sum(part.n for part in self._queue) + sum(map(_n, self._batches))

    @property
    def n_ahead(self) -> int:
        """Latents that were handed out, and whose points have not been added."""
        return sum(map(_n, self._batches[: self._n_out]))

    def begin(self, parts: Sequence[Part]) -> None:
        """Begins a round."""
        self._queue = list(parts)

    def begin_again(self) -> None:
        """Hands out again what was handed out, and whose points have not been added."""
        self._n_out = 0

    def hand_out(self, most: int, streams: Sequence[Points], *, reserve: bool) -> list[Lot]:
        """Returns the next batch, 1 to `most` latents; the same ones as before after `begin_again`.

        Args:
          most: latents; fewer than a batch that was handed out before cut that one.
          streams: of the replicates.
          reserve: whether new ones are to be made later.
        """
        if self._n_out == len(self._batches):
            self._batches.append(self._take(most, streams, reserve))
        batch = self._batches[self._n_out]
        if most < _n(batch):
            self._batches[self._n_out : self._n_out + 1] = _cut(batch, most)
        self._n_out += 1
        return self._batches[self._n_out - 1]

    def front(self) -> list[Lot]:
        """Returns the earliest batch that was handed out; nothing where none is."""
        return self._batches[0] if self._n_out else []

    def take_off(self) -> None:
        """Takes off the earliest batch: its points are added."""
        self._batches.pop(0)
        self._n_out -= 1

    def _take(self, most: int, streams: Sequence[Points], reserve: bool) -> list[Lot]:
        """Takes latents of as many replicates as fit."""
        lots: list[Lot] = []
        while self._queue and (not lots or _n(lots) + self._queue[0].n <= most):
            part = self._queue.pop(0)
            # Cut to a power of 2: nets begin with one.
            size = part.n if part.n <= most else 1 << most.bit_length() - 1
            if size < part.n:
                self._queue.insert(0, Part(part.replicate, part.n - size))
            stream = streams[part.replicate]
            latents = stream.reserve(size) if reserve else Taken(stream.take(size), stream.dither)
            lots.append(Lot(part.replicate, latents))
        return lots


def _n(batch: Sequence[Lot]) -> int:
    return sum(lot.n for lot in batch)


def _cut(batch: Sequence[Lot], n: int) -> list[list[Lot]]:
    """Returns the first n latents, and the others."""
    first: list[Lot] = []
    rest = list(batch)
    while rest and _n(first) + rest[0].n <= n:
        first.append(rest.pop(0))
    if _n(first) < n:
        begin, end = rest[0].split(n - _n(first))
        first, rest = [*first, begin], [end, *rest[1:]]
    return [first, rest]
