"""Pictures and pages of an integrator that cannot be made."""

from __future__ import annotations

from tests.misuse.case import cases
from tests.misuse.subjects import done, make_folder

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    *cases("Integrator.plot",
        ("the kind is given in place of the path", lambda _: done().plot("overview"), ValueError,
         r"the first argument is the file to write; did you mean kind='overview'\?"),
        ("kind is unknown", lambda _: done().plot(kind="histogram"), ValueError,
         "kind must be one of overview, convergence, weights, training, points,.*"
         "latent_weights, got 'histogram'"),
        ("kind is misspelled", lambda _: done().plot(kind="point"), ValueError,
         r"kind must be one of overview, convergence, weights, training, points,.*"
         r"got 'point'; did you mean 'points'\?"),
        ("kind is None", lambda _: done().plot(kind=None), ValueError,
         "kind must be one of overview, convergence, weights, training, points,.*"
         " density, latent_weights, got None"),
        ("path has an unknown ending", lambda _: done().plot("a.xyz"), ValueError,
         r"a figure ends in one of \.eps, \.jpeg, \.jpg, \.pdf, \.pgf, \.png, \.ps,.*"
         r"\.svgz, \.tif, \.tiff, \.webp, got 'a\.xyz'"),
        ("path has no ending", lambda _: done().plot("figure"), ValueError,
         r"a figure ends in one of \.eps, \.jpeg, \.jpg, \.pdf, \.pgf, \.png, \.ps,.*"
         r"'figure'; did you mean 'figure\.png'\?"),
        ("path is in a folder that is not there", lambda _: done().plot("nowhere/a.png"), FileNotFoundError,
         r"there is no folder 'nowhere' to write 'a\.png' in: make it first"),
        ("path is a folder", lambda _: done().plot(make_folder()), IsADirectoryError,
         "path must be a file to write, got the folder 'folder': add a name"),
        ("path is empty", lambda _: done().plot(""), ValueError,
         "path must be a file to write, got '': give it a name"),
        ("path is a number", lambda _: done().plot(3), TypeError,
         "path must be a file to write, as text or path, got 3"),
        ("axes are given for a figure without points", lambda _: done().plot(axes=[0]), ValueError,
         r"axes=\[0\] is for the kinds of figures points, density, latent_weights, got.*"
         r" kind='overview': leave axes out"),
        ("n is no number of points, though the figure has none", lambda _: done().plot(n=-3), ValueError,
         "n must be an integer >= 1, got -3"),
        ("axes are not there", lambda _: done().plot(kind="points", axes=[7]), ValueError,
         r"axes must be 1 to 12 different integers from 0 to 1, got \[7\]"),
        ("an axis is given twice", lambda _: done().plot(kind="points", axes=[0, 0]), ValueError,
         r"axes must be 1 to 12 different integers from 0 to 1, got \[0, 0\]"),
        ("axes is a number", lambda _: done().plot(kind="points", axes=3), ValueError,
         "axes must be 1 to 12 different integers from 0 to 1, got 3"),
        ("axes is a name", lambda _: done().plot(kind="points", axes="x0"), ValueError,
         "axes must be 1 to 12 different integers from 0 to 1, got 'x0'"),
        ("there are too many axes for a density",
         lambda _: done().plot(kind="density", axes=[0, 1, 0]), ValueError,
         r"axes must be 2 different integers from 0 to 1, got \[0, 1, 0\]"),
        ("n is 0", lambda _: done().plot(kind="points", n=0), ValueError, "n must be an integer >= 1, got 0"),
    ),
    *cases("Integrator.report",
        ("path is in a folder that is not there",
         lambda _: done().report("nowhere/a.html"), FileNotFoundError,
         r"there is no folder 'nowhere' to write 'a\.html' in: make it first"),
        ("path is a folder", lambda _: done().report(make_folder()), IsADirectoryError,
         "path must be a file to write, got the folder 'folder': add a name"),
        ("path is empty", lambda _: done().report(""), ValueError,
         "path must be a file to write, got '': give it a name"),
        ("path is None", lambda _: done().report(None), TypeError,
         "path must be a file to write, as text or path, got None"),
        ("title is a number", lambda _: done().report("a.html", title=3), TypeError,
         "title must be text, got 3"),
        ("n is negative", lambda _: done().report("a.html", n=-1), ValueError,
         "n must be an integer >= 1, got -1"),
        ("n is text", lambda _: done().report("a.html", n="many"), TypeError,
         "n must be an integer >= 1, got 'many'"),
    ),
)
# fmt: on
