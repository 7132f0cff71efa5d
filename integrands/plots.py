"""Pictures of integrands. Matplotlib is imported here only, and no global state of it is touched."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from matplotlib import rc_context, rc_params_from_file, rcParams, rcParamsDefault
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure

from integrands.family import Family
from integrands.integrand import Array, Integrand

_PIXELS = 240  # along each axis of a picture of two dimensions
_COARSE = 120  # the same where other coordinates are averaged over
_OTHERS = 300  # points over which they are
_DECADES = 4  # shown at most on a logarithmic scale
_DPI = 120
# Pictures are two in a row of a page: letters are large.
_NAME, _SETTINGS, _LINE = 13.0, 10.0, 46
# That of the figures of iflow, which is not imported here.
_FILE = Path(__file__).with_name("integrands.mplstyle")
_STYLE = cast(Mapping[str, Any], rc_params_from_file(_FILE, use_default_template=False))


def draw(f: Integrand, family: Family, path: str | None = None) -> Figure:
    """Draws f over two of its coordinates, averaged over the others; a curve in one dimension.

    What the user has set in matplotlib stays; the style of iflow fills in the rest.

    Args:
      f: what to draw.
      family: the one that f belongs to; says which coordinates.
      path: file to write; its ending sets the format. None writes nothing.
    """
    now, usual = cast(Mapping[str, Any], rcParams), cast(Mapping[str, Any], rcParamsDefault)
    ours: Any = {key: value for key, value in _STYLE.items() if now[key] == usual[key]}
    with rc_context(ours):
        figure = _figure(f, family)
        if path is not None:
            figure.savefig(path, dpi=_DPI)
    return figure


def _figure(f: Integrand, family: Family) -> Figure:
    figure = Figure(figsize=(5.0, 4.4))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.135, 0.13, 0.62, 0.62 * 5.0 / 4.4))
    if f.dim == 1:
        _draw_curve(axes, f)
    else:
        _draw_map(figure, axes, f, family.axes)
    settings = ", ".join(f"{name} = {value:g}" for name, value in f.parameters.items())
    settings = textwrap.fill(settings, _LINE)
    axes.set_title(settings, loc="left", fontsize=_SETTINGS, pad=5)
    name, n_lines = f"{f.name}, {f.dim}-dimensional", settings.count("\n") + bool(settings)
    above = (0.0, 7.0 + 1.25 * _SETTINGS * n_lines)
    axes.annotate(
        name,
        (0.0, 1.0),
        above,
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=_NAME,
        fontweight="bold",
    )
    return figure


def _draw_curve(axes: Any, f: Integrand) -> None:
    x = (np.arange(2000) + 0.5) / 2000
    values = f(x[:, None])
    axes.plot(x, values, color="#0072B2", linewidth=1.8)
    if values.min() > 0 and values.max() > 100 * values.min():
        axes.set_yscale("log")
    else:
        axes.fill_between(x, values, color="#0072B2", alpha=0.15, linewidth=0)
    axes.set(xlim=(0, 1), xlabel="$x_1$", ylabel=_unit("f", f.unit))
    axes.margins(y=0.08)


def _draw_map(figure: Figure, axes: Any, f: Integrand, shown: tuple[int, int]) -> None:
    values = projection(f, shown)
    scale, norm = _scale(values)
    image = axes.imshow(
        values,
        origin="lower",
        extent=(0, 1, 0, 1),
        cmap="RdBu_r" if scale == "signed" else "viridis",
        norm=norm,
        interpolation="nearest",
    )
    first, second = (axis + 1 for axis in shown)
    axes.set(xlabel=f"$x_{{{first}}}$", ylabel=f"$x_{{{second}}}$", xticks=_TICKS, yticks=_TICKS)
    name = "f" if f.dim == 2 else "mean of f"
    side = figure.add_axes((0.78, 0.13, 0.033, 0.62 * 5.0 / 4.4))
    figure.colorbar(image, cax=side, label=_unit(name, f.unit), extend="min" if scale == "log" else "neither")


_TICKS = (0, 0.5, 1)


def projection(f: Integrand, shown: tuple[int, int]) -> Array:
    """Returns the mean of f over all coordinates but two, [pixels, pixels], the second along rows.

    The others run over the points of one additive lattice, the same for every pixel, so that the
    picture is smooth where f is.
    """
    pixels = _PIXELS if f.dim == 2 else _COARSE
    centre = (np.arange(pixels) + 0.5) / pixels
    others = [axis for axis in range(f.dim) if axis not in shown]
    lattice = _lattice(_OTHERS if others else 1, len(others))
    x = np.empty((pixels * len(lattice), f.dim))
    x[:, others] = np.tile(lattice, (pixels, 1))
    x[:, shown[0]] = np.repeat(centre, len(lattice))
    rows = []
    for height in centre:
        x[:, shown[1]] = height
        rows.append(f(x).reshape(pixels, len(lattice)).mean(axis=1))
    return np.array(rows)


def _lattice(count: int, dim: int) -> Array:
    """Returns points k (g^-1, g^-2, .., g^-dim) modulo 1, where g^(dim+1) = g + 1: [count, dim]."""
    ratio = 2.0
    for _ in range(60):
        ratio = (1 + ratio) ** (1 / (dim + 1))
    return (0.5 + np.arange(1, count + 1)[:, None] * ratio ** -np.arange(1.0, dim + 1)) % 1


def _scale(values: Array) -> tuple[str, Normalize]:
    """Returns what kind of scale shows the values best, and the scale."""
    largest, least = float(values.max()), float(values.min())
    if least < 0 < largest:
        reach = max(largest, -least)
        return "signed", TwoSlopeNorm(0.0, -reach, reach)
    positive = values[values > 0]
    # Most of the picture would be one dark colour on an even scale.
    narrow = least >= 0 and np.mean(values > 0.05 * largest) < 0.25
    if narrow and positive.size and positive.max() > 30 * np.quantile(positive, 0.2):
        return "log", LogNorm(max(float(positive.min()), largest * 10.0**-_DECADES), largest, clip=True)
    return "linear", Normalize(min(least, 0.0) if least < 0.5 * largest else least, largest)


def _unit(text: str, unit: str) -> str:
    return f"{text} [{unit}]" if unit else text
