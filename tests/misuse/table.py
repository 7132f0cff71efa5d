"""The table: every misuse, by entry point and section; another one is a row in one of these modules."""

from __future__ import annotations

from tests.misuse import (
    answers,
    changes,
    checkpoints,
    command_integrate,
    commands,
    components,
    event_files,
    events,
    flows,
    functions,
    histograms,
    integrands,
    methods,
    particles,
    regions,
    saved,
    shapes,
    showing,
    storing,
    surroundings,
    targets,
    ways,
)
from tests.misuse.case import Misuse

# Of each entry point at least so many misuses are known.
LEAST = 60

Sections = dict[str, tuple[Misuse, ...]]

ENTRY_POINTS: dict[str, Sections] = {
    "Calling `iflow.integrate`": {
        "What f is, and what it returns": integrands.CASES,
        "The region": regions.CASES,
        "When to stop": targets.CASES,
        "How a run goes about it": ways.CASES,
        "Several integrals": components.CASES,
        "The flow": flows.CASES,
        "Who watches, who computes, and options that do not exist": surroundings.CASES,
    },
    "Building a region": {
        "Sums, balls, spheres and simplices": shapes.CASES,
        "Changes of variables": changes.CASES,
    },
    "Working with an `Integrator`, and other functions": {
        "In steps": methods.CASES,
        "Pictures and pages": showing.CASES,
        "Files and checkpoints": storing.CASES,
        "`iflow.resume`, `iflow.compare` and executors": functions.CASES,
    },
    "Asking results": {
        "Results and comparisons": answers.CASES,
        "Histograms": histograms.CASES,
    },
    "Asking events": {
        "Observables": events.CASES,
        "Files of events": event_files.CASES,
        "Particles": particles.CASES,
    },
    "Reading files": {
        "Folders of checkpoints": tuple(checkpoints.ROWS),
        "What `Integrator.save` has written": tuple(saved.INTEGRATORS),
        "Events": tuple(saved.EVENTS),
    },
    "The command line": {
        "`iflow integrate`": command_integrate.CASES,
        "The other commands": commands.CASES,
    },
}

CASES = tuple(case for sections in ENTRY_POINTS.values() for cases in sections.values() for case in cases)


def is_command(case: Misuse) -> bool:
    """Returns whether a case is a command line."""
    return case.entry.endswith("(command)")
