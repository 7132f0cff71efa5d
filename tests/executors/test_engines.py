"""Real executors: the numbers are those of a run without any, bit for bit.

Run by `mpiexec -n 3 python -m mpi4py.futures`, this file prints what MPI's workers make of them; run with the
word `fork`, what forked ones do.
"""

import json
import math
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
import pytest

import iflow
from iflow.executors import engines

WIDTH = 0.3


def gaussian(x):
    return np.exp(-((x - 0.5) ** 2).sum(axis=1) / (2 * WIDTH**2))


def several(x):
    return {"norm": gaussian(x), "mean": x * gaussian(x)[:, np.newaxis]}


def log_gaussian(x):
    return -((x - 0.5) ** 2).sum(axis=1) / 2e-6


def named(radius, angles):
    return radius * np.exp(-(radius**2)) * np.cos(angles).prod(axis=1) ** 2


def of_one_point(point):
    return math.exp(-float(point @ point))


CASES = {
    "plain": (gaussian, 3, {}),
    "several": (several, 2, {}),
    "logarithm": (log_gaussian, 2, {"log": True}),
    "named": (named, {"radius": (0, math.inf), "angles": [(0, 1), (0, 2)]}, {}),
    "infinite": (lambda x: np.exp(-(x**2).sum(axis=1)), [(-math.inf, math.inf)] * 2, {}),
    "pointwise": (of_one_point, 4, {}),
}


def numbers(name, **options):
    """Everything that a run of one case has counted or computed."""
    f, region, own = CASES[name]
    result = iflow.integrate(f, region, max_neval=4_000, rtol=1e-9, seed=7, cost=1e-3, **own, **options)
    means, sdevs = np.ravel(result.mean), np.ravel(result.sdev)
    rows = [(row.total_neval, row.mean, row.sdev) for row in result.history]
    return json.loads(json.dumps([means.tolist(), sdevs.tolist(), result.neval, rows]))


@pytest.fixture(scope="module")
def alone():
    return {name: numbers(name) for name in CASES}


def require_same(alone, executor, names=CASES):
    for name in names:
        assert numbers(name, executor=executor) == alone[name], name


def test_workers(alone):
    assert numbers("several", workers=2) == alone["several"]


def test_forked_processes(alone):
    """In a process of its own: other tests may have started threads, which forks do not survive."""
    command = [sys.executable, __file__, "fork"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"workers": 2, **alone}


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_process_pool(alone, method):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        require_same(alone, pool)


def test_thread_pool(alone):
    with ThreadPoolExecutor(3) as pool:
        require_same(alone, pool)


def test_loky(alone):
    import loky

    with loky.ProcessPoolExecutor(2) as pool:
        require_same(alone, pool)
    reusable = loky.get_reusable_executor(2)
    require_same(alone, reusable, ["plain", "infinite"])
    assert reusable.submit(abs, -1).result() == 1, "it is the user's to end"
    reusable.shutdown()


def test_a_function_that_makes_one(alone):
    made = []

    def make():
        made.append(ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver")))
        return made[-1]

    require_same(alone, make, ["plain"])
    with pytest.raises(ZeroDivisionError):  # which holds everything that it passed through
        iflow.integrate(lambda x: x[:, 0] / (len(x) < 7 or 1 // 0), 2, executor=make)
    assert len(made) == 2
    for pool in made:
        with pytest.raises(RuntimeError):
            pool.submit(abs, -1)


def test_mpi(alone):
    pytest.importorskip("mpi4py")
    mpiexec = Path(sys.executable).with_name("mpiexec")
    if not mpiexec.exists():
        pytest.skip("there is no mpiexec")
    command = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", __file__]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {"workers": 2, **alone}


def test_a_flow_learns_the_same():
    def run(**options):
        result = iflow.integrate(gaussian, 2, max_neval=12_000, seed=3, flow=True, steps=5, **options)
        return [result.mean, result.sdev, result.neval, [row.loss for row in result.history]]

    assert repr(run(workers=2)) == repr(run())


def test_the_methods_of_a_comparison_have_the_same_workers(monkeypatch):
    from iflow.executors import Crew

    posted, post = [], Crew.post

    def noting(crew, payload, x, **more):
        posted.append((crew, len(x)))
        return post(crew, payload, x, **more)

    monkeypatch.setattr(Crew, "post", noting)

    def compared(**options):
        runs = iflow.compare(gaussian, 2, max_neval=4_000, seed=5, **options).runs
        return [(run.method, run.mean, run.sdev, run.neval) for run in runs]

    with ThreadPoolExecutor(2) as pool:
        runs = compared(executor=pool)
    assert len({crew for crew, _ in posted}) == 1
    neval = sum(n for *_, n in runs)
    assert 0.98 * neval < sum(n for _, n in posted) < neval, "all but what f is probed with"
    assert runs == compared()


class _Like:
    """Stands for a type of a package that need not be there."""

    def __init__(self, module, name):
        kind = type(name, (), {"__module__": module, "__call__": lambda self: None})
        self.instance = kind()


REFUSED = {
    "a pool of threads": (lambda: ThreadPool(1), "concurrent.futures.ThreadPoolExecutor"),
    "joblib": (lambda: _Like("joblib.parallel", "Parallel").instance, "workers=N"),
    "a cluster of Dask": (lambda: _Like("dask_jobqueue.slurm", "SLURMCluster").instance, "Client(cluster)"),
    "a communicator": (lambda: _Like("mpi4py.MPI", "Intracomm").instance, "MPIPoolExecutor()"),
    "Ray": (lambda: sys.modules[__name__ + ".ray"], "iflow.RayExecutor()"),
    "a number": (lambda: 4, "workers=N makes a pool"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_executor_is_refused_with_the_fix(name, monkeypatch):
    import types

    monkeypatch.setitem(sys.modules, __name__ + ".ray", types.ModuleType("ray"))
    make, fix = REFUSED[name]
    given = make()
    with pytest.raises(TypeError, match=r"must be a concurrent\.futures\.Executor") as refused:
        iflow.Integrator(gaussian, 2, executor=given)
    assert fix in str(refused.value)
    if isinstance(given, ThreadPool):
        given.terminate()


def test_a_function_that_makes_none_is_refused():
    with pytest.raises(TypeError, match=r"the function given as executor must make one: .* got dict"):
        iflow.Integrator(gaussian, 2, executor=dict)


def test_workers_of_an_executor_that_does_not_tell():
    class Silent(ThreadPoolExecutor):
        pass

    with Silent(2) as pool:
        assert engines.of(pool, 5).n_workers == 5
        assert engines.of(pool).n_workers == 2


def tell(pool, n_workers):
    print(json.dumps({"workers": n_workers} | {name: numbers(name, executor=pool) for name in CASES}))


def main():
    if "fork" in sys.argv:
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
            tell(pool, 2)
    else:
        from mpi4py.futures import MPIPoolExecutor

        with MPIPoolExecutor() as pool:
            tell(pool, pool.num_workers)


if __name__ == "__main__":
    main()
