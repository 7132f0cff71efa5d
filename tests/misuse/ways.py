"""Options of how a run goes about it, out of range."""

from __future__ import annotations

import numpy as np

from tests.misuse.case import cases
from tests.misuse.subjects import integrate

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    # How it goes about it.
    *cases("integrate",
        ("seed is negative", lambda _: integrate(seed=-1), ValueError,
         "seed must be an integer >= 0, got -1"),
        ("seed is a whole float", lambda _: integrate(seed=1.0), TypeError,
         r"seed must be an integer >= 0, got 1\.0; did you mean 1\?"),
        ("seed is text", lambda _: integrate(seed="1"), TypeError, "seed must be an integer >= 0, got '1'"),
        ("seed is True", lambda _: integrate(seed=True), TypeError, "seed must be an integer >= 0, got True"),
        ("seed is a list", lambda _: integrate(seed=[1, 2]), TypeError,
         r"seed must be an integer >= 0, got \[1, 2\]"),
        ("seed is a random generator", lambda _: integrate(seed=np.random.default_rng(1)), TypeError,
         r"seed must be an integer >= 0, got Generator\(PCG64\) at "),
        ("minimize is unknown", lambda _: integrate(minimize="speed"), ValueError,
         "minimize must be one of time, calls, got 'speed'"),
        ("minimize has a capital letter", lambda _: integrate(minimize="Time"), ValueError,
         r"minimize must be one of time, calls, got 'Time'; did you mean 'time'\?"),
        ("minimize is None", lambda _: integrate(minimize=None), ValueError,
         "minimize must be one of time, calls, got None"),
        ("cost is negative", lambda _: integrate(cost=-1), ValueError,
         "cost must be a finite number of seconds >= 0, got -1"),
        ("cost is nan", lambda _: integrate(cost=np.nan), ValueError,
         "cost must be a finite number of seconds >= 0, got nan"),
        ("cost is infinite", lambda _: integrate(cost=np.inf), ValueError,
         "cost must be a finite number of seconds >= 0, got inf"),
        ("cost is text", lambda _: integrate(cost="1"), TypeError,
         "cost must be a finite number of seconds >= 0, got '1'"),
        ("points are unknown", lambda _: integrate(points="halton"), ValueError,
         "points must be one of sobol, random, got 'halton'"),
        ("points are a number of points", lambda _: integrate(points=1000), ValueError,
         "points must be one of sobol, random, got 1000"),
        ("log is a number", lambda _: integrate(log=1), TypeError, "log must be True or False, got 1"),
        ("log is text", lambda _: integrate(log="yes"), TypeError, "log must be True or False, got 'yes'"),
        ("on_error is unknown", lambda _: integrate(on_error="ignore"), ValueError,
         "on_error must be one of raise, skip, got 'ignore'"),
        ("on_error is True", lambda _: integrate(on_error=True), ValueError,
         "on_error must be one of raise, skip, got True"),
        ("on_nonfinite is unknown", lambda _: integrate(on_nonfinite="skip"), ValueError,
         "on_nonfinite must be one of raise, zero, got 'skip'"),
        ("on_nonfinite is True", lambda _: integrate(on_nonfinite=True), ValueError,
         "on_nonfinite must be one of raise, zero, got True"),
        ("correlate is text", lambda _: integrate(correlate="no"), TypeError,
         "correlate must be True or False, got 'no'"),
        ("correlate is a number", lambda _: integrate(correlate=1), TypeError,
         "correlate must be True or False, got 1"),
    ),
)
# fmt: on
