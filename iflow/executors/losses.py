"""What faults have cost, counted and told."""

from __future__ import annotations

from dataclasses import dataclass, fields

from iflow.notation import times


@dataclass
class Losses:
    """What faults have cost; none of it is in any number but these.

    Args:
      n_items: items that were sent again, because their worker died, failed or fell silent; some of them
        it had not begun.
      n_broken: how often a worker died, or a pool with all of its workers.
      n_failed: how often a chunk failed.
      n_timed_out: how often a chunk did not come back in time.
    """

    n_items: int = 0
    n_broken: int = 0
    n_failed: int = 0
    n_timed_out: int = 0

    def since(self, before: Losses) -> Losses:
        """Returns what has been added to losses of before."""
        return Losses(*(getattr(self, f.name) - getattr(before, f.name) for f in fields(self)))

    def told(self) -> str:
        """Returns them as a sentence; "" where there are none."""
        counted = (
            (self.n_broken, "workers died"),
            (self.n_failed, "chunks of points failed"),
            (self.n_timed_out, "chunks of points did not come back in time"),
        )
        faults = [f"{what} {times(n)}" for n, what in counted if n]
        if not faults:
            return ""
        if not self.n_items:
            return f"{' and '.join(faults)}: nothing was lost with them"
        return (
            f"{' and '.join(faults)}: up to {self.n_items:,} evaluations were lost with them and computed "
            "again; they are not in neval"
        )
