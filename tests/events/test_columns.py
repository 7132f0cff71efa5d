"""Arrays that are no events are refused."""

import numpy as np
import pytest

from iflow.events import Events

POINTS, WEIGHTS, NAMES = np.zeros((3, 2)), np.ones(3), ("x0", "x1")


def test_takes_events_without_any():
    assert len(Events(POINTS[:0], WEIGHTS[:0], NAMES)) == 0


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"weights": np.ones(4)}, ValueError, r"shapes \(3, 2\) and \(4,\)"),
        ({"weights": np.ones((3, 1))}, ValueError, r"shapes \(3, 2\) and \(3, 1\)"),
        ({"points": np.zeros(3)}, ValueError, r"shapes \(3,\) and \(3,\)"),
        ({"points": POINTS.tolist()}, TypeError, "points of events must be an array of NumPy, got list"),
        ({"weights": 1.0}, TypeError, "weights of events must be an array of NumPy, got float 1.0"),
        ({"names": ("x0",)}, ValueError, "one for each of 2 coordinates"),
        ({"names": "xy"}, TypeError, "names must be a tuple"),
    ],
)
def test_refuses_what_does_not_fit(changed, error, says):
    with pytest.raises(error, match=says):
        Events(**{"points": POINTS, "weights": WEIGHTS, "names": NAMES} | changed)
