"""What points that count as 0, whatever f is there, could amount to, in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from iflow.notation import with_error
from iflow.reasons import Reason
from iflow.statistics.estimate import Estimate
from iflow.statistics.omitted import OmittedShare, OmittedSums

_WORDS = {Reason.RAISED: "raised", Reason.NONFINITE: "was nan or inf"}
_FIX = "let f return 0 there if such points may be left out"
_AVERAGE = "if f is as large there as elsewhere on average"
_FAR_BETTER = 4.0
_NOTHING = OmittedShare(0, 0, 0, 0.0, 0.0, 0.0)
# exp of more is not a float.
_LARGEST_LOG = 700.0


@dataclass(frozen=True)
class Omission:
    """Points at which f raised, or was nan or inf, and that count as 0.

    How large f is there nobody knows. Two guesses are made, and the larger one counts: that |f| is what it is
    elsewhere on average, which stays true where a proposal has learned to keep away from such points; and
    that the weight |f|/q is, which stays true where they lie in the midst of what it has learned.

    Args:
      n_raised: at how many points of the whole run f raised.
      n_nonfinite: at how many it was nan or inf.
      measured: those of the measurement; None where nothing was measured.
      uniform: those of the uniform points before it; None where none were drawn.
      first: what f raised first, and where; what it was where it was first nan or inf; "" where that is
        not known.
      is_volume: whether shares of the unit cube are shares of the region's volume: it is a finite box.
    """

    n_raised: int = 0
    n_nonfinite: int = 0
    measured: OmittedSums | None = None
    uniform: OmittedSums | None = None
    first: tuple[str, str] = ("", "")
    is_volume: bool = True

    @property
    def share(self) -> OmittedShare:
        """The share of the unit cube: by uniform points, unless the measurement tells it far better."""
        measured, uniform = (
            _NOTHING if sums is None else sums.share() for sums in (self.measured, self.uniform)
        )
        # Where 1/q varies much, errors come out too small as long as the largest ones were not met.
        is_better = measured.effective > _FAR_BETTER * uniform.effective
        return measured if is_better or not uniform.n else uniform

    @property
    def portion(self) -> float:
        """What is missing of the integral of |f|, relative to the rest of it, by the larger guess."""
        of_points = 0.0
        if self.measured is not None:
            measured = self.measured.share()
            of_points = measured.n_omitted / max(measured.n, 1)
        missing = min(max(self.share.share, of_points), 1.0)
        return missing / (1.0 - missing) if missing < 1.0 else math.inf

    def is_doubtful(self, estimate: Estimate) -> bool:
        """Returns whether what is missing may be more than an error tells."""
        return self.portion * estimate.absolute > estimate.sdev

    def doubts(self, estimate: Estimate) -> tuple[str, ...]:
        """Returns why the error of an integral cannot be trusted; nothing where it can."""
        return (f"{self._text(estimate)}; {_FIX}",) if self.is_doubtful(estimate) else ()

    def remarks(self, estimate: Estimate, *, of_norm: bool = False) -> tuple[str, ...]:
        """Returns a sentence where there are such points, but no reason for doubt.

        Args:
          estimate: of the measurement.
          of_norm: whether it is one of a norm, and no integral of the user's.
        """
        if not (self.n_raised or self.n_nonfinite) or (self.is_doubtful(estimate) and not of_norm):
            return ()
        return (self._text(None if of_norm else estimate),)

    def of_one(self, estimate: Estimate) -> tuple[str, ...]:
        """Returns why the error of one of several integrals cannot be trusted; nothing where it can."""
        if not self.is_doubtful(estimate):
            return ()
        amount = self._amount(estimate, of_one=True)
        what = " or ".join(self._happenings().values())
        return (f"points at which f {what} count as 0: {_AVERAGE}, {amount}; {_FIX}",)

    def _happenings(self) -> dict[Reason, str]:
        """Returns for what reasons points count as 0, and what f did there."""
        counts = {Reason.RAISED: self.n_raised, Reason.NONFINITE: self.n_nonfinite}
        return {reason: words for reason, words in _WORDS.items() if counts[reason]}

    def _text(self, estimate: Estimate | None) -> str:
        """Returns how many there were and what they could amount to, of one integral or of several."""
        text = f"f {self._where()}; they count as 0"
        share = self.share
        if share.n_omitted:
            whole = "region's volume" if self.is_volume else "unit cube that the region is mapped from"
            percent = with_error(100.0 * share.share, 100.0 * share.sdev)
            text += f" and make up {percent}% of the {whole}: {_AVERAGE}, "
            if estimate is None:
                text += f"the integrals of |f| lack {100.0 * self.portion:.2g}%"
            else:
                text += self._amount(estimate)
        firsts = [first for first in self.first if first]
        if not firsts:
            return text
        return f"{text}; the first{' of each' * (len(firsts) > 1)}: {'; '.join(firsts)}"

    def _where(self) -> str:
        """Returns what f did, and at how many points: of those measured, if there is one among them."""
        share, measured = self.share, None if self.measured is None else self.measured.share()
        if measured is not None and measured.n_omitted:
            share, points = measured, f"of {measured.n:,} measured points"
        elif share.n_omitted:
            points = f"of {share.n:,} uniform points"
        else:
            share = replace(share, n_raised=self.n_raised, n_nonfinite=self.n_nonfinite)
            points = "points, none of them measured"
        counts = {Reason.RAISED: share.n_raised, Reason.NONFINITE: share.n_nonfinite}
        done = [f"{_WORDS[reason]} at {n:,}" for reason, n in counts.items() if n]
        return f"{' and '.join(done)} {points}"

    def _amount(self, estimate: Estimate, *, of_one: bool = False) -> str:
        """Returns what is missing, by what f is on average and, of a single integral, at most."""
        amount = self.portion * estimate.absolute
        text = f"the integral is off by {_told(amount, estimate)}"
        if 0.0 < estimate.sdev < math.inf:
            ratio = amount / estimate.sdev
            text += f" ({f'{ratio:,.0f}' if ratio >= 10.0 else f'{ratio:.2g}'} sdev)"
        largest = 0.0 if of_one else self._at_most(estimate)
        return f"{text}, if as large as anywhere, by {_told(largest, estimate)}" if largest > amount else text

    def _at_most(self, estimate: Estimate) -> float:
        """Returns what is missing if |f| is as large as it was seen anywhere; 0 where that is not known."""
        if self.measured is None or estimate.n != self.measured.share().n:
            return 0.0
        log_size = self.measured.log_largest - estimate.log_unit
        return self.share.share * math.exp(min(log_size, _LARGEST_LOG))


def _told(amount: float, estimate: Estimate) -> str:
    """Returns a part of an integral; relative to it where that is given by its logarithm."""
    if not estimate.log_unit:
        return f"{amount:.2g}"
    return f"{amount / estimate.mean:.2g} times what was measured" if estimate.mean else f"{amount:.2g}"
