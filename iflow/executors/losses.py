"""What faults have cost, counted and told."""

from __future__ import annotations

from dataclasses import dataclass

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
      most_at_once: points that the memory of every worker sufficed for; None where it never ran out.
    """

    n_items: int = 0
    n_broken: int = 0
    n_failed: int = 0
    n_timed_out: int = 0
    most_at_once: int | None = None

    def since(self, before: Losses) -> Losses:
        """Returns what has been added to losses of before."""
        news = {name: getattr(self, name) - getattr(before, name) for name in _COUNTED}
        is_news = self.most_at_once != before.most_at_once
        return Losses(**news, most_at_once=self.most_at_once if is_news else None)

    def take_limit(self, most_at_once: int | None) -> None:
        """Takes note of how many points a worker has memory for; None for as many as it likes."""
        if most_at_once is not None:
            before = self.most_at_once
            self.most_at_once = most_at_once if before is None else min(before, most_at_once)

    def told(self) -> str:
        """Returns them as a sentence; "" where there are none."""
        limit = ""
        if self.most_at_once is not None:
            limit = f"workers had no memory to compute more than {self.most_at_once:,} points at once"
        return "; ".join(sentence for sentence in (self._faults_told(), limit) if sentence)

    def _faults_told(self) -> str:
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


_COUNTED = ("n_items", "n_broken", "n_failed", "n_timed_out")
