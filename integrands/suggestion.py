"""The part of an error message that guesses what was meant."""

import difflib
from collections.abc import Iterable

# difflib's own 0.6 misses 'circles' for 'entangled_circles' (0.58).
_SIMILARITY = 0.5


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Returns " Did you mean 'a' or 'b'?", nearest first, or "" when nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=3, cutoff=_SIMILARITY)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
