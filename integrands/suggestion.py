"""The part of an error message that guesses what was meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher

# A lower limit than difflib's own 0.6, which misses 'circles' for 'entangled_circles' (0.58).
_SIMILARITY = 0.5
# Others are named only when they are nearly as similar as the nearest.
_MARGIN = 0.2
_MOST = 3


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns " Did you mean 'a' or 'b'?", nearest first, or "" when nothing is near."""
    ratios = sorted(((SequenceMatcher(None, word, name).ratio(), name) for name in known), reverse=True)
    near = [name for ratio, name in ratios if ratio >= max(_SIMILARITY, ratios[0][0] - _MARGIN)][:_MOST]
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
