"""Latents of the unit cube: scrambled Sobol points, such points displaced, and pseudo-random ones."""

from iflow.points.dither import Dither, log_density
from iflow.points.streams import (
    STREAMS,
    DitheredPoints,
    Points,
    RandomPoints,
    Reserved,
    SobolPoints,
    Taken,
)

__all__ = [
    "STREAMS",
    "Dither",
    "DitheredPoints",
    "Points",
    "RandomPoints",
    "Reserved",
    "SobolPoints",
    "Taken",
    "log_density",
]
