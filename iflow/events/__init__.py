"""Events: points with weights, or of weight one, and what they say about observables."""

from iflow.events.events import Events
from iflow.events.expectation import Expectation
from iflow.events.histogram import Histogram
from iflow.events.particles import Particles
from iflow.events.stats import Stats
from iflow.events.unweighting import Unweighting

__all__ = ["Events", "Expectation", "Histogram", "Particles", "Stats", "Unweighting"]
