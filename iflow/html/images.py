"""The figures of a run as images inside the page, each with words for those who do not see it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iflow.html.markup import Markup, joined, tag

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from iflow.point_cloud import PointCloud
    from iflow.result import Result

# Twice the pixels that the page shows, for sharp screens and paper.
_DPI, _SHOWN_DPI = 160, 80


@dataclass(frozen=True)
class Picture:
    """A figure and its words.

    Args:
      title: heading.
      words: how to read it.
      draw: makes the figure.
    """

    title: str
    words: str
    draw: Callable[[], Figure]

    def markup(self) -> Markup:
        """Returns the figure as an image inside the page, with title and words."""
        figure = self.draw()
        width, height = figure.get_size_inches()
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=_DPI)
        image = Markup(
            tag(
                "img",
                src="data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii"),
                alt=f"{self.title}. {self.words}",
                width=round(width * _SHOWN_DPI),
                height=round(height * _SHOWN_DPI),
            ).text.removesuffix("</img>")
        )
        caption = tag("figcaption", tag("h3", self.title), tag("p", self.words))
        return tag("figure", caption, image)


def pictures(result: Result, cloud: PointCloud | None) -> Markup:
    """Returns all figures that there is data for."""
    made = list(_of_result(result)) + (list(_of_points(cloud)) if cloud is not None else [])
    if not made:
        return tag("p", "There is nothing to draw yet.")
    return joined(picture.markup() for picture in made)


def _of_result(result: Result) -> Iterator[Picture]:
    from iflow import plots

    whose = ", the norm of the integrals," if result.of_norm else ""
    stands = f"at {result}{whose}" if result.neval_measured else "before its measurement,"
    if result.history:
        yield Picture(
            "Convergence",
            "Above, the estimate of each row with its error, and the running mean of the measurement with "
            "bands of 1 and 2 standard errors; rows outside are marked at the edge. Below, the relative "
            f"error against integrand calls. The run stands {stands} after {result.neval:,} calls.",
            lambda: plots.convergence(result),
        )
    if result.weight_histogram.counts.any():
        yield Picture(
            "Weights",
            "Distribution of |f|/q over its mean for the measured points. A narrow peak around 1 means that "
            "the points lie where f is; a long tail to the right means that a few points carry the sum.",
            lambda: plots.weights(result),
        )
    if any(row.phase == "training" for row in result.history):
        yield Picture(
            "Training",
            "What each batch said of the proposal that drew it. The proposal that needs the fewest points to "
            "the target measures.",
            lambda: plots.training(result),
        )


def _of_points(cloud: PointCloud) -> Iterator[Picture]:
    from iflow import plots

    n = len(cloud.x)
    yield Picture(
        "Points",
        f"{n:,} points. Below the diagonal, where they were drawn; above it, the same weighted, which shows "
        "|f|. The two halves mirror each other where the proposal has learned the integrand.",
        lambda: plots.points(cloud),
    )
    if cloud.dim > 1:
        yield Picture(
            "Learned density",
            "The density of the points on two coordinates, |f| on the same scale, and the ratio of the two; "
            "grey where no point was drawn.",
            lambda: plots.density(cloud),
        )
    if cloud.weight.any():
        of = "latents, the uniform numbers that the points were made of"
        if cloud.u is None:
            of = "ranks of the coordinates among the points drawn"
        yield Picture(
            "Where the variance remains",
            f"Squared deviation of the weights from their mean, over the {of}. An even picture leaves "
            "nothing to learn; bright places are where more learning would help.",
            lambda: plots.latent_weights(cloud),
        )
