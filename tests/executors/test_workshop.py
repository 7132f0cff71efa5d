"""Workers that several crews share: who has them, and who ends them."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import iflow
from iflow.executors.crew import Crew
from iflow.executors.engine import THREADS, Engine
from iflow.executors.faults import LostWorkersError

ITEMS = np.arange(50.0)


class Pools:
    """Makes engines of two threads and takes note of those that were ended."""

    def __init__(self):
        self.n_made = self.n_ended = 0

    def __call__(self):
        self.n_made += 1
        pool = ThreadPoolExecutor(2)

        def kill():
            self.n_ended += 1
            pool.shutdown(wait=False, cancel_futures=True)

        return Engine(pool, 2, THREADS, shares_memory=True, kill=kill)


@pytest.fixture
def pools():
    return Pools()


def compute(crew, kernel=np.negative):
    return crew.wait(crew.post(crew.pack(kernel), ITEMS), np.concatenate)


def test_colleagues_share_workers_until_the_last_one_leaves(pools):
    first = Crew(pools)
    second = first.colleague()
    for crew in (first, second):
        np.testing.assert_array_equal(compute(crew), -ITEMS)
    first.close()
    assert (pools.n_made, pools.n_ended) == (1, 0)
    np.testing.assert_array_equal(compute(second), -ITEMS)
    second.close()
    assert pools.n_made == 1
    assert pools.n_ended >= 1


def test_who_was_away_comes_back_to_the_same_workers(pools):
    first = Crew(pools)
    second = first.colleague()
    compute(second)
    first.close()
    compute(first)
    second.close()
    assert (pools.n_made, pools.n_ended) == (1, 0)
    compute(first)
    assert pools.n_made == 1
    first.close()
    compute(second)
    assert pools.n_made == 2
    second.close()


def test_one_that_is_forgotten_keeps_no_worker(pools):
    first = Crew(pools)
    second = first.colleague()
    compute(second)
    del second
    gc.collect()
    first.close()
    assert pools.n_ended >= 1


def test_who_waits_when_its_crew_is_closed_is_told_though_the_workers_stay(pools):
    first = Crew(pools)
    second = first.colleague()
    held = threading.Event()

    def wait(x):
        held.wait(20.0)
        return -x

    job = second.post(second.pack(wait), ITEMS)
    second.close()
    with pytest.raises(LostWorkersError, match="dismissed"):
        second.wait(job, np.concatenate)
    held.set()
    np.testing.assert_array_equal(compute(first), -ITEMS)
    first.close()


def test_faults_are_put_down_to_the_crew_that_meets_them(pools):
    first = Crew(pools)
    second = first.colleague()
    fails = iter([True])

    def shaky(x):
        if next(fails, False):
            raise ValueError("once")
        return -x

    compute(first)
    np.testing.assert_array_equal(compute(second, shaky), -ITEMS)
    compute(first)
    assert (first.losses.n_failed, second.losses.n_failed) == (0, 1)
    first.close()
    second.close()


def exponential(x):
    return np.exp(x[:, 0])


def test_a_warm_start_computes_on_the_workers_of_its_source():
    made = []

    def make():
        made.append(ThreadPoolExecutor(2))
        return made[-1]

    options = {"rtol": 1e-2, "seed": 1, "flow": False, "executor": make}
    source = iflow.Integrator(exponential, 1, **options)
    first = source.integrate()
    related = source.warm_start(lambda x: np.exp(1.1 * x[:, 0]))
    source.close()
    assert not made[0]._shutdown
    result = related.integrate()
    assert abs(result.mean - (np.exp(1.1) - 1.0) / 1.1) < 5.0 * result.sdev
    related.close()
    assert len(made) == 1
    assert made[0]._shutdown
    assert source.result == first


def test_integrating_another_integrand_leaves_nothing_behind():
    made, related = [], []

    def make():
        made.append(ThreadPoolExecutor(2))
        return made[-1]

    class Remembering(iflow.Integrator):
        """Keeps alive what would else be forgotten."""

        def warm_start(self, f, **options):
            related.append(super().warm_start(f, **options))
            return related[-1]

    source = Remembering(exponential, 1, rtol=1e-2, seed=1, flow=False, executor=make)
    source.integrate(lambda x: 2.0 * np.exp(x[:, 0]))
    assert len(related) == 1
    assert [pool._shutdown for pool in made] == [False]
    source.close()
    assert [pool._shutdown for pool in made] == [True]


@pytest.mark.parametrize("others", [{"workers": 3}, {"retries": 5}, {"timeout": 60.0}])
def test_other_terms_are_other_workers(others):
    with ThreadPoolExecutor(2) as pool:
        source = iflow.Integrator(exponential, 1, rtol=1e-2, seed=1, flow=False, executor=pool)
        related = source.warm_start(exponential, **others)
        same = source.warm_start(exponential, offload="measurement")
        assert related.crew.workshop is not source.crew.workshop
        assert same.crew.workshop is source.crew.workshop
        for each in (source, related, same):
            each.close()
