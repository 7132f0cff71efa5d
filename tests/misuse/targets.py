"""Targets that no run can have."""

from __future__ import annotations

import numpy as np

import iflow
from tests.misuse.case import cases
from tests.misuse.subjects import integrate, peak

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    # When to stop.
    *cases("integrate",
        ("rtol is negative", lambda _: integrate(rtol=-1), ValueError,
         "rtol must be a finite number >= 0, got -1"),
        ("rtol is nan", lambda _: integrate(rtol=np.nan), ValueError,
         "rtol must be a finite number >= 0, got nan"),
        ("rtol is infinite", lambda _: integrate(rtol=np.inf), ValueError,
         "rtol must be a finite number >= 0, got inf"),
        ("rtol is text", lambda _: integrate(rtol="1e-3"), TypeError,
         "rtol must be a finite number >= 0, got '1e-3'"),
        ("rtol is None", lambda _: integrate(rtol=None), TypeError,
         "rtol must be a finite number >= 0, got None"),
        ("rtol is True", lambda _: integrate(rtol=True), TypeError,
         "rtol must be a finite number >= 0, got True"),
        ("rtol is complex", lambda _: integrate(rtol=1j), TypeError,
         "rtol must be a finite number >= 0, got 1j"),
        ("rtol is a list", lambda _: integrate(rtol=[1e-3]), TypeError,
         r"rtol must be a finite number >= 0, got \[0\.001\]"),
        ("rtol is given by position", lambda _: iflow.integrate(peak, 2, 1e-3), TypeError,
         r"integrate\(\) takes 2 positional arguments but 3 were given"),
        ("atol is negative", lambda _: integrate(atol=-1), ValueError,
         "atol must be a finite number >= 0, got -1"),
        ("atol is nan", lambda _: integrate(atol=np.nan), ValueError,
         "atol must be a finite number >= 0, got nan"),
        ("atol is infinite", lambda _: integrate(atol=np.inf), ValueError,
         "atol must be a finite number >= 0, got inf"),
        ("atol is text", lambda _: integrate(atol="0"), TypeError,
         "atol must be a finite number >= 0, got '0'"),
        ("atol is None", lambda _: integrate(atol=None), TypeError,
         "atol must be a finite number >= 0, got None"),
        ("atol is given with log=True", lambda _: integrate(log=True, atol=0.1), ValueError,
         "atol must be 0 with log=True, where only relative errors are within reach.*"
         "the error of the integral's logarithm"),
        ("max_neval is 0", lambda _: integrate(max_neval=0), ValueError,
         "max_neval must be an integer >= 100, got 0"),
        ("max_neval is negative", lambda _: integrate(max_neval=-5), ValueError,
         "max_neval must be an integer >= 100, got -5"),
        ("max_neval is just too small", lambda _: integrate(max_neval=99), ValueError,
         "max_neval must be an integer >= 100, got 99"),
        ("max_neval is a whole float", lambda _: integrate(max_neval=1e6), TypeError,
         r"max_neval must be an integer >= 100, got 1000000\.0; did you mean 1000000\?"),
        ("max_neval is a fraction", lambda _: integrate(max_neval=1000.5), TypeError,
         r"max_neval must be an integer >= 100, got 1000\.5"),
        ("max_neval is text", lambda _: integrate(max_neval="1000"), TypeError,
         "max_neval must be an integer >= 100, got '1000'"),
        ("max_neval is None", lambda _: integrate(max_neval=None), TypeError,
         "max_neval must be an integer >= 100, got None"),
        ("max_neval is True", lambda _: integrate(max_neval=True), TypeError,
         "max_neval must be an integer >= 100, got True"),
        ("max_neval is infinite", lambda _: integrate(max_neval=np.inf), TypeError,
         "max_neval must be an integer >= 100, got inf"),
        ("max_neval is beyond all floats", lambda _: integrate(max_neval=10**400), ValueError,
         r"max_neval must be at most 2\^53, about 9e15, got more than 1e30; nothing.*"
         r"there: set rtol, atol or max_seconds"),
        ("max_seconds is 0", lambda _: integrate(max_seconds=0), ValueError,
         "max_seconds must be a number of seconds > 0, got 0"),
        ("max_seconds is negative", lambda _: integrate(max_seconds=-1), ValueError,
         "max_seconds must be a number of seconds > 0, got -1"),
        ("max_seconds is nan", lambda _: integrate(max_seconds=np.nan), ValueError,
         "max_seconds must be a number of seconds > 0, got nan"),
        ("max_seconds is text", lambda _: integrate(max_seconds="10"), TypeError,
         "max_seconds must be a number of seconds > 0, got '10'"),
        ("max_seconds is None", lambda _: integrate(max_seconds=None), TypeError,
         "max_seconds must be a number of seconds > 0, got None"),
    ),
)
# fmt: on
