"""Latents of the unit cube: scrambled Sobol points and pseudo-random ones."""

from iflow.points.streams import STREAMS, Points, RandomPoints, Reserved, SobolPoints, reserved

__all__ = ["STREAMS", "Points", "RandomPoints", "Reserved", "SobolPoints", "reserved"]
