"""Particles that are none."""

from __future__ import annotations

import iflow
from tests.misuse.case import cases
from tests.misuse.subjects import particles

# A row: what the user did, how, what is raised, and what that says.
# fmt: off
CASES = (
    *cases("Particles",
        ("ids are a number", lambda _: iflow.Particles(3, "p"), TypeError,
         "ids must be a list of integers, PDG numbers, got 3"),
        ("ids are text", lambda _: iflow.Particles("abc", "p"), TypeError,
         "ids must be a list of integers, PDG numbers, got 'abc'"),
        ("ids are names", lambda _: iflow.Particles(["e-", "e+", "mu-"], "p"), TypeError,
         r"ids must be a list of integers, PDG numbers, got \['e-', 'e\+', 'mu-'\]"),
        ("an id is a float", lambda _: iflow.Particles([1.5, -11, 13], "p"), TypeError,
         r"ids must be a list of integers, PDG numbers, got \[1\.5, -11, 13\]"),
        ("there are two particles", lambda _: iflow.Particles([11, -11], "p"), ValueError,
         r"a file of events is of collisions: two particles that come in \(status -1\),.*"
         r"the ids \[11, -11\] with status \[-1, -1\]"),
        ("there is no particle", lambda _: iflow.Particles([], "p"), ValueError,
         r"a file of events is of collisions: two particles that come in \(status -1\),.*"
         r"got the ids \[\] with status \[-1, -1\]"),
        ("nothing comes in", lambda _: particles(status=[1, 1, 1]), ValueError,
         r"a file of events is of collisions: two particles that come in \(status -1\),.*"
         r"ids \[11, -11, 13\] with status \[1, 1, 1\]"),
        ("a status is unknown", lambda _: particles(status=[-1, -1, 7]), ValueError,
         r"a file of events is of collisions: two particles that come in \(status -1\),.*"
         r"\[11, -11, 13\] with status \[-1, -1, 7\]"),
        ("status is too short", lambda _: particles(status=[-1, -1]), ValueError,
         "status must have one entry for each of 3 ids, got 2"),
        ("status is text", lambda _: particles(status="abc"), TypeError,
         "status must be a list with one entry for each of 3 ids, got 'abc'"),
        ("masses are too few", lambda _: particles(masses=[0.0]), ValueError,
         "masses must have one entry for each of 3 ids, got 1"),
        ("masses are a number", lambda _: particles(masses=3), TypeError,
         "masses must be a list with one entry for each of 3 ids, got 3"),
        ("a mass is negative", lambda _: particles(masses=[-1, 0, 0]), ValueError,
         "each of the masses must be a number of GeV >= 0, got -1"),
        ("a mass is text", lambda _: particles(masses=["a", 0, 0]), TypeError,
         "each of the masses must be a number of GeV >= 0, got 'a'"),
        ("colours are too few", lambda _: particles(colours=[(0, 0)]), ValueError,
         "colours must have one entry for each of 3 ids, got 1"),
        ("colours are no pairs", lambda _: particles(colours=[0, 0, 0]), TypeError,
         r"colours must be a pair of colour lines for each particle, got \[0, 0, 0\]"),
        ("there is one beam", lambda _: particles(beams=[(11, 5.0)]), ValueError,
         r"beams must be two pairs \(PDG number, energy\), got \[\(11, 5\.0\)\]"),
        ("beams are a number", lambda _: particles(beams=3), TypeError,
         r"beams must be two pairs \(PDG number, energy\), got 3"),
        ("beams are no pairs", lambda _: particles(beams=[11, 11]), TypeError,
         r"beams must be two pairs \(PDG number, energy\), got \[11, 11\]"),
        ("momenta are None", lambda _: particles(None), TypeError,
         r"momenta must be a function of points, an array \[n, particles, 4\], or the.*"
         r" name of an observable, got None"),
        ("momenta are a number", lambda _: particles(3), TypeError,
         r"momenta must be a function of points, an array \[n, particles, 4\], or the.*"
         r" name of an observable, got 3"),
    ),
)
# fmt: on
