import pytest

from benchmarks import calibration, hard, suite, time
from benchmarks.problem import problem

MEASURED = {
    *(row.problem for row in suite.ROWS),
    *(row.problem_of(1) for row in hard.ROWS),
    *calibration.PROBLEMS,
    *time.PROBLEMS,
}


@pytest.mark.parametrize("each", sorted(MEASURED, key=str), ids=lambda each: each.label)
def test_everything_measured_is_in_the_library_with_its_value(each):
    assert each.is_available
    assert isinstance(each.exact, float)


def test_calibration_looks_at_ten_functions_and_more_at_small_budgets():
    assert len(calibration.PROBLEMS) >= 10
    assert all(20_000 <= calls <= 200_000 for calls in calibration.PROBLEMS.values())
    assert set(calibration.QUICK) <= set(calibration.PROBLEMS)


def test_no_two_runs_of_the_calibration_share_a_seed():
    setup = type("Setup", (), {"max_seconds": 1.0})
    tasks = calibration.tasks_of("iflow", setup, 200, list(calibration.PROBLEMS), rtol=0.0)
    assert len({task.seed for task in tasks}) == len(tasks) == 200 * len(calibration.PROBLEMS)


def test_labels_are_for_people():
    assert problem("entangled_circles", 2).label == "entangled circles 2"
    assert problem("ridge", 4, width=0.01).label == "ridge 4 (width=0.01)"


def test_a_family_that_is_not_there():
    assert not problem("no_such_family", 2).is_available
