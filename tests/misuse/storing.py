"""Integrators that cannot be saved, loaded or resumed."""

from __future__ import annotations

import iflow
from tests.misuse.case import cases
from tests.misuse.subjects import done, fresh, make_folder, peak, saved, two

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    *cases("Integrator.save",
        ("path is in a folder that is not there", lambda _: done().save("nowhere/a.npz"), FileNotFoundError,
         r"there is no folder 'nowhere' to write 'a\.npz' in: make it first"),
        ("path is a folder", lambda _: done().save(make_folder()), IsADirectoryError,
         "path must be a file to write, got the folder 'folder': add a name"),
        ("path is empty", lambda _: done().save(""), ValueError,
         "path must be a file to write, got '': give it a name"),
        ("path is None", lambda _: done().save(None), TypeError,
         "path must be a file to write, as text or path, got None"),
        ("path has a null in its name", lambda _: done().save("a\0b"), ValueError,
         r"path must be a file to write, got 'a\\x00b': no file has a null in its name"),
        ("an option cannot be stored",
         lambda _: fresh(two, norm=lambda values: values[:, 0]).save("a.npz"), TypeError,
         "norm must be one of l2, l1, max to be saved, got a function, which cannot.* be stored"),
    ),
    *cases("Integrator.load",
        ("path is a number", lambda _: iflow.Integrator.load(3, peak), TypeError,
         "path must be a file, as text or path, got 3"),
        ("path is empty", lambda _: iflow.Integrator.load("", peak), ValueError,
         "path must be a file, got '': give it a name"),
        ("f is None", lambda _: iflow.Integrator.load(saved(), None), TypeError,
         r"f must be a function of points x \[n, 2\], got NoneType None"),
        ("f is another integrand",
         lambda _: iflow.Integrator.load(saved(), lambda x: 2 * peak(x)), ValueError,
         r"f must be the stored run's integrand, peak, but <lambda>\.<locals>\.<lambda>.*"
         r"integrand, or begin a new run for this one"),
        ("f returns several integrals now", lambda _: iflow.Integrator.load(saved(), two), ValueError,
         r"f must be the stored run's integrand, peak, with values of shape \(\); two.* gives \(3,\)"),
        ("region is another one", lambda _: iflow.Integrator.load(saved(), peak, region=3), ValueError,
         "the region must be the one of the stored run, 2: leave region out to take it"),
        ("warm_start is text", lambda _: iflow.Integrator.load(saved(), peak, warm_start="yes"), TypeError,
         "warm_start must be True or False, got 'yes'"),
        ("rtol is given, which integrate() takes",
         lambda _: iflow.Integrator.load(saved(), peak, rtol=1e-5), TypeError,
         r"rtol cannot be given, a stored run keeps what it was begun with:.*"
         r"max_seconds, warm_start\(\) all options"),
        ("seed is given", lambda _: iflow.Integrator.load(saved(), peak, seed=3), TypeError,
         r"seed cannot be given, a stored run keeps what it was begun with:.*"
         r"max_seconds, warm_start\(\) all options"),
        ("checkpoint is given", lambda _: iflow.Integrator.load(saved(), peak, checkpoint="run"), TypeError,
         r"checkpoint cannot be given, a stored run keeps what it was begun with:.*"
         r"max_seconds, warm_start\(\) all options"),
        ("an option is misspelled", lambda _: iflow.Integrator.load(saved(), peak, progres=True), TypeError,
         r"unknown option 'progres': did you mean 'progress'\?"),
    ),
    *cases("Integrator.resume",
        ("checkpoint is a number", lambda _: iflow.Integrator.resume(3, peak), TypeError,
         "checkpoint must be a folder, as text or path, got 3"),
        ("checkpoint is not there", lambda _: iflow.Integrator.resume("nowhere", peak), FileNotFoundError,
         "checkpoint '"),
        ("checkpoint holds no run", lambda _: iflow.Integrator.resume(make_folder(), peak), FileNotFoundError,
         "checkpoint '"),
    ),
)
# fmt: on
