"""nan is the same as nan, wherever the nan came from."""

import math
import pickle
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from iflow.history import Iteration
from iflow.sameness import SameNumbers

ROW = Iteration("survey", 500, 511, 1.1, 0.3, 6.0, 0.1)


@dataclass(frozen=True, eq=False)
class Pair(SameNumbers):
    value: object
    ignored: float = field(default=0.0, compare=False)


@dataclass(frozen=True, eq=False)
class Other(Pair):
    pass


@pytest.mark.parametrize("nan", [math.nan, float("nan"), np.float64("nan"), -math.nan, (1.0, float("nan"))])
def test_what_is_undefined_alike_is_the_same(nan):
    same = Pair(math.nan) if isinstance(nan, float) else Pair((1.0, math.nan))
    assert Pair(nan) == same
    assert len({Pair(nan), same}) == 1


@pytest.mark.parametrize(
    "other", [Pair(1.0), Pair(math.inf), Pair(None), Pair(()), Other(math.nan), math.nan]
)
def test_nothing_else_is_the_same_as_what_is_undefined(other):
    assert Pair(math.nan) != other


def test_fields_that_do_not_count_do_not():
    assert Pair(1.0, 2.0) == Pair(1.0, math.nan)
    assert hash(Pair(1.0, 2.0)) == hash(Pair(1.0, math.nan))


def test_numbers_count():
    assert Pair((1.0, 2.0)) != Pair((1.0, 2.5))
    assert Pair(1.0) == Pair(1)


def test_a_row_is_itself_after_a_journey():
    assert math.isnan(ROW.beta)
    back = pickle.loads(pickle.dumps(ROW))
    assert back.beta is not ROW.beta  # or this would test nothing
    assert back == ROW
    assert (back,) == (ROW,)
    assert replace(back, beta=1.0) != ROW


def test_a_result_is_itself_with_numbers_that_were_undefined_elsewhere(make_result):
    result = make_result(error_allowed=float("nan"), of_log=(1.0, float("nan")))
    again = make_result(error_allowed=math.nan, of_log=(1.0, math.nan))
    assert result == again
    assert len({result, again}) == 1
    assert result != make_result(of_log=(1.0, math.nan))
