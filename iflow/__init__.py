"""Monte Carlo integration of hard functions with a trainable normalizing flow."""

from iflow.comparison import Comparison, compare
from iflow.domain import Change, Integers, ball, simplex, sphere
from iflow.events import Events, Particles
from iflow.executors import LostWorkersError, RayExecutor
from iflow.history import Iteration
from iflow.integration import integrate
from iflow.integrator import Integrator
from iflow.result import Result
from iflow.resumption import resume
from iflow.several.histograms import Histograms
from iflow.several.results import Results
from iflow.version import __version__

__all__ = [
    "Change",
    "Comparison",
    "Events",
    "Histograms",
    "Integers",
    "Integrator",
    "Iteration",
    "LostWorkersError",
    "Particles",
    "RayExecutor",
    "Result",
    "Results",
    "__version__",
    "ball",
    "compare",
    "integrate",
    "resume",
    "simplex",
    "sphere",
]
