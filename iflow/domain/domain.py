"""The user's region of integration as the image of the unit cube: z -> t -> x."""

from __future__ import annotations

from typing import Any

import numpy as np

from iflow.domain.bend import Bend
from iflow.domain.box import Box
from iflow.domain.naming import Naming
from iflow.domain.region import join


class Domain:
    """Maps the unit cube onto the user's region: axis by axis onto a box, and on by changes of variables.

    A finite axis is stretched. An infinite one is mapped with a scale s, which is 1 until it is known
    better, and around a location m, which the maps of semi-infinite axes only heed where it lies more than
    3 s away from their limit:

        a <= t <= b      t = a + (b - a) z                      dt/dz = b - a
        a <= t < inf     t = a + s z / (1 - z)                  dt/dz = s / (1 - z)^2
        -inf < t <= b    t = b - s (1 - z) / z                  dt/dz = s / z^2
        -inf < t < inf   t = m + s tan(pi (z - 1/2))            dt/dz = pi s (1 + ((t - m) / s)^2)
        far from a       t = m + s tan(pi (p + (1 - p) z - 1/2)),  p = 1/2 - arctan((m - a) / s) / pi

    so that z is the distribution function of a Cauchy law, cut at the limit, or of one with the same tail:
    whatever the location, nothing is out of reach. Of axes that are `Integers` see there.

    Args:
      region: the number of dimensions d of the unit cube [0, 1]^d; or a sequence of axes, each a pair
        (low, high) in the units of x, -inf and inf allowed, or `Integers`, or a `Change` of variables,
        which may stand for several; or one `Change`; or a dict of variables by name, {"x": (0, 1)}, each
        with such an axis, or a region of its own for a variable with several coordinates.

    Raises:
      TypeError: if region is none of these.
      ValueError: if d < 1; if limits are reversed, equal, nan, or too close to hold a number between; for
        a change of variables that returns what it must not.

    Attributes:
      dim: number of axes of the cube and of the box.
      n_coordinates: number of coordinates of x; that of axes but for changes of variables.
      names: what to call each coordinate of x, for people.
      box: its axes, without the changes of variables.
      low: the lower limits of the box, [dim]; `least` are the smallest numbers that are reached.
      high: the upper limits, [dim]; `largest` are the largest numbers that are reached.
      is_changed: whether there are changes of variables, which have no form but that of NumPy.
    """

    def __init__(self, region: Any):
        self._naming, self._parts = Naming.of(region)
        self.names = self._naming.labels
        self.box = Box([axis for part in self._parts for axis in part.axes])
        self.dim = self.box.dim
        self.n_coordinates = sum(part.n_coordinates for part in self._parts)
        self.is_changed = any(part.change for part in self._parts)
        inwards = np.where(self.box.integer, 0.5, 0.0)
        self.low, self.high = self.box.low + inwards, self.box.high - inwards
        self.least = np.where(self.box.integer, self.low, self.box.least)
        self.largest = np.where(self.box.integer, self.high, self.box.largest)

    @property
    def is_named(self) -> bool:
        """Whether f is called by name."""
        return self._naming.is_named

    @property
    def present(self) -> Any:
        """What turns points x [n, m], or one point [m], into the arguments of f: (args, kwargs)."""
        return self._naming.present

    def require_fitting(self, f: Any) -> None:
        """Raises a TypeError if f does not take the variables by their names."""
        self._naming.require_fitting(f)

    def move(self, location: np.ndarray, scale: np.ndarray) -> None:
        """Moves the maps of infinite axes to a location and a scale, [dim] each.

        Points of the cube then stand for other points of the region. Finite axes stay as they are.
        """
        self.box = self.box.moved(location, scale)

    def bend(self, bend: Bend) -> None:
        """Bends the unit cube before it is mapped to the box, see `Bend`; no integers' axes among the bent.

        Points of the cube then stand for other points of the region.
        """
        self.box = self.box.bent(bend)

    def forward_and_log_det(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns x [n, n_coordinates], strictly inside the region, and log|det dx/dz| [n].

        Args:
          z: points strictly inside the unit cube, float64 [n, dim].
        """
        t, log_slope = self.box.forward_and_log_slope(z)
        if self.box.integer.any():
            t = self.box.rounded(t)
            log_slope = np.where(self.box.integer, self.box.log_width(t), log_slope)
        log_det = log_slope.sum(axis=1)
        if not self.is_changed:
            return t, log_det
        x, of_changes = join(self._parts, t)
        return x, log_det + of_changes

    def from_box(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns x [n, n_coordinates] and log|det dx/dt| [n] at points t [n, dim] of the box."""
        return join(self._parts, self.box.rounded(t))
