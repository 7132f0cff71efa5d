"""The figure names every value of every knob."""

import pytest

from benchmarks.detection.families import FAMILIES
from benchmarks.detection.figure import draw_detection
from benchmarks.detection.trial import Answer, Finding, Trial


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_is_drawn(name, tmp_path):
    path = tmp_path / "figure.png"
    family = FAMILIES[name]
    trial = Trial("iflow", name, family.dims[0], family.values[0], 5000, 1)
    draw_detection([Finding(trial, Answer(1.0, 0.1), 1.0, (0.1,), (5,), 5000, 0.1)], path)
    assert path.read_bytes().startswith(b"\x89PNG")
