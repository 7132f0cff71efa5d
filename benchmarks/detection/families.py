"""The families of the study, each with the values of its knob from easy to hard."""

from __future__ import annotations

from benchmarks.detection import singularities
from benchmarks.detection.corner import Corner
from benchmarks.detection.cuts import Cut
from benchmarks.detection.from_library import Peaks, Ridge, TopHat
from benchmarks.detection.needles import Cancellation, Needle, NeedleBesidePeak
from benchmarks.detection.structured import Family

_NEEDLE_SHARE = 0.3
_FAINT_WIDTH = {1: 2e-4, 2: 0.01, 4: 0.04, 8: 0.1}
_DIP_SHARE = -0.5

FAMILIES = {
    family.name: family
    for family in (
        Family("peaks", "width", (0.1, 0.05, 0.03, 0.02, 0.01), (2, 4, 8), Peaks),
        Family(
            "ridge",
            "width",
            (0.1, 0.03, 0.01, 0.003, 0.001),
            (2, 4, 8),
            lambda dim, width, _: Ridge(dim, width),
        ),
        Family("top hat", "volume", (1e-1, 1e-2, 1e-3, 1e-4, 1e-5), (1, 2, 4, 8), TopHat),
        Family("corner behind a step", "volume", (1e-1, 1e-2, 1e-3, 1e-4, 1e-5), (1, 2, 4, 8), Corner),
        Family("cut along an axis", "slope", (0.0, 1.0, 3.0, 10.0, 30.0), (1, 2, 4, 8), Cut),
        Family(
            "singular edges",
            "power",
            (0.3, 0.4, 0.5, 0.6, 0.7),
            (1, 2, 4),
            lambda dim, power, _: singularities.AtEdges(dim, power),
        ),
        Family("singular inside", "power", (0.3, 0.4, 0.5, 0.6, 0.7), (1, 2, 4), singularities.Inside),
        Family(
            "singular diagonal",
            "power",
            (0.3, 0.4, 0.5, 0.6, 0.7),
            (2, 4),
            lambda dim, power, _: singularities.OnDiagonal(dim, power),
        ),
        Family(
            "logarithms",
            "power",
            (1, 2, 3, 4, 6),
            (1, 2, 4),
            lambda dim, power, _: singularities.Logarithmic(dim, power),
        ),
        Family(
            "heavy tail",
            "power",
            (0.5, 0.6, 0.7, 0.8, 0.9, 0.95),
            (1, 2, 4),
            lambda dim, power, _: singularities.AtFirstEdge(dim, power),
        ),
        Family("heavy tail inside", "power", (0.75, 0.8, 0.85, 0.9, 0.95), (1, 2), singularities.Inside),
        Family("cancellation", "ratio", (0.5, 0.9, 0.97, 0.99, 0.999), (1, 2, 4), Cancellation),
        Family(
            "narrow hole",
            "width",
            (0.1, 0.05, 0.02, 0.01, 0.003),
            (1, 2, 4, 8),
            lambda dim, width, seed: Needle(dim, width, _DIP_SHARE, seed),
        ),
        Family(
            "needle on a plain",
            "width",
            (0.1, 0.05, 0.02, 0.01, 0.003),
            (1, 2, 4, 8),
            lambda dim, width, seed: Needle(dim, width, _NEEDLE_SHARE, seed),
        ),
        Family(
            "faint needle",
            "share",
            (0.5, 0.2, 0.1, 0.03, 0.01),
            (1, 2, 4, 8),
            lambda dim, share, seed: Needle(dim, _FAINT_WIDTH[dim], share, seed),
        ),
        Family(
            "needle beside a peak",
            "width",
            (0.05, 0.03, 0.02, 0.01, 0.003),
            (1, 2, 4, 8),
            lambda dim, width, seed: NeedleBesidePeak(dim, width, _NEEDLE_SHARE, seed),
        ),
    )
}
