"""Changes of variables that are none."""

from __future__ import annotations

import numpy as np

import iflow
from tests.misuse.case import cases
from tests.misuse.subjects import change

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    *cases("Change",
        ("forward is None", lambda _: iflow.Change(2, None), TypeError,
         r"Change: forward must be a function t \[n, d\] -> \(x \[n, m\], jacobian \[n\]\),.* got None"),
        ("forward is text", lambda _: iflow.Change(2, "polar"), TypeError,
         r"Change: forward must be a function t \[n, d\] -> \(x \[n, m\], jacobian \[n\]\),.* got 'polar'"),
        ("region is a dict", lambda _: iflow.Change({"r": (0, 1)}, lambda t: (t, t[:, 0])), TypeError,
         r"Change: forward gets points t \[n, d\], so its region has no names; give a.*"
         r"iflow\.Change\(\.\.\.\)\} hands x \[n, m\] to f"),
        ("region is None", lambda _: change(lambda t: (t, t[:, 0]), None), TypeError,
         r"region must be an integer d \(the unit cube\) or a sequence of \(low, high\).* pairs, got None"),
        ("region is 0", lambda _: change(lambda t: (t, t[:, 0]), 0), ValueError,
         "the number of dimensions must be at least 1, got 0; for the unit cube in d.* dimensions give d"),
        ("region has reversed limits", lambda _: change(lambda t: (t, t[:, 0]), [(1, 0)]), ValueError,
         r"axis 0: low must be less than high, got \(1\.0, 0\.0\); the limits are.*"
         r"swap them and the integral's sign"),
        ("forward returns x alone", lambda _: change(lambda t: t), TypeError,
         r"Change: forward must return \(x \[n, m\], jacobian \[n\]\), got ndarray of shape.*"
         r" \(3, 2\); is the jacobian missing\?"),
        ("forward returns None", lambda _: change(lambda t: None), TypeError,
         r"Change: forward must return \(x \[n, m\], jacobian \[n\]\), got NoneType"),
        ("forward returns three things", lambda _: change(lambda t: (t, t, t)), TypeError,
         r"Change: forward must return \(x \[n, m\], jacobian \[n\]\), got tuple of 3"),
        ("forward returns a dict", lambda _: change(lambda t: {"x": t, "jacobian": t[:, 0]}), TypeError,
         r"Change: forward must return \(x \[n, m\], jacobian \[n\]\), got dict"),
        ("the jacobian is one number", lambda _: change(lambda t: (t, 1.0)), ValueError,
         r"Change: forward must return x \[n, m\] and jacobian \[n\], for 3 points t of.*"
         r"return np\.full\(len\(t\), constant\)"),
        ("the jacobian is a matrix for each point",
         lambda _: change(lambda t: (t, np.ones((len(t), 2, 2)))), ValueError,
         r"Change: forward must return x \[n, m\] and jacobian \[n\], for 3 points t of.*"
         r"of the determinant, not the matrix"),
        ("the jacobian is None", lambda _: change(lambda t: (t, None)), TypeError,
         "Change: the jacobian must be real numbers, got dtype object"),
        ("the jacobian is text", lambda _: change(lambda t: (t, "one")), TypeError,
         "Change: the jacobian must be real numbers, got dtype <U3"),
        ("the jacobian is complex", lambda _: change(lambda t: (t, t[:, 0] * 1j)), TypeError,
         "Change: the jacobian must be real numbers, got dtype complex128"),
        ("the jacobian is negative", lambda _: change(lambda t: (t, -t[:, 0])), ValueError,
         r"Change: the jacobian must be positive, got x = \[0\.31, .*"
         r"return its absolute value, \|det dx/dt\|"),
        ("the jacobian is 0", lambda _: change(lambda t: (t, 0 * t[:, 0])), ValueError,
         r"Change: the jacobian must be positive, got 0 at t = \[0\.31, "),
        ("the jacobian is nan", lambda _: change(lambda t: (t, np.nan * t[:, 0])), ValueError,
         r"Change: the jacobian must be finite, got x = \[0\.31, "),
        ("the jacobian is infinite", lambda _: change(lambda t: (t, np.inf * t[:, 0])), ValueError,
         r"Change: the jacobian must be finite, got x = \[0\.31, "),
        ("the jacobian is nan at some points",
         lambda _: change(lambda t: (t, np.where(t[:, 0] > 0.95, np.nan, 1.0))), ValueError,
         r"Change: the jacobian must be finite, got x = \["),
        ("x is one number a point", lambda _: change(lambda t: (t[:, 0], t[:, 0])), ValueError,
         r"Change: forward must return x \[n, m\] and jacobian \[n\], for 3 points t of.*"
         r"one coordinate return x\[:, np\.newaxis\]"),
        ("x is transposed", lambda _: change(lambda t: (t.T, t[:, 0])), ValueError,
         r"Change: forward must return x \[n, m\] and jacobian \[n\], for 3 points t of.*"
         r"got \(2, 3\) and \(3,\); is x transposed\?"),
        ("x has no coordinate", lambda _: change(lambda t: (t[:, :0], t[:, 0])), ValueError,
         r"Change: forward must return x \[n, m\] and jacobian \[n\], for 3 points t of.*"
         r" shape \(3, 2\) got \(3, 0\) and \(3,\)"),
        ("x has fewer points than t", lambda _: change(lambda t: (t[:1], t[:1, 0])), ValueError,
         r"Change: forward must return x \[n, m\] and jacobian \[n\], for 3 points t of.*"
         r" shape \(3, 2\) got \(1, 2\) and \(1,\)"),
        ("x is nan", lambda _: change(lambda t: (t * np.nan, t[:, 0])), ValueError,
         r"Change: x must be finite, got x = \[nan, nan\] with jacobian 0\.31 at t =.*"
         r"is forward defined in the whole region\?"),
        ("x is text", lambda _: change(lambda t: ("a", t[:, 0])), TypeError,
         "Change: x must be real numbers, got dtype <U1"),
        ("x has fewer coordinates later",
         lambda _: change(lambda t: (t if len(t) < 100 else t[:, :1], t[:, 0])), ValueError,
         r"Change: forward must return as many coordinates for all points, it returned.*"
         r"a branch that returns something else\?"),
        ("forward takes no argument", lambda _: change(lambda: 1), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) takes 0 positional arguments but 1 was given"),
        ("forward takes its coordinates one by one", lambda _: change(lambda r, phi: (r, phi)), TypeError,
         r"<lambda>\.<locals>\.<lambda>\(\) missing 1 required positional argument: 'phi'"),
        ("forward raises", lambda _: change(lambda t: t[:, 3]), IndexError,
         "(?s)index 3 is out of bounds for axis 1 with size 2.*"
         "raised by forward of a Change, given 3 points t,"),
        ("look is given text", lambda _: iflow.Change(2, lambda t: (t, t[:, 0])).look("a"), TypeError,
         r"Change: t must be points, numbers \[n, d\], got 'a'"),
        ("forward_and_log_det is given one point",
         lambda _: iflow.Change(2, lambda t: (t, t[:, 0])).forward_and_log_det(np.zeros(2)), TypeError,
         r"Change: t must be points, numbers \[n, d\], got array\(\[0\., 0\.\]\)"),
    ),
)
# fmt: on
