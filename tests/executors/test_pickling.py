"""What users write reaches workers that have been started afresh, and gives the same numbers there."""

import ctypes
import ctypes.util
import functools
import multiprocessing
import subprocess
import sys
import textwrap
import threading
import types
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import iflow
from iflow.executors import pickling, settings, work
from iflow.executors.payload import pack
from iflow.function_path import load_function
from iflow.integrand import compiled

SCALE = 2.0
# As pytest does it: what packages say to each other about their deprecations is no matter of iflow.
STRICT = ("-W", "error", "-W", "ignore::DeprecationWarning")


def gaussian(x):
    return np.exp(-SCALE * (x**2).sum(axis=1))


def with_scale(scale, x):
    return np.exp(-scale * (x**2).sum(axis=1))


class Gaussian:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, x):
        return with_scale(self.scale, x)

    def method(self, x):
        return self(x)


class OfVegas:
    fcntype = "rbatch"

    def __call__(self, x):
        return np.exp(-(x**2).sum(axis=0))


def closure():
    scale = 1.5
    return lambda x: with_scale(scale, x)


def of_c():
    cos = ctypes.CDLL(ctypes.util.find_library("m")).cos
    cos.argtypes, cos.restype = [ctypes.c_double], ctypes.c_double
    return cos


WRITTEN = {
    "function": gaussian,
    "lambda": lambda x: gaussian(x),
    "closure": closure(),
    "partial": functools.partial(with_scale, 0.5),
    "object": Gaussian(0.7),
    "bound method": Gaussian(0.7).method,
    "for vegas": OfVegas(),
}


@pytest.fixture(scope="module")
def pool():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def numbers(f, region=2, **options):
    result = iflow.integrate(f, region, max_neval=2_000, seed=7, cost=1e-3, flow=False, **options)
    return np.ravel(result.mean).tolist(), np.ravel(result.sdev).tolist(), result.neval


@pytest.mark.parametrize("name", WRITTEN)
def test_it_gives_the_same_numbers(name, pool):
    assert numbers(WRITTEN[name], executor=pool) == numbers(WRITTEN[name])


def test_a_function_of_a_c_library(pool):
    f = of_c()
    assert numbers(f, 1, executor=pool) == numbers(f, 1)


def test_a_c_function_is_declared_on_workers_as_it_is_here():
    declared = [ctypes.POINTER(ctypes.c_double), np.ctypeslib.ndpointer(np.float64), ctypes.c_int]
    f = of_c()
    f.argtypes, f.restype = declared, None
    again = pickling.loads(pickling.dumps(compiled.from_c(f, 3)))._f
    assert [compiled._kind(argument) for argument in again.argtypes] == ["pointer", "array", "int"]
    assert again.restype is None
    f.restype = ctypes.c_double


def test_a_function_of_python_in_the_guise_of_one_of_c():
    guise = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(lambda x: x)
    guise.argtypes, guise.restype = [ctypes.c_double], ctypes.c_double
    with pytest.raises(TypeError, match="cannot tell which library"):
        iflow.Integrator(guise, 1, workers=2)


def test_a_function_of_a_file_that_no_import_finds(pool, tmp_path):
    file = tmp_path / "own.py"
    file.write_text(
        "import numpy as np\nclass Shape:\n    power = 2\n"
        "def inner(x):\n    return (x**Shape.power).sum(axis=1)\ndef f(x):\n    return np.exp(-inner(x))\n",
        encoding="utf-8",
    )
    f = load_function(f"{file}:f")
    assert numbers(f, executor=pool) == numbers(f)
    assert numbers(lambda x: f(x), executor=pool) == numbers(f)


def test_what_is_installed_goes_by_name():
    assert len(pickling.dumps(np.linalg.norm)) < 100 + len("".join(sys.path))
    import integrands

    assert len(pickling.dumps(integrands.get("camel", 2))) < 2_000


def test_modules_are_sent_by_value_only_meanwhile(tmp_path):
    import cloudpickle

    (tmp_path / "own.py").write_text("def f(x):\n    return x\n", encoding="utf-8")
    f = load_function(f"{tmp_path / 'own.py'}:f")
    before = cloudpickle.list_registry_pickle_by_value()
    assert b"own.py" in pickling.dumps(f)
    assert cloudpickle.list_registry_pickle_by_value() == before


def is_loaded():
    return "".join(["tensor", "flow"]) in sys.modules  # in parts, so that the name is not in the pickle


def of_points(x):
    return np.full(len(x), 1.0 + is_loaded())


def of_variables(a, b):
    return np.full(len(a), 1.0 + is_loaded() + 0.0 * b[:, 0])


@pytest.mark.parametrize(
    ("f", "region"), [(of_points, 3), (of_variables, {"a": (0, 1), "b": [(0, 1), (0, 1)]})]
)
def test_workers_of_a_numpy_function_never_load_tensorflow(f, region, pool, monkeypatch):
    monkeypatch.setitem(
        sys.modules, "tensorflow", types.ModuleType("tensorflow")
    )  # as if it were loaded here
    packed = []
    monkeypatch.setattr(
        "iflow.executors.crew.pack",
        lambda *given, **more: packed.append(pack(*given, **more)) or packed[-1],
    )
    iflow.Integrator(f, region, executor=pool)
    (payload,) = packed
    assert b"tensorflow" not in payload.pickled
    reply = pool.submit(work.compute, payload.token, payload.pickled, np.full((7, 3), 0.5)).result()
    assert reply.values.tolist() == [1.0] * 7


