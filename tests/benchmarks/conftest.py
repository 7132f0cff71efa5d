import pytest

from benchmarks.problem import problem
from benchmarks.record import Outcome, Run, Task

GAUSSIAN = problem("gaussian", 2)


@pytest.fixture
def make_run():
    """Builds a run: what is not named is a good one of iflow."""

    def make(
        *, method="iflow", seed=1, rtol=1e-3, seconds=1.0, exact=1.0, cost=None, tensorflow=False, **outcome
    ):
        good = {"mean": 1.0, "sdev": 1e-4, "neval": 1000, "neval_measured": 500, "reliable": True}
        return Run(
            task=Task(method, GAUSSIAN, seed, rtol, 10_000, cost=cost),
            outcome=Outcome(**good | outcome),
            exact=exact,
            seconds=seconds,
            tensorflow=tensorflow,
        )

    return make
