"""Functions of C libraries: what ctypes knows of them is enough, or it is refused."""

import ctypes
import re
import shutil
import subprocess

import numpy as np
import pytest
from scipy import LowLevelCallable

import iflow
from iflow.integrand import Integrand

DIM = 3
SOURCE = """
#include <math.h>
double of_point(const double *x) { return exp(-x[0] * x[0] - x[1] * x[1] - x[2] * x[2]); }
double with_dim(const double *x, int dim) {
    double sum = 0.0;
    for (int i = 0; i < dim; i++) sum += x[i] * x[i];
    return exp(-sum);
}
double quadpack(int dim, double *x, void *data) { return data ? 1.0 : with_dim(x, dim); }
double of_coordinates(double a, double b, double c) { double x[3] = {a, b, c}; return of_point(x); }
void many(const double *x, double *values, int n, int dim) {
    for (int i = 0; i < n; i++) values[i] = with_dim(x + i * dim, dim);
}
void many_n(long n, const double *x, double *values) { many(x, values, (int)n, 3); }
void all_but_last(const double *x, double *values, int n) { many(x, values, n - 1, 3); }
"""
DOUBLES = ctypes.POINTER(ctypes.c_double)
ARRAY = np.ctypeslib.ndpointer(np.float64, flags="C")
DECLARED = {
    "one point": ("of_point", [DOUBLES], ctypes.c_double),
    "one point and dim": ("with_dim", [DOUBLES, ctypes.c_int], ctypes.c_double),
    "one point as an array": ("with_dim", [ARRAY, ctypes.c_int], ctypes.c_double),
    "that of QUADPACK": ("quadpack", [ctypes.c_int, DOUBLES, ctypes.c_void_p], ctypes.c_double),
    "coordinates": ("of_coordinates", [ctypes.c_double] * 3, ctypes.c_double),
    "many": ("many", [DOUBLES, DOUBLES, ctypes.c_int, ctypes.c_int], None),
    "many as arrays": ("many", [ARRAY, ARRAY, ctypes.c_int, ctypes.c_int], None),
    "many, n first": ("many_n", [ctypes.c_long, DOUBLES, DOUBLES], None),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("library")
    (folder / "f.c").write_text(SOURCE)
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", folder / "f.so", folder / "f.c", "-lm"]
    subprocess.run(command, check=True)
    return folder / "f.so"


def declared(library, name, argtypes, restype):
    f = getattr(ctypes.CDLL(str(library)), name)
    f.argtypes, f.restype = argtypes, restype
    return f


@pytest.fixture
def x():
    return np.random.default_rng(1).random((5, DIM))


@pytest.mark.parametrize("form", DECLARED)
def test_takes(form, library, x):
    f = declared(library, *DECLARED[form])
    integrand = Integrand(f, DIM)
    integrand.probe(x)
    assert (integrand.pointwise, integrand.neval) == (False, 11)
    points = np.random.default_rng(2).random((100, DIM))
    np.testing.assert_allclose(integrand(points), np.exp(-np.square(points).sum(axis=1)), rtol=1e-14)
    assert integrand(points[:0]).shape == (0,)


def test_takes_the_handle_of_scipy(library, x):
    integrand = Integrand(LowLevelCallable(declared(library, *DECLARED["that of QUADPACK"])), DIM)
    integrand.probe(x)
    np.testing.assert_allclose(integrand(x), np.exp(-np.square(x).sum(axis=1)), rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "argtypes", "restype", "message"),
    [
        ("of_point", None, ctypes.c_double, "iflow cannot know what the C function of_point takes: declare"),
        ("of_point", [DOUBLES], ctypes.c_int, "with argtypes ['LP_c_double'] and restype c_int: declare"),
        (
            "of_point",
            [ctypes.POINTER(ctypes.c_float)],
            ctypes.c_double,
            "['LP_c_float'] and restype c_double",
        ),
        ("many", [DOUBLES, DOUBLES], None, "['LP_c_double', 'LP_c_double'] and restype None"),
        ("of_coordinates", [ctypes.c_double] * 2, ctypes.c_double, "takes 2 coordinates, the region has 3"),
    ],
)
def test_refuses_what_is_not_declared_or_unknown(name, argtypes, restype, message, library):
    with pytest.raises(TypeError, match=re.escape(message)):
        Integrand(declared(library, name, argtypes, restype), DIM)


def test_values_that_are_not_written_are_noticed(library, x):
    f = declared(library, "all_but_last", [DOUBLES, DOUBLES, ctypes.c_int], None)
    with pytest.raises(ValueError, match="f must be finite: 1 of 5 values are nan or inf"):
        Integrand(f, DIM).probe(x)


def test_one_call_integrates_a_function_of_c(library):
    """4.5 sigma at a fixed seed: a false alarm for 1 seed in 150,000."""
    result = iflow.integrate(declared(library, *DECLARED["many"]), DIM, rtol=1e-3, seed=1)
    assert abs(result.mean - 0.746824132812427**3) < 4.5 * result.sdev
    assert not any("one point at a time" in warning for warning in result.warnings)
