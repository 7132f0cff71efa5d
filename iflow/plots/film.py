"""A flow in two dimensions as it learns: an animation of density, points and estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from iflow.notation import with_error
from iflow.plots import style
from iflow.plots.settings import styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage
    from PIL.Image import Image

# Inches and pixels to the inch: 800 pixels wide, and letters that can be read at half of it.
_SIZE, _DPI, _LETTERS = (8.0, 3.0), 100, 12.5
# Few colours in bands make small files, and the bands show the shape of a density.
_LEVELS = 40
# What an estimate is off by: the largest that is shown, and the ticks.
_REACH, _OFF = 0.36, (-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3)
_POINT, _TRAINED, _MEASURED = "#7FDBFF", "#E69F00", style.DRAWN
_COLOURS, _NEARLY_WHITE = 128, 240
_SECONDS_AT_END = 2.5


@dataclass(frozen=True, eq=False)
class Scene:
    """What there is to be seen at one moment.

    Args:
      density: q in the middle of each cell of a lattice on the unit square, [n, n], the first axis x0.
      points: some that were drawn from it, [k, 2]. They flow where each is made of the same latents in
        every scene.
      neval: evaluations so far.
      mean: the estimate of the integral at this moment.
      sdev: its standard error.
      is_measured: whether the proposal is frozen by now, so that the estimate counts.
    """

    density: np.ndarray
    points: np.ndarray
    neval: int
    mean: float
    sdev: float
    is_measured: bool = False


@dataclass(frozen=True, eq=False)
class Subject:
    """What is learned.

    Args:
      density: |f| over its integral in the middle of each cell of the lattice, [n, n].
      exact: the integral.
    """

    density: np.ndarray
    exact: float


@styled
def film(
    scenes: Sequence[Scene], subject: Subject, path: str | Path, *, seconds: float = 6.0, poster: bool = False
) -> None:
    """Writes an animation: |f|, what has been learned of it, and the estimates against the calls.

    Args:
      scenes: in their order, at least two.
      subject: what is learned.
      path: GIF to write.
      seconds: from the first scene to the last, which stays for a while before all begins again.
      poster: whether to write the last scene beside it too, as PNG.

    Raises:
      ValueError: for fewer than two scenes, or a path that does not end in .gif.
    """
    if len(scenes) < 2:
        raise ValueError(f"a film takes at least 2 scenes, got {len(scenes)}")
    if Path(path).suffix.lower() != ".gif":
        raise ValueError(f"a film is written as GIF, got {str(path)!r}: let the path end in .gif")
    stage = _Stage(scenes, subject)
    frames = [stage.frame(number) for number in range(len(scenes))]
    if poster:
        frames[-1].save(Path(path).with_suffix(".png"))
    _write(frames, Path(path), seconds)


class _Stage:
    """The figure, in which only what changes is drawn again from scene to scene."""

    def __init__(self, scenes: Sequence[Scene], subject: Subject):
        self._scenes, self._exact = scenes, subject.exact
        self._figure = Figure(figsize=_SIZE, dpi=_DPI, layout="constrained")
        self._canvas = FigureCanvasAgg(self._figure)
        wanted, learned, estimates = self._figure.subplots(1, 3, width_ratios=(1.0, 1.0, 1.25))
        top = float(np.sqrt(subject.density.max()))
        _draw_density(wanted, subject.density, top)
        self._image = _draw_density(learned, scenes[0].density, top)
        (self._points,) = learned.plot([], [], "o", color=_POINT, markersize=1.5, markeredgewidth=0)
        wanted.set_title("wanted: |f|", fontsize=_LETTERS, fontweight="bold")
        learned.set_title("learned: q", fontsize=_LETTERS, fontweight="bold")
        self._estimates = estimates
        self._dress_estimates()
        self._title = estimates.set_title(" ", fontsize=_LETTERS, fontweight="bold")
        self._calls = estimates.text(
            0.97, 0.96, "", ha="right", va="top", fontsize=_LETTERS, transform=estimates.transAxes
        )
        self._figure.draw_without_rendering()
        self._figure.set_layout_engine("none")  # nothing moves from here on

    def _dress_estimates(self) -> None:
        panel, scenes = self._estimates, self._scenes
        panel.axhline(0.0, color=style.TARGET["color"], linewidth=1.6, zorder=1)
        panel.set(xscale="log", xlim=(0.8 * scenes[0].neval, 1.2 * scenes[-1].neval))
        style.plain_log_axis(panel.xaxis, (1.0,))
        panel.set_ylim(-_REACH, _REACH)
        panel.set_yticks(_OFF, [f"{off:+.0%}" if off else "exact" for off in _OFF])
        exact = f"exact {self._exact:.7g}"
        look = {"color": style.TARGET["color"], "fontsize": _LETTERS - 1.0, "transform": panel.transAxes}
        panel.text(0.97, 0.04, exact, ha="right", va="bottom", **look)
        panel.set_xlabel("calls of f", fontsize=_LETTERS - 0.5)
        panel.tick_params(labelsize=_LETTERS - 1.5)

    def frame(self, number: int) -> Image:
        """Returns the picture of a scene; all before it must have been drawn."""
        from PIL import Image

        scene = self._scenes[number]
        self._image.set_data(np.sqrt(scene.density.T))
        self._points.set_data(*scene.points.T)
        colour = _MEASURED if scene.is_measured else _TRAINED
        self._estimates.errorbar(
            [scene.neval], [scene.mean / self._exact - 1.0], [scene.sdev / self._exact],
            fmt="o", color=colour, markersize=3.2, elinewidth=1.4, zorder=3 if scene.is_measured else 2,
        )  # fmt: skip
        self._title.set_text(
            ("measuring: " if scene.is_measured else "training: ") + f"{scene.neval:,} calls"
        )
        self._title.set_color(colour if scene.is_measured else "#B87A00")
        self._calls.set_text(with_error(scene.mean, scene.sdev))
        self._canvas.draw()
        return Image.frombuffer("RGBA", self._canvas.get_width_height(), self._canvas.buffer_rgba()).convert(
            "RGB"
        )


def _draw_density(panel: Axes, density: np.ndarray, top: float) -> AxesImage:
    panel.set(xticks=(), yticks=())
    for side in panel.spines.values():
        side.set_visible(False)
    return panel.imshow(
        np.sqrt(density.T),
        origin="lower",
        extent=(0.0, 1.0, 0.0, 1.0),
        cmap=colormaps["magma"].resampled(_LEVELS),
        vmin=0.0,
        vmax=top,
        interpolation="bilinear",
    )


def _write(frames: Sequence[Image], path: Path, seconds: float) -> None:
    """Writes the frames in the colours of the last and the middle one, so that what stays costs no bytes."""
    from PIL import Image

    width, height = frames[0].size
    both = Image.new("RGB", (width, 2 * height))
    both.paste(frames[-1], (0, 0))
    both.paste(frames[len(frames) // 2], (0, height))
    palette = both.quantize(_COLOURS)
    colours = np.array(palette.getpalette() or [], dtype=int).reshape(-1, 3)
    colours[colours.min(axis=1) > _NEARLY_WHITE] = 255  # paper is the mean of itself and of blurred edges
    palette.putpalette(colours.ravel().tolist())
    first, *others = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames)
    durations = [round(1000.0 * seconds / len(frames))] * (len(frames) - 1) + [
        round(1000.0 * _SECONDS_AT_END)
    ]
    first.save(path, save_all=True, append_images=others, duration=durations, loop=0, optimize=True)
