"""Regions that are none."""

from __future__ import annotations

import numpy as np

import iflow
from tests.misuse.case import cases
from tests.misuse.subjects import integrate, peak

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    # The region.
    *cases("integrate",
        ("region is left out of the call", lambda _: iflow.integrate(peak), TypeError,
         r"integrate\(\) missing 1 required positional argument: 'region'"),
        ("region is 0", lambda _: integrate(peak, 0), ValueError,
         "the number of dimensions must be at least 1, got 0; for the unit cube in d.* dimensions give d"),
        ("region is negative", lambda _: integrate(peak, -1), ValueError,
         "the number of dimensions must be at least 1, got -1; for the unit cube in d.* dimensions give d"),
        ("region is a whole float", lambda _: integrate(peak, 2.0), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got 2\.0; did you mean 2\?"),
        ("region is a fraction", lambda _: integrate(peak, 2.5), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).* pairs, got 2\.5"),
        ("region is a number as text", lambda _: integrate(peak, "2"), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got '2'; did you mean 2\?"),
        ("region is limits as text", lambda _: integrate(peak, "[(0, 1)]"), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got '\[\(0, 1\)\]'"),
        ("region is None", lambda _: integrate(peak, None), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).* pairs, got None"),
        ("region is True", lambda _: integrate(peak, True), TypeError,
         "region must be a dimension or a list of limits, got True"),
        ("region is nan", lambda _: integrate(peak, np.nan), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).* pairs, got nan"),
        ("region has far too many dimensions", lambda _: integrate(peak, 10**9), ValueError,
         "a region must have at most 10,000 dimensions, got 1,000,000,000"),
        ("region has more dimensions than a machine has numbers",
         lambda _: integrate(peak, 10**30), ValueError,
         "a region must have at most 10,000 dimensions, got more than 1e15"),
        ("region has far too many pairs", lambda _: integrate(peak, [(0, 1)] * 20_000), ValueError,
         "a region must have at most 10,000 dimensions, got 20,000"),
        ("region is an empty list", lambda _: integrate(peak, []), ValueError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"empty sequence; give at least one pair"),
        ("region is an empty dict", lambda _: integrate(peak, {}), ValueError,
         "region must name at least one variable, got an empty dict"),
        ("region is one pair, not a list of pairs", lambda _: integrate(peak, (0, 1)), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"got \(0, 1\); did you mean \[\(0, 1\)\]\?"),
        ("region is two numbers in a list", lambda _: integrate(peak, [0, 1]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"got \[0, 1\]; did you mean \[\(0, 1\)\]\?"),
        ("region is three numbers in a list", lambda _: integrate(peak, [0, 1, 2]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got \[0, 1, 2\]"),
        ("region is a dimension in a list", lambda _: integrate(peak, [2]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got \[2\]; did you mean 2\?"),
        ("region is a range", lambda _: integrate(peak, range(3)), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got range\(0, 3\)"),
        ("region is a set of pairs, which has no order", lambda _: integrate(peak, {(0, 1)}), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"1\)\}; a set has no order: give a list"),
        ("region has a triple", lambda _: integrate(peak, [(0, 1, 2)]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got \[\(0, 1, 2\)\]"),
        ("region has a single limit", lambda _: integrate(peak, [(0,)]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got \[\(0,\)\]"),
        ("region has None between pairs", lambda _: integrate(peak, [(0, 1), None]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got None as entry 1"),
        ("region has a number between pairs", lambda _: integrate(peak, [(0, 1), 3]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got 3 as entry 1"),
        ("region has text between pairs", lambda _: integrate(peak, [(0, 1), "01"]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"1; limits must be numbers, not text"),
        ("region has limits as text", lambda _: integrate(peak, [("0", "1")]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"'1'\)\]; limits must be numbers, not text"),
        ('region has "inf" as text', lambda _: integrate(peak, [(0, "inf")]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"limits must be numbers, not text"),
        ("region has None for a limit", lambda _: integrate(peak, [(0, None)]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"for no limit give -math\.inf or math\.inf"),
        ("region has a complex limit", lambda _: integrate(peak, [(0, 1j)]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got \[\(0, 1j\)\]"),
        ("region has True for a limit", lambda _: integrate(peak, [(0, True)]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got \[\(0, True\)\]"),
        ("region has an integer limit beyond all floats",
         lambda _: integrate(peak, [(0, 10**400)]), ValueError,
         "axis 0: limits must be floats, below 1e308 in size: use infinite limits"),
        ("region has an array for a limit", lambda _: integrate(peak, [(np.zeros(2), 1)]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"1\)\]; an axis has two limits, low and high, which are real numbers"),
        ("region is all lower and all upper limits",
         lambda _: integrate(peak, np.array([[0, 0, 0], [1, 1, 1]])), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r" pairs, got array\(\[\[0, 0, 0\],"),
        ("region has pairs one level too deep", lambda _: integrate(peak, [[(0, 1), (0, 1)]]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"1\)\]\]; are the pairs one level too deep\?"),
        ("region has one pair one level too deep", lambda _: integrate(peak, [(0, 1), [(0, 1)]]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"1; are the pairs one level too deep\?"),
        ("limits are reversed", lambda _: integrate(peak, [(1, 0)]), ValueError,
         r"axis 0: low must be less than high, got \(1\.0, 0\.0\); the limits are.*"
         r"swap them and the integral's sign"),
        ("limits are equal", lambda _: integrate(peak, [(1, 1)]), ValueError,
         r"axis 0: low must be less than high, got \(1\.0, 1\.0\); the limits are equal,.*"
         r" so there is nothing to integrate"),
        ("a limit is nan", lambda _: integrate(peak, [(0, np.nan)]), ValueError,
         r"axis 0: low must be less than high, got \(0\.0, nan\); a limit is nan"),
        ("both limits are +inf", lambda _: integrate(peak, [(np.inf, np.inf)]), ValueError,
         r"axis 0: low must be less than high, got \(inf, inf\); the limits are equal,.*"
         r" so there is nothing to integrate"),
        ("infinite limits are reversed", lambda _: integrate(peak, [(np.inf, -np.inf)]), ValueError,
         r"axis 0: low must be less than high, got \(inf, -inf\); the limits are.*"
         r"swap them and the integral's sign"),
        ("the width of an axis overflows", lambda _: integrate(peak, [(-1e308, 1e308)]), ValueError,
         r"axis 0: low must be less than high, got \(-1e\+308, 1e\+308\); the width.*"
         r" overflows: use infinite limits"),
        ("there is no number between the limits", lambda _: integrate(peak, [(1, 1 + 2.3e-16)]), ValueError,
         r"axis 0: low must be less than high, got \(1\.0, .*there is no number between them"),
        ("limits after a ball are reversed", lambda _: integrate(peak, [iflow.ball(2), (1, 0)]), ValueError,
         r"axis 2: low must be less than high, got \(1\.0, 0\.0\); the limits are.*"
         r"swap them and the integral's sign"),
        ("region is Integers, not a list of them", lambda _: integrate(peak, iflow.Integers(0, 3)), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"you mean \[Integers\(low=0\.0, high=3\.0\)\]\?"),
        ("region has the class Integers", lambda _: integrate(peak, [iflow.Integers]), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"give Integers\(\.\.\.\), not the class"),
        ("region is the function ball, not called", lambda _: integrate(peak, iflow.ball), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).*"
         r"it, or give f and region in the wrong order\?"),
        ("a variable is a number", lambda _: integrate(peak, {"x": 3.5}), TypeError,
         r"variable 'x' must be a \(low, high\) pair, Integers, a Change of variables,.*"
         r"one with several coordinates, got 3\.5"),
        ("a variable is None", lambda _: integrate(peak, {"x": None}), TypeError,
         r"variable 'x' must be a \(low, high\) pair, Integers, a Change of variables,.*"
         r"one with several coordinates, got None"),
        ("a variable is text", lambda _: integrate(peak, {"x": "01"}), TypeError,
         r"variable 'x' must be a \(low, high\) pair, Integers, a Change of variables,.*"
         r"one with several coordinates, got '01'"),
        ("a variable has reversed limits", lambda _: integrate(peak, {"x": (1, 0)}), ValueError,
         r"variable 'x': low must be less than high, got \(1\.0, 0\.0\); the limits are.*"
         r"swap them and the integral's sign"),
        ("a variable has equal limits", lambda _: integrate(peak, {"x": (0, 0)}), ValueError,
         r"variable 'x': low must be less than high, got \(0\.0, 0\.0\); the limits are.*"
         r" equal, so there is nothing to integrate"),
        ("a variable has no limits", lambda _: integrate(peak, {"x": []}), ValueError,
         r"variable 'x': region must be an integer d \(the unit cube\) or a sequence of.*"
         r"empty sequence; give at least one pair"),
        ("a variable has 0 dimensions", lambda _: integrate(peak, {"x": 0}), ValueError,
         "variable 'x': the number of dimensions must be at least 1, got 0; for the.*"
         " unit cube in d dimensions give d"),
        ("a variable is a dict", lambda _: integrate(peak, {"x": {"y": (0, 1)}}), TypeError,
         "variable 'x' must have limits of its own, got a dict; put what is in it.* beside it"),
        ("a variable is named by a number", lambda _: integrate(peak, {1: (0, 1)}), TypeError,
         "variables must be named by identifiers, f being called with them, got 1"),
        ("a variable has a space in its name", lambda _: integrate(peak, {"a b": (0, 1)}), TypeError,
         "variables must be named by identifiers, f being called with them, got 'a b'"),
        ("a variable is a keyword of Python", lambda _: integrate(peak, {"lambda": (0, 1)}), TypeError,
         "variables must be named by identifiers, f being called with them, got.* 'lambda'"),
        ("a variable has no name", lambda _: integrate(peak, {"": (0, 1)}), TypeError,
         "variables must be named by identifiers, f being called with them, got ''"),
        ("f has an argument that the region does not have",
         lambda _: integrate(lambda a, b: a + b, {"a": (0, 1)}), TypeError,
         r"f must take the variables of its region by name: <lambda>\(a, b\) is called.*"
         r" with a; the region has no variable 'b'"),
        ("the region has a variable that f does not have",
         lambda _: integrate(lambda a: a, {"a": (0, 1), "b": (0, 1)}), TypeError,
         r"f must take the variables of its region by name: <lambda>\(a\) is called with.*"
         r" a, b; it has no argument 'b'"),
        ("a variable is misspelled",
         lambda _: integrate(lambda mass, angle: mass * angle, {"mas": (0, 1), "angle": (0, 1)}), TypeError,
         r"f must take the variables of its region by name: <lambda>\(mass, angle\) is.*"
         r"'mass'; did you mean 'mass' for 'mas'\?"),
        ("f takes its variable by position only",
         lambda _: integrate(lambda a, /: a, {"a": (0, 1)}), TypeError,
         r"f must take the variables of its region by name: <lambda>\(a, /\) is called.*"
         r"before '/' cannot be given by name"),
    ),
)
# fmt: on
