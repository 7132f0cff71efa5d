"""Pools of processes that break, that are ended, and that are left alone."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import iflow
from iflow.executors import LostWorkersError, engines, pools

loky = pytest.importorskip("loky")
# As pytest does it: what packages say to each other about their deprecations is no matter of iflow.
STRICT = ("-W", "error", "-W", "ignore::DeprecationWarning")


def forked_by_server(n):
    return ProcessPoolExecutor(n, mp_context=multiprocessing.get_context("forkserver"))


def gaussian(x):
    return np.exp(-(x**2).sum(axis=1))


def numbers(f, **options):
    result = iflow.integrate(f, 2, max_neval=4_000, rtol=1e-9, seed=7, cost=1e-3, flow=False, **options)
    return result.mean, result.sdev, result.neval


def mark(text):
    global marked
    marked = text


def read_mark():
    return marked


MAKERS = {
    "stdlib": lambda: ProcessPoolExecutor(
        2, mp_context=multiprocessing.get_context("forkserver"), initializer=mark, initargs=("made alike",)
    ),
    "loky": lambda: loky.ProcessPoolExecutor(2, timeout=50, initializer=mark, initargs=("made alike",)),
    "reusable": lambda: loky.get_reusable_executor(2, timeout=50, initializer=mark, initargs=("made alike",)),
}


@pytest.mark.parametrize("name", MAKERS)
def test_a_pool_that_breaks_is_replaced_by_one_of_the_same_make(name, tmp_path):
    fuse = tmp_path / "fuse"
    fuse.touch()

    def deadly(x):
        if len(x) > 6 and fuse.exists():
            fuse.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        assert len(x) <= 6 or read_mark() == "made alike"
        return gaussian(x)

    pool = MAKERS[name]()
    integrator = iflow.Integrator(deadly, 2, max_neval=4_000, rtol=1e-9, seed=7, cost=1e-3, executor=pool)
    result = integrator.integrate()
    assert (result.mean, result.sdev, result.neval) == numbers(gaussian)
    assert integrator.crew.losses.n_broken == 1
    successor = integrator.crew._foreman._engine
    assert successor.executor is not pool
    assert type(successor.executor) is type(pool)
    assert successor.n_workers == 2
    integrator.close()
    if name == "reusable":  # which is the user's, whoever made it
        assert successor.executor.submit(abs, -1).result() == 1
        successor.executor.shutdown()
    else:
        require_ended(successor.executor)
    pool.shutdown()


def require_ended(executor):
    with pytest.raises(RuntimeError):
        executor.submit(abs, -1)


def test_a_pool_that_was_shut_down_is_not_replaced():
    with forked_by_server(1) as pool:
        integrator = iflow.Integrator(gaussian, 2, executor=pool)
    with pytest.raises(LostWorkersError, match="ProcessPoolExecutor has been shut down: integrate while"):
        integrator.integrate()


def test_close_ends_what_iflow_made_and_others_start_when_they_are_needed():
    integrator = iflow.Integrator(gaussian, 2, max_neval=4_000, rtol=1e-9, seed=7, cost=1e-3, workers=1)
    integrator.train()
    first = integrator.crew.engine.executor
    pids = [*first._processes]
    assert len(pids) == 1
    integrator.close()
    require_gone(pids)
    require_ended(first)
    result = integrator.integrate()
    assert (result.mean, result.sdev, result.neval) == numbers(gaussian)
    integrator.close()


def require_gone(pids):
    end = time.monotonic() + 10
    for pid in pids:
        while os.path.exists(f"/proc/{pid}") and not _is_zombie(pid):
            assert time.monotonic() < end, pid
            time.sleep(0.02)


def _is_zombie(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_close_leaves_the_users_executor_alone():
    with ThreadPoolExecutor(1) as pool:
        numbers(gaussian, executor=pool)
        assert pool.submit(abs, -1).result() == 1


def test_an_integrator_ends_its_workers_at_the_end_of_a_with_block():
    with iflow.Integrator(gaussian, 2, workers=1, max_neval=4_000, seed=7) as integrator:
        integrator.integrate()
        assert integrator.crew._foreman is not None
    assert integrator.crew._foreman is None


def test_what_a_crew_is_dropped_with_is_ended():
    integrator = iflow.Integrator(gaussian, 2, max_neval=2_000, seed=7, cost=1e-3, workers=1)
    integrator.integrate()
    executor = integrator.crew.engine.executor
    thread = integrator.crew._foreman._thread
    del integrator
    import gc

    gc.collect()
    require_ended(executor)
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize("make", [lambda: ThreadPoolExecutor(1), lambda: forked_by_server(1)])
def test_kill_ends_an_executor(make):
    executor = make()
    executor.submit(abs, -1).result()
    pools.kill(executor)
    require_ended(executor)


def test_kill_ends_one_that_hangs():
    executor = forked_by_server(1)
    executor.submit(time.sleep, 600)
    (pid,) = [*executor._processes]
    pools.kill(executor)
    require_gone([pid])


def test_a_local_pool_shares_the_cores(monkeypatch):
    monkeypatch.setattr(loky, "cpu_count", lambda: 12)
    assert engines.local(5).executor._initargs == (2, os.getpid())
    assert engines.local(50).executor._initargs == (1, os.getpid())


SCRIPTS = {
    "unguarded, a lambda": """
        import iflow, numpy as np
        scale = 2.0
        f = lambda x: np.exp(-scale * (x**2).sum(1))
        print(iflow.integrate(f, 2, workers=2, seed=1, max_neval=3_000))
    """,
    "an integrator that is left open": """
        import iflow, numpy as np
        f = lambda x: np.exp(-2.0 * (x**2).sum(1))
        integrator = iflow.Integrator(f, 2, workers=2, seed=1, max_neval=3_000)
        print(integrator.integrate())
    """,
    "an integrand that hangs": """
        import iflow, numpy as np, time, os, signal, threading

        def f(x):
            if len(x) > 6:
                time.sleep(600)
            return x[:, 0]

        integrator = iflow.Integrator(f, 2, workers=1, seed=1, max_neval=3_000)
        threading.Timer(3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        integrator.integrate()
        print(integrator.result.stop_reason)
    """,
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_ends_without_a_word(name, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPTS[name]), encoding="utf-8")
    begun = time.monotonic()
    with subprocess.Popen(
        [sys.executable, *STRICT, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out == ("interrupted\n" if "hangs" in name else "0.35746(21)\n")
    assert time.monotonic() - begun < 60


def test_a_pool_that_is_killed_has_put_everything_away():
    executor = loky.ProcessPoolExecutor(1)
    executor.submit(int).result()
    manager = executor._executor_manager_thread
    pools.kill(executor)
    assert not manager.is_alive()
