"""Regions of integration as images of the unit cube: boxes, integers, changes of variables, shapes."""

from iflow.domain.change import Change
from iflow.domain.domain import Domain
from iflow.domain.integers import Integers
from iflow.domain.region import MOST_DIMENSIONS
from iflow.domain.shapes import ball, simplex, sphere

__all__ = ["MOST_DIMENSIONS", "Change", "Domain", "Integers", "ball", "simplex", "sphere"]
