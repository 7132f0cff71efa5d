"""Right or wrong against reliable or doubted, counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scipy import stats

from benchmarks.detection.trial import Finding

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Confusion:
    """How many runs were what.

    Args:
      right_reliable: within 5 of their own errors, and called reliable.
      right_doubted: within, and not called reliable: false alarms.
      wrong_doubted: not within, and not called reliable.
      wrong_reliable: not within, and called reliable: silently wrong.
      failed: nothing came back.
    """

    right_reliable: int = 0
    right_doubted: int = 0
    wrong_doubted: int = 0
    wrong_reliable: int = 0
    failed: int = 0

    @property
    def n(self) -> int:
        """Runs that brought something back."""
        return sum(self.parts)

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """The four numbers, from the best outcome to the worst."""
        return self.right_reliable, self.right_doubted, self.wrong_doubted, self.wrong_reliable

    @property
    def shares(self) -> tuple[float, ...]:
        """The four as shares of the runs that brought something back; 0 each where none did."""
        return tuple(part / self.n if self.n else 0.0 for part in self.parts)

    @property
    def silent_at_most(self) -> float:
        """Bound on the rate of silently wrong runs, at 95% confidence."""
        return at_most(self.wrong_reliable, self.n)


def confusion(findings: Iterable[Finding]) -> Confusion:
    """Returns how many of the runs were what."""
    counts = dict.fromkeys(Confusion.__dataclass_fields__, 0)
    for finding in findings:
        counts[kind_of(finding)] += 1
    return Confusion(**counts)


def kind_of(finding: Finding) -> str:
    """Returns the name of the field of `Confusion` that a run counts in."""
    if finding.failed:
        return "failed"
    value = "right" if finding.is_right else "wrong"
    return f"{value}_{'reliable' if finding.answer.reliable else 'doubted'}"


def at_most(count: int, n: int, confidence: float = CONFIDENCE) -> float:
    """Returns the upper bound on a rate of which `count` cases were met in n, by Clopper and Pearson.

    A rate above it gives so few cases with a probability of at most 1 - confidence. 1 where count = n.
    """
    return 1.0 if count >= n else float(stats.beta.ppf(confidence, count + 1, n - count))
