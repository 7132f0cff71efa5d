"""A real Ray of two processes, where it is installed."""

import os
import signal
import sys
import time

import numpy as np
import pytest

import iflow


def gaussian(x):
    return np.exp(-((x - 0.5) ** 2).sum(axis=1))


def numbers(f, **options):
    result = iflow.integrate(f, 2, max_neval=4_000, rtol=1e-9, seed=7, cost=1e-3, **options)
    return result.mean, result.sdev, result.neval


@pytest.fixture(scope="module")
def executor():
    ray = pytest.importorskip("ray")
    found = {"PYTHONPATH": os.pathsep.join(sys.path)}
    ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR", runtime_env={"env_vars": found})
    yield iflow.RayExecutor()
    ray.shutdown()


def test_the_numbers_are_the_same(executor):
    assert numbers(gaussian, executor=executor) == numbers(gaussian)


def test_it_counts_what_there_is_room_for(executor):
    assert executor.count() == 2
    assert iflow.RayExecutor(num_cpus=2).count() == 1


def test_a_large_integrand_is_stored_once(executor, monkeypatch):
    table, stored, share = np.ones(1_000_000), [], iflow.RayExecutor.share
    monkeypatch.setattr(
        iflow.RayExecutor, "share", lambda self, data: stored.append(len(data)) or share(self, data)
    )

    def f(x):
        return table[0] + gaussian(x)

    assert numbers(f, executor=executor) == numbers(f)
    assert len(stored) == 1
    assert stored[0] > table.nbytes


def test_a_worker_that_dies_and_one_that_hangs(executor, tmp_path):
    death, sleep = tmp_path / "death", tmp_path / "sleep"
    death.touch()
    sleep.touch()

    def faulty(x):
        if len(x) > 6 and death.exists():
            death.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        if len(x) > 6 and sleep.exists():
            sleep.unlink()
            time.sleep(600)
        return gaussian(x)

    assert numbers(faulty, executor=executor, timeout=3) == numbers(gaussian)


def test_what_is_cancelled_is_killed(executor):
    import ray

    future = executor.submit(time.sleep, 600)
    time.sleep(1)
    assert future.cancel()
    end = time.monotonic() + 10
    while ray.available_resources().get("CPU") != 2:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_without_ray_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ImportError, match="pip install ray"):
        iflow.RayExecutor()
