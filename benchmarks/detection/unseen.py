"""Is what a method says about volume that it has not seen correct?

A statement "at most V of the volume may look different, at 95% confidence" is correct when, of the runs on
an integrand that looks different in more than V, at most 5% see nothing of it. That is counted: runs at risk
are those whose structure is larger than the bound that they state, misses those of them that saw nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from scipy import stats

from benchmarks.detection.trial import Finding

ALLOWED = 0.05
# A statement is called wrong when so many misses have a smaller probability than this.
_RATE = 1e-3


@dataclass(frozen=True)
class Unseen:
    """Statements about what was not seen.

    Args:
      n_hidden: runs in which a structure was not shown by any point.
      n_stated: how many of them say what volume they may not have seen.
      n_at_risk: runs, hidden or not, with a structure larger than the volume that they state.
      n_missed: how many of these did not see it: statements that did not hold.
      n_share_missed: hidden runs in which the structure has a larger share of what points were drawn from
        than is stated of that.
    """

    n_hidden: int
    n_stated: int
    n_at_risk: int
    n_missed: int
    n_share_missed: int

    @property
    def is_correct(self) -> bool:
        """Whether misses are as few as 5% of the runs at risk allows, but for chance."""
        return float(stats.binom.sf(self.n_missed - 1, self.n_at_risk, ALLOWED)) >= _RATE


def unseen(findings: Iterable[Finding]) -> Unseen:
    """Returns what was said, and whether it holds."""
    done = [finding for finding in findings if not finding.failed]
    hidden = [finding for finding in done if not finding.is_shown]
    at_risk = [finding for finding in done if max(finding.volumes) > finding.answer.unseen_volume]
    return Unseen(
        n_hidden=len(hidden),
        n_stated=sum(not math.isnan(finding.answer.unseen_volume) for finding in hidden),
        n_at_risk=len(at_risk),
        n_missed=sum(finding.hidden_volume > finding.answer.unseen_volume for finding in at_risk),
        n_share_missed=sum(finding.answer.hidden_share > finding.answer.unseen_share for finding in hidden),
    )
