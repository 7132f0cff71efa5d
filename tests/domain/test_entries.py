"""What is told of a malformed region is the likely fix."""

import math
import re

import numpy as np
import pytest

from iflow.domain import Integers, ball
from iflow.domain.entries import entries_of


@pytest.mark.parametrize("region", [[(0, 1)], ((0, 1), [2, 3]), np.array([[0.0, 1.0]]), iter([(0, 1)])])
def test_takes_sequences_of_pairs(region):
    assert tuple(next(iter(entries_of(region)))) == (0, 1)


def test_takes_sums_and_changes_of_variables():
    given = [(0, math.inf), Integers(0, 3), ball(2)]
    assert entries_of(given) == given


@pytest.mark.parametrize(
    ("region", "fix"),
    [
        ((0, 1), "did you mean [(0, 1)]?"),
        ([2], "did you mean 2?"),
        ("2", "did you mean 2?"),
        (2.0, "did you mean 2?"),
        (Integers(0, 1), "did you mean [Integers(low=0.0, high=1.0)]?"),
        ({(0, 1)}, "a set has no order"),
        ([(0, 1), None], "got None as entry 1"),
        ([(0, None)], "for no limit give -math.inf or math.inf"),
        ([("0", "1")], "limits must be numbers, not text"),
        ([(0, 1j)], "two limits, low and high, which are real numbers"),
        ([(0, 1, 2)], "two limits, low and high"),
        ([[(0, 1)]], "one level too deep"),
        (np.zeros((2, 3)), "list(zip(low, high))"),
        ([Integers], "give Integers(...), not the class"),
        (ball, "did you forget to call it"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_tells_the_likely_fix(region, fix):
    with pytest.raises(TypeError, match=re.escape(fix)):
        entries_of(region)
