"""Pictures: of each family one, of the right pixels, and nothing global is touched."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.colors import LogNorm, TwoSlopeNorm
from numpy.testing import assert_allclose

import integrands
from integrands import plots

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def few_pixels(monkeypatch):
    """Pictures in a tenth of the time."""
    monkeypatch.setattr(plots, "_PIXELS", 40)
    monkeypatch.setattr(plots, "_COARSE", 20)
    monkeypatch.setattr(plots, "_OTHERS", 20)


@pytest.mark.parametrize("name", integrands.names())
def test_every_family_has_a_picture(name, tmp_path, few_pixels):
    path = tmp_path / f"{name}.png"
    figure = integrands.plot(name, path=str(path))
    assert path.read_bytes().startswith(PNG)
    family = integrands.family(name)
    assert max(family.axes) < family.plot_dim or family.plot_dim == 1
    if family.plot_dim > 1:
        (image,) = figure.axes[0].images
        values = np.asarray(image.get_array())
        assert np.all(np.isfinite(values))
        assert values.max() > values.min()
    else:
        assert np.ptp(figure.axes[0].lines[0].get_ydata()) > 0


def test_pixels_are_values_at_their_middle(few_pixels):
    f = integrands.get("genz_corner_peak", 2)
    image = plots.projection(f, (0, 1))
    assert_allclose(image[3, 30], f([[30.5 / 40, 3.5 / 40]])[0])  # the second coordinate along rows


def test_other_coordinates_are_averaged_over():
    f = integrands.get("polynomial", 4)
    image = plots.projection(f, (1, 3))
    middle = (np.arange(plots._COARSE) + 0.5) / plots._COARSE
    parabola = middle - middle**2
    assert_allclose(image, parabola[:, None] + parabola + 2 / 6, atol=2e-3)


def test_parameters_and_dimension_reach_the_picture(few_pixels):
    figure = integrands.plot("camel", width=0.05)
    assert "0.05" in figure.axes[0].get_title(loc="left")
    assert "2-dimensional" in figure.axes[0].texts[0].get_text()
    figure = integrands.plot("camel", 3)
    assert "3-dimensional" in figure.axes[0].texts[0].get_text()
    with pytest.raises(ValueError, match="Did you mean 'camel'"):
        integrands.plot("camle")


def test_scales_suit_the_values(few_pixels):
    def norm(name):
        return integrands.plot(name).axes[0].images[0].norm

    assert isinstance(norm("genz_oscillatory"), TwoSlopeNorm)
    assert norm("genz_oscillatory").vcenter == 0
    assert isinstance(norm("egg_box"), LogNorm)
    assert not isinstance(norm("gaussian"), LogNorm | TwoSlopeNorm)


def test_pyplot_is_not_imported():
    script = "import integrands, sys; integrands.plot('annulus'); print(*sys.modules)"
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(process.stdout.split())
    assert "matplotlib.figure" in loaded
    assert "matplotlib.pyplot" not in loaded
