import math
import time

from benchmarks import worker_process
from benchmarks.crew import Crew
from benchmarks.problem import problem
from benchmarks.record import Task

CAMEL = problem("camel", 2)


def tasks(*seeds, max_neval=20_000, max_seconds=math.inf, method="vegas"):
    return [Task(method, CAMEL, seed, 1e-1, max_neval, max_seconds) for seed in seeds]


def test_runs_come_back_from_other_processes():
    with Crew(jobs=2, threads=1, fresh=False) as crew:
        runs = list(crew.runs(tasks(1, 2, 3)))
    assert sorted(run.task.seed for run in runs) == [1, 2, 3]
    assert all(run.reached and run.version and run.exact == CAMEL.exact for run in runs)
    assert all(0 < run.import_seconds < run.seconds for run in runs[:1])


def test_a_method_that_raises_is_a_failed_run():
    with Crew() as crew:
        (run,) = crew.runs([Task("vegas", CAMEL, 1, "not a number", 20_000)])
    assert run.failed
    assert "TypeError" in run.outcome.stop_reason


def test_a_process_that_dies_is_a_failed_run():
    with Crew() as crew:
        (run,) = crew.runs([Task("no such method", CAMEL, 1, 1e-2, 20_000)])
    assert run.failed
    assert "KeyError" in run.outcome.stop_reason


def test_a_method_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(worker_process, "_GRACE_SECONDS", 0.0)
    with Crew() as crew:
        (run,) = crew.runs(tasks(1, max_seconds=0.01))
    assert run.failed
    assert "no end" in run.outcome.stop_reason


def test_leaving_ends_what_still_runs():
    endless = [Task("vegas", CAMEL, seed, 0.0, 10**10) for seed in (1, 2)]
    begun = time.monotonic()
    try:
        with Crew() as crew:
            runs = crew.runs([*tasks(3), *endless])
            assert next(runs).reached
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert time.monotonic() - begun < 30