def test_the_settings_of_libraries_go_along(pool):
    mpmath = pytest.importorskip("mpmath")
    before = mpmath.mp.prec
    try:
        mpmath.mp.prec = 200
        assert settings.read_settings()["mpmath"] == 200
        payload = pack(lambda x: __import__("mpmath").mp.prec)
    finally:
        mpmath.mp.prec = before
    assert "mpmath" not in settings.read_settings()
    assert pool.submit(work.compute, payload.token, payload.pickled, []).result().values == 200


def test_jax_computes_in_float64_on_workers_where_it_does_here():
    pytest.importorskip("jax")
    script = """
    import jax, jax.numpy as jnp, numpy as np
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context
    from iflow.executors import payload, work

    if __name__ == "__main__":
        jax.config.update("jax_enable_x64", True)
        offset = jnp.asarray(1e-12)
        f = jax.jit(lambda x: 1.0 + offset + 0.0 * x[:, 0])
        f(jnp.ones((2, 2)))
        packed = payload.pack(f)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            reply = pool.submit(work.compute, packed.token, packed.pickled, np.ones((1, 2))).result()
        assert reply.error is None, reply.error
        print(reply.values.dtype, float(reply.values[0]) > 1.0)
    """
    assert run(script) == "float64 True"


def test_a_function_of_tensorflow_that_has_been_traced():
    script = """
    import tensorflow as tf, numpy as np, pickle
    from iflow.executors import pickling

    power = tf.Variable(2.0, dtype=tf.float64)

    @tf.function
    def f(x):
        return tf.reduce_sum(x**power, axis=1)

    x = tf.constant(np.full((3, 2), 0.5))
    values = f(x)
    again = pickling.loads(pickling.dumps(f))
    assert type(again) is type(f) and again is not f
    print(np.array_equal(again(x), values), again.experimental_get_tracing_count())
    """
    assert run(script) == "True 1"


def run(script, *options):
    """Runs a script in a process of its own; returns what it prints."""
    ran = subprocess.run(
        [sys.executable, *STRICT, *options, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


class Locked:
    def __init__(self):
        self.scale, self.inner = 1.0, {"locks": [0, threading.Lock()]}

    def __call__(self, x):
        return gaussian(x)

    def method(self, x):
        return gaussian(x)


class Slotted:
    __slots__ = ("file",)

    def __init__(self, file):
        self.file = file

    def __call__(self, x):
        return gaussian(x)


def using_a_lock():
    lock = threading.Lock()

    def f(x):
        with lock:
            return gaussian(x)

    return f


def using_it_further_in():
    f = using_a_lock()
    return lambda x: f(x)


def using_a_generator():
    generator = (number for number in range(3))
    return lambda x: gaussian(x) + 0 * len(str(generator))


def _with_default():
    def f(x, *, held=Locked()):  # noqa: B008
        return gaussian(x)

    return f


BLAMED = {
    "a lock in a closure": (using_a_lock, "f uses lock, which is a _thread.lock"),
    "further in": (using_it_further_in, "f uses f, which uses lock, which is a _thread.lock"),
    "a generator": (using_a_generator, "f uses generator, which is a generator"),
    "an attribute": (Locked, "f.inner['locks'][1] is a _thread.lock"),
    "a bound method": (lambda: Locked().method, "f.__self__.inner['locks'][1] is a _thread.lock"),
    "a partial": (
        lambda: functools.partial(lambda a, x: gaussian(x), Locked()),
        "f.args[0].inner['locks'][1] is a _thread.lock",
    ),
    "a default": (
        _with_default,
        "default 'held' of f.inner['locks'][1] is a _thread.lock",
    ),
}


@pytest.mark.parametrize("name", BLAMED)
def test_what_cannot_be_sent_is_named_before_anything_is_sent(name):
    make, message = BLAMED[name]
    calls = []
    f = make()
    with pytest.raises(TypeError, match="f must be picklable to be sent to worker processes") as refused:
        iflow.Integrator(f, 2, workers=2, callback=calls.append)
    assert f"but {message} (" in str(refused.value)
    assert "ThreadPoolExecutor(n) needs no copy" in str(refused.value)
    assert not calls
    with ThreadPoolExecutor(1) as threads:
        iflow.Integrator(f, 2, executor=threads)


def test_an_open_file_is_named(tmp_path):
    with (tmp_path / "table").open("w") as file, pytest.raises(TypeError, match=r"f\.file is an _io\.TextIO"):
        iflow.Integrator(Slotted(file), 2, workers=2)


def test_an_f_of_objects_in_objects_without_end():
    f = Gaussian(1.0)
    for _ in range(50_000):
        f = functools.partial(with_scale, f)
    with pytest.raises(TypeError, match=r"must be picklable .* too deep to follow"):
        pack(f)
