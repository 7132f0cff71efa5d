"""Figures of a run, each a function of one module that returns a matplotlib figure.

Matplotlib is imported here only. Figures are drawn on a canvas of their own: nothing is shown, pyplot is
not imported, and no global state is touched.

    of a `Result`       overview, convergence, weights, training
    of a `PointCloud`   points, density, latent_weights
    of `Comparison`s    plot_comparisons
    of `Histograms`     histogram
    of a flow           film, an animation of how it learns

`styled` makes a function of one's own draw in their style; matplotlib.style.use("iflow.plots.iflow") sets it
for all that follows.
"""

from iflow.plots.comparisons import plot_comparisons
from iflow.plots.convergence import convergence
from iflow.plots.corner import points
from iflow.plots.density import density
from iflow.plots.film import Scene, Subject, film
from iflow.plots.histogram import histogram
from iflow.plots.latent import latent_weights
from iflow.plots.overview import overview
from iflow.plots.settings import styled
from iflow.plots.training import training
from iflow.plots.weights import weights

__all__ = [
    "Scene",
    "Subject",
    "convergence",
    "density",
    "film",
    "histogram",
    "latent_weights",
    "overview",
    "plot_comparisons",
    "points",
    "styled",
    "training",
    "weights",
]
