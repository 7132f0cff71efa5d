"""A real Dask cluster of two processes."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest

import iflow
from iflow.executors import connect, engines
from iflow.executors.faults import LostWorkersError

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")


@contextlib.contextmanager
def started(n_workers, *, processes):
    options = {"threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a port is taken
        with distributed.LocalCluster(n_workers=n_workers, processes=processes, **options) as cluster:
            yield cluster


@pytest.fixture(scope="module")
def cluster():
    with started(2, processes=True) as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2)
        yield client


def numbers(f, **options):
    result = iflow.integrate(f, 2, max_neval=4_000, rtol=1e-9, seed=7, cost=1e-3, **options)
    return np.ravel(result.mean).tolist(), np.ravel(result.sdev).tolist(), result.neval


def gaussian(x):
    return np.exp(-((x - 0.5) ** 2).sum(axis=1))


def test_a_client_or_its_executor_gives_the_same_numbers(client):
    alone = numbers(gaussian)
    assert numbers(gaussian, executor=client) == alone
    assert numbers(gaussian, executor=client.get_executor(retries=1)) == alone
    assert client.submit(abs, -1).result() == 1, "it is the user's to close"


def test_it_counts_its_workers(client):
    engine = engines.of(client)
    assert engine.n_workers == engine.count() == 2
    assert engines.of(client, 7).n_workers == 7


def test_a_chunk_that_is_sent_again_is_computed_again(client):
    executor = engines.of(client.get_executor(pure=True)).executor
    first, second = (executor.submit(time.perf_counter_ns) for _ in range(2))
    assert first.result() != second.result()


def test_a_large_integrand_goes_to_each_worker_once(client):
    table = np.random.default_rng(1).random(3_000_000)  # more than Dask would take along with a task

    def f(x):
        time.sleep(1e-4 * len(x))  # work for two: what is done at once goes to one of them
        return table[0] + gaussian(x)

    assert numbers(f, executor=client) == numbers(f)
    known = client.run(_n_kernels_known)
    assert known.keys() == client.nthreads().keys()
    assert sorted(known.values()) in ([1, 1], [0, 1])  # a worker of a busy machine may come too late


def _n_kernels_known():
    from iflow.executors import work

    return sum(sys.getsizeof(vars(kernel)) > 0 and _holds_table(kernel) for kernel in work._known.values())


def _holds_table(kernel):
    names = getattr(kernel.subject, "__code__", None)
    return names is not None and "table" in names.co_freevars


def test_workers_that_die_are_replaced(client, tmp_path):
    fuse = tmp_path / "fuse"
    fuse.touch()

    def deadly(x):
        if len(x) > 6 and fuse.exists():
            fuse.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        return gaussian(x)

    assert numbers(deadly, executor=client) == numbers(gaussian)
    assert not fuse.exists()


@pytest.fixture
def small_cluster():
    """Workers are threads of this process; none of them yet."""
    with started(0, processes=False) as cluster:
        yield cluster


def test_workers_may_come_later(small_cluster):
    with distributed.Client(small_cluster, set_as_default=False) as client:
        assert engines.of(client).n_workers == 0
        timer = threading.Timer(0.5, small_cluster.scale, [2])
        timer.start()
        assert numbers(gaussian, executor=client) == numbers(gaussian)
        timer.join()


def test_a_scheduler_that_is_lost_leaves_what_it_takes_to_go_on(small_cluster):
    def slow(x):
        time.sleep(0.05)
        return gaussian(x)

    small_cluster.scale(1)
    client = distributed.Client(small_cluster, set_as_default=False)
    client.wait_for_workers(1)
    options = {"max_neval": 40_000, "rtol": 1e-9, "seed": 1, "cost": 1e-3, "flow": False}
    integrator = iflow.Integrator(slow, 2, executor=client, **options)
    timer = threading.Timer(0.5, small_cluster.close)
    timer.start()
    with pytest.raises(LostWorkersError, match=r"scheduler of .* does not answer: everything else that came"):
        integrator.integrate()
    timer.join()
    assert 0 < integrator.neval < 40_000
    with pytest.raises(LostWorkersError, match="does not answer"):
        iflow.Integrator(slow, 2, executor=client, **options)
    client.close()


def test_a_scheduler_that_is_killed_leaves_nobody_waiting(tmp_path):
    def slow(x):
        time.sleep(0.02 * len(x))
        return gaussian(x)

    address = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([*command, "--scheduler-file", str(address)], **quiet)
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-dashboard", "--no-nanny"]
    workers = subprocess.Popen([*worker, "--nthreads", "1", "--scheduler-file", str(address)], **quiet)
    try:
        with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
            client = distributed.Client(scheduler_file=str(address), timeout=20, set_as_default=False)
        client.wait_for_workers(1, timeout=20)
        timer = threading.Timer(1.0, scheduler.kill)
        timer.start()
        with pytest.raises(LostWorkersError, match="does not answer"):
            iflow.integrate(slow, 2, executor=client, max_neval=40_000, rtol=1e-9, seed=1, cost=1e-3)
        timer.join()
        client.close()
    finally:
        for process in (scheduler, workers):
            process.kill()
            process.wait()


def test_connect_says_that_nothing_answers(monkeypatch):
    monkeypatch.setattr("iflow.executors.dask._PATIENCE", 1)
    with pytest.raises(ConnectionError, match=r"no Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        connect("tcp://127.0.0.1:9")
    with pytest.raises(ConnectionError, match="no Dask scheduler answers at 'nonsense'"):
        connect("nonsense")


def test_connect_says_that_dask_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ImportError, match=r"pip install 'iflow\[dask\]'"):
        connect("tcp://127.0.0.1:9")
