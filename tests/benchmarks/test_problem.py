import pytest

from benchmarks import hard, suite, time
from benchmarks.calibration import plan
from benchmarks.problem import problem

MEASURED = {
    *(row.problem for row in suite.ROWS),
    *(row.problem_of(1) for row in hard.ROWS),
    *(row.problem for row in plan.ROWS),
    *(member for joint in plan.JOINT for member in joint.members),
    *plan.FLOW,
    *time.PROBLEMS,
}


@pytest.mark.parametrize("each", sorted(MEASURED, key=str), ids=lambda each: each.label)
def test_everything_measured_is_in_the_library_with_its_value(each):
    assert each.is_available
    assert isinstance(each.exact, float)


def test_labels_are_for_people():
    assert problem("entangled_circles", 2).label == "entangled circles 2"
    assert problem("ridge", 4, width=0.01).label == "ridge 4 (width=0.01)"


def test_a_family_that_is_not_there():
    assert not problem("no_such_family", 2).is_available
