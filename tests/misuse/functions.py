"""Functions of the package besides `integrate`, misused."""

from __future__ import annotations

import numpy as np

import iflow
from tests.misuse.case import cases
from tests.misuse.subjects import compare, make_file, make_folder, peak, stored, throws, two, without

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    *cases("resume",
        ("f is left out", lambda _: iflow.resume(stored()), TypeError,
         r"resume\(\) missing 1 required positional argument: 'f'"),
        ("checkpoint is None", lambda _: iflow.resume(None, peak), TypeError,
         "checkpoint must be a folder, as text or path, got None"),
        ("checkpoint is empty", lambda _: iflow.resume("", peak), ValueError,
         "checkpoint must be a folder, got '': give it a name"),
        ("checkpoint is not there", lambda _: iflow.resume("nowhere", peak), FileNotFoundError,
         "checkpoint '"),
        ("checkpoint is a file", lambda _: iflow.resume(make_file(), peak), NotADirectoryError,
         "checkpoint must be the folder of a run, but '"),
        ("checkpoint holds no run", lambda _: iflow.resume(make_folder(), peak), FileNotFoundError,
         "checkpoint '"),
        ("f is None", lambda _: iflow.resume(stored(), None), TypeError,
         r"f must be a function of points x \[n, 2\], got NoneType None"),
        ("f is another integrand", lambda _: iflow.resume(stored(), lambda x: 2 * peak(x)), ValueError,
         r"f must be the stored run's integrand, peak, but <lambda>\.<locals>\.<lambda>.*"
         r"integrand, or begin a new run for this one"),
        ("region is another one", lambda _: iflow.resume(stored(), peak, region=3), ValueError,
         "the region must be the one of the stored run, 2: leave region out to take it"),
        ("rtol is negative", lambda _: iflow.resume(stored(), peak, rtol=-1), ValueError,
         "rtol must be a finite number >= 0, got -1"),
        ("max_neval is too small", lambda _: iflow.resume(stored(), peak, max_neval=10), ValueError,
         "max_neval must be an integer >= 100, got 10"),
        ("max_neval is a whole float", lambda _: iflow.resume(stored(), peak, max_neval=1e6), TypeError,
         r"max_neval must be an integer >= 100, got 1000000\.0; did you mean 1000000\?"),
        ("max_seconds is negative", lambda _: iflow.resume(stored(), peak, max_seconds=-1), ValueError,
         "max_seconds must be a number of seconds > 0, got -1"),
        ("seed is given", lambda _: iflow.resume(stored(), peak, seed=3), TypeError,
         r"seed cannot be given, a stored run keeps what it was begun with:.*"
         r"max_seconds, warm_start\(\) all options"),
        ("flow is given", lambda _: iflow.resume(stored(), peak, flow=True), TypeError,
         r"flow cannot be given, a stored run keeps what it was begun with:.*"
         r"max_seconds, warm_start\(\) all options"),
        ("an option is misspelled", lambda _: iflow.resume(stored(), peak, worker=3), TypeError,
         r"unknown option 'worker': did you mean 'workers'\?"),
        ("workers is 0", lambda _: iflow.resume(stored(), peak, workers=0), ValueError,
         "workers must be an integer >= 1, got 0"),
        ("timeout is given without workers", lambda _: iflow.resume(stored(), peak, timeout=3), ValueError,
         "timeout needs workers= or executor=, got 3 alone: what is computed in this.*"
         " process cannot be taken from it"),
        ("callback is a number", lambda _: iflow.resume(stored(), peak, callback=3), TypeError,
         "callback must be a function of one Iteration, got 3"),
    ),
    *cases("compare",
        ("region is left out", lambda _: iflow.compare(peak), TypeError,
         r"compare\(\) missing 1 required positional argument: 'region'"),
        ("f is None", lambda _: compare(None), TypeError,
         r"f must be a function of points x \[n, 2\], got NoneType None"),
        ("f returns several integrals", lambda _: compare(two), ValueError,
         r"f must return one real integral to be compared, \[n\], got \{'a': \[n\], 'b':.*"
         r"one of them, as in lambda x: f\(x\)\['a'\]"),
        ("f returns an array of integrals", lambda _: compare(lambda x: x), ValueError,
         r"f must return one real integral to be compared, \[n\], got \[n, 2\]: compare.*"
         r" one of them, as in lambda x: f\(x\)\[:, 0\]"),
        ("f is complex", lambda _: compare(lambda x: x[:, 0] + 1j), ValueError,
         r"f must return one real integral to be compared, \[n\], got \[n\] complex:.*"
         r"one of them, as in lambda x: f\(x\)\.real"),
        ("f is nan", lambda _: compare(lambda x: x[:, 0] * np.nan), ValueError,
         r"f must be finite: 5 of 5 values are nan or inf, the first f\(x\) = nan at x =.*"
         r"or return 0 there if they may be left out"),
        ("f raises", lambda _: compare(throws(ValueError("no such momentum"))), ValueError,
         r"(?s)no such momentum.*raised by the integrand at x = \["),
        ("log is True", lambda _: compare(log=True), ValueError,
         r"f must return one real integral to be compared, \[n\], got \[n\] of logarithms:.*"
         r"it return f itself, and leave log out"),
        ("max_neval is too small", lambda _: compare(max_neval=10), ValueError,
         "max_neval must be an integer >= 100, got 10"),
        ("max_neval is too small for VEGAS", lambda _: compare(max_neval=100), ValueError,
         "max_neval must be at least 1000 for VEGAS to keep within it, got 100"),
        ("max_neval is a whole float", lambda _: compare(max_neval=1e5), TypeError,
         r"max_neval must be an integer >= 100, got 100000\.0; did you mean 100000\?"),
        ("seed is negative", lambda _: compare(seed=-1), ValueError, "seed must be an integer >= 0, got -1"),
        ("exact is text", lambda _: compare(exact="1.0"), TypeError,
         r"exact must be a finite number, the value of the integral, got '1\.0'"),
        ("exact is nan", lambda _: compare(exact=np.nan), ValueError,
         "exact must be a finite number, the value of the integral, got nan"),
        ("exact is complex", lambda _: compare(exact=1j), TypeError,
         "exact must be a finite number, the value of the integral, got 1j"),
        ("name is a number", lambda _: compare(name=3), TypeError, "name must be text, got 3"),
        ("an option is misspelled", lambda _: compare(rtoll=1), TypeError,
         r"unknown option 'rtoll': did you mean 'rtol'\?"),
        ("workers is 0", lambda _: compare(workers=0), ValueError, "workers must be an integer >= 1, got 0"),
    ),
    *cases("RayExecutor",
        ("Ray is not installed", lambda _: without("ray", iflow.RayExecutor), ImportError,
         "RayExecutor needs Ray: pip install ray"),
    ),
)
# fmt: on
