"""How long a run still takes, as far as its rows can tell. Pure arithmetic; the clock is handed in."""

from __future__ import annotations

import math
from dataclasses import dataclass

from iflow.engine.growth import N_REPLICATES, first_round, next_round
from iflow.history import Iteration, Phase
from iflow.options import Target

# How far a rate at which an error falls is off as a rule, and the relative error of the error of 16
# replicates.
_RATE_SCATTER, _ERROR_SCATTER = 0.15, 0.2
_SLOWEST, _FASTEST = 0.5, 1.5
# A proposal learns once more after its last pilot: the first error measured with it, over the one promised;
# the median of 60 runs of 15 integrands.
_LEARNED = 0.7
# A forecast that is overdue by so much of itself, and by a second, is none.
_OVERDUE = 0.25
# Seconds of a row that tell what a point takes, whatever else happened in them.
_LEAST_TIMED = 1.0


@dataclass(frozen=True)
class Fall:
    """How the error falls: error(n) = sdev (at / n)^rate.

    Args:
      at: points at which it was seen, >= 1.
      sdev: error that was seen there, finite.
      rate: the power, between 0.5 and 1.5.
    """

    at: float
    sdev: float
    rate: float = _SLOWEST

    def error(self, n: float) -> float:
        """Returns the error of n points."""
        return self.sdev * (self.at / n) ** self.rate

    def then(self, at: float, sdev: float) -> Fall:
        """Returns the fall as known after a further error was seen, with more points.

        The rate is the mean of what was believed and what was seen, each by its scatter.
        """
        lever = math.log(at / self.at) if at > self.at else 0.0
        if not (lever and sdev > 0.0 and self.sdev > 0.0):
            return Fall(at, sdev, self.rate)
        seen, scatter = math.log(self.sdev / sdev) / lever, math.sqrt(2.0) * _ERROR_SCATTER / lever
        weight = _RATE_SCATTER**2 / (_RATE_SCATTER**2 + scatter**2)
        rate = (1.0 - weight) * self.rate + weight * seen
        return Fall(at, sdev, min(max(rate, _SLOWEST), _FASTEST))


def fall_of_pilot(row: Iteration, allowed: float) -> Fall | None:
    """Returns the fall that a row of the survey or of training promises; None where it cannot be told.

    Args:
      row: of the proposal in question.
      allowed: error that meets the target, > 0.
    """
    if not (row.n_needed < math.inf and 0.0 < row.sdev < math.inf and allowed > 0.0):
        return None
    lever, fallen = math.log(max(row.n_needed, 1.0) / row.neval), math.log(row.sdev / allowed)
    rate = fallen / lever if lever * fallen > 0.0 else _SLOWEST
    return Fall(row.neval, _LEARNED * row.sdev, min(max(rate, _SLOWEST), _FASTEST))


def measured_in_all(fall: Fall, allowed: float, planned: int, most: int) -> int:
    """Returns how many points the measurement has in the end: round by round as it plays them.

    Args:
      fall: of the error.
      allowed: error that meets the target.
      planned: points at the end of the round under way.
      most: points that the budget allows.
    """
    total = planned
    while 0 < total < most and fall.error(total) > allowed:
        ratio = fall.error(total) / allowed if allowed > 0.0 else math.inf
        parts = next_round([max(total // N_REPLICATES, 1)] * N_REPLICATES, ratio * ratio, most - total)
        total += sum(part.n for part in parts)
    return min(total, most)


class Outlook:
    """Follows a run, and says how many evaluations and seconds it still takes.

    In the survey and in training: what the measurement would take if it began now with the best proposal,
    by the points that it needs and the seconds that its points have taken. In the measurement: the points
    until its error, falling as it has so far, meets the target, at the rate at which they come. The budget
    and the time limit end either.

    Args:
      target: of the run.

    Attributes:
      target: of the run.
      neval: evaluations so far.
    """

    def __init__(self, target: Target):
        self.target = target
        self.neval = 0
        self._pilots: dict[str, Iteration] = {}
        self._phase: Phase = "survey"
        self._fall: Fall | None = None
        self._seconds_each = math.nan
        # Of the measurement: points and seconds of finished rounds; points of the one under way, and when
        # it began.
        self._measured, self._seconds = 0, 0.0
        self._planned, self._begun = 0, (0, 0.0)
        self._heard, self._forecast = 0.0, math.nan

    def begin(self, phase: Phase, proposal: str, n: int, neval: int, seconds: float) -> None:
        """Takes that a row of n points begins, after so many evaluations and seconds of the run."""
        self._phase, self._planned, self._begun = phase, n, (neval, seconds)
        pilot = self._pilots.get(proposal)
        if phase == "measurement" and not self._measured and pilot is not None:
            self._fall = self._promised(pilot)
        self.advance(neval, seconds)

    def advance(self, neval: int, seconds: float) -> None:
        """Takes how far the row has come."""
        self.neval, self._heard = neval, seconds
        if self._phase == "measurement" and self._measured + self._done:
            self._seconds_each = (self._seconds + seconds - self._begun[1]) / (self._measured + self._done)
        n = self.points_left()
        self._forecast = min(n * self._seconds_each if n else 0.0, self.target.max_seconds - seconds)

    def take(self, row: Iteration) -> None:
        """Takes a finished row."""
        self._phase = row.phase
        if row.phase == "measurement":
            self._measured += row.neval
            self._seconds += row.draw_seconds
            self._fall = self._fallen(row)
        else:
            self._pilots[row.proposal] = row
            self._time(row)
        self._planned, self._begun = 0, (row.total_neval, row.seconds)
        self.advance(row.total_neval, row.seconds)

    def seconds_left(self, now: float) -> float:
        """Returns the seconds left at a time of the run; nan while that cannot be told.

        They run down from the latest news; where none come for long after they should, nothing is known.
        """
        waited = now - self._heard
        is_overdue = waited > self._forecast * (1.0 + _OVERDUE) + 1.0
        return math.nan if math.isnan(self._forecast) or is_overdue else max(self._forecast - waited, 0.0)

    def points_left(self) -> float:
        """Returns the evaluations still to come; nan while that cannot be told."""
        left = max(self.target.max_neval - self.neval, 0)
        if self.target.rtol == self.target.atol == 0.0:
            return left
        if self._phase == "measurement":
            if self._fall is None:
                return math.nan
            n = self._measured + self._done
            planned = self._measured + self._planned
            return max(measured_in_all(self._fall, 1.0, planned, n + left) - n, 0)
        best = self._best()
        if best is None:
            return math.nan
        fall = self._promised(best)
        if fall is None:
            return min(best.n_needed, left)
        planned = sum(part.n for part in first_round(best.n_needed, left)) if left else 0
        return measured_in_all(fall, 1.0, planned, left)

    @property
    def _done(self) -> int:
        """Points of the measuring round under way that were evaluated."""
        return self.neval - self._begun[0] if self._planned else 0

    def _time(self, row: Iteration) -> None:
        """Takes what points cost; the first and small rows tell more of what happens once."""
        each = row.draw_seconds / row.neval
        if row.draw_seconds > _LEAST_TIMED or (len(self._pilots) > 1 and not self._seconds_each < each):
            self._seconds_each = each

    def _promised(self, pilot: Iteration) -> Fall | None:
        """Returns how the error falls, in units of what the target allows, as far as a pilot can tell."""
        allowed = self.target.error_allowed(pilot.mean)
        fall = fall_of_pilot(pilot, allowed)
        return None if fall is None else Fall(fall.at, fall.sdev / allowed, fall.rate)

    def _fallen(self, row: Iteration) -> Fall | None:
        """Returns the same as measured: of several integrals, of the one that is furthest from its target."""
        excess = row.excess
        if math.isnan(excess):
            excess = float(self.target.excess(row.running_mean, row.running_sdev))
        if not 0.0 <= excess < math.inf:
            return None
        if self._measured == row.neval:  # the first; a pilot was drawn before the proposal's last fit
            return Fall(self._measured, excess, self._fall.rate if self._fall else _SLOWEST)
        return self._fall.then(self._measured, excess) if self._fall else None

    def _best(self) -> Iteration | None:
        """Returns the latest row of the proposal that would be done first; None where none can tell.

        One that misses a peak has a small error: those count that agree with who found most.
        """
        rows = [row for row in self._pilots.values() if row.sdev < math.inf]
        if not rows:
            return None
        most = max(rows, key=lambda row: abs(row.mean) - 2.0 * row.sdev)
        if any(row.log_unit for row in rows):  # in units of their own
            agree = rows
        else:
            agree = [
                row for row in rows if abs(row.mean - most.mean) <= 4.0 * math.hypot(row.sdev, most.sdev)
            ]
        best = min(agree, key=lambda row: row.n_needed)
        return best if best.n_needed < math.inf else None
