"""What pictures are made of: points of the frozen proposal, its density, and the figure of a kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.batch import concatenate
from iflow.checks import require_choice
from iflow.destination import require_figure
from iflow.point_cloud import PointCloud
from iflow.points import STREAMS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from iflow.domain import Domain
    from iflow.plots.density import DensityLattice
    from iflow.proposal import Proposal
    from iflow.result import Result
    from iflow.sampler import Sampler

OF_RESULT = ("overview", "convergence", "weights", "training")
OF_POINTS = ("points", "density", "latent_weights")
# A picture of points takes a tenth of the calls that the run has taken, within these bounds.
_SHARE, _LEAST, _MOST = 0.1, 2_000, 20_000
_LATTICE_CELLS, _FINE = 200, 4_096
# Points drawn at once, so that memory stays flat.
_BATCH = 16_384


@dataclass(frozen=True)
class Wanted:
    """Which figure is asked for.

    Args:
      kind: one of `OF_RESULT` or, where points can be drawn, of `OF_POINTS`.
      path: file to write; its ending sets the format. None writes nothing.
      axes: for points: the coordinates (for "latent_weights" the latents) to show; None chooses.

    Raises:
      ValueError: for an unknown kind, or a kind given in place of the path.
      TypeError: for a path that is none.
      OSError: for one that cannot be written.
    """

    kind: str
    path: str | Path | None = None
    axes: Sequence[int] | None = None

    def __post_init__(self) -> None:
        """Checks the kind."""
        known = OF_RESULT + OF_POINTS
        if str(self.path) in known:
            raise ValueError(
                f"the first argument is the file to write; did you mean kind={str(self.path)!r}?"
            )
        require_choice("kind", self.kind, known)
        require_figure(self.path)


def plot_of_result(wanted: Wanted, result: Result) -> Figure:
    """Returns the figure of a result.

    Raises:
      ValueError: for a kind that takes points.
    """
    from iflow import plots

    if wanted.kind in OF_POINTS:
        raise ValueError(
            f"kind={wanted.kind!r} shows points, which a result does not keep: use Integrator.plot, or "
            f"iflow.plots.{wanted.kind} with a PointCloud"
        )
    figure: Figure = getattr(plots, wanted.kind)(result, path=wanted.path)
    return figure


def plot_of_points(wanted: Wanted, cloud: PointCloud, lattice: Callable[[], DensityLattice | None]) -> Figure:
    """Returns the figure of points; the lattice is asked for where an exact density can be shown."""
    from iflow import plots

    options: dict[str, Any] = {"axes": wanted.axes, "path": wanted.path}
    if wanted.kind == "density":
        options["lattice"] = lattice()
    figure: Figure = getattr(plots, wanted.kind)(cloud, **options)
    return figure


def usual_size(neval: int) -> int:
    """Returns how many points a picture takes after so many calls: a tenth, 2,000 to 20,000."""
    return int(np.clip(_SHARE * neval, _LEAST, _MOST))


def draw_cloud(sampler: Sampler, proposal: Proposal, n: int, seed: np.random.SeedSequence) -> PointCloud:
    """Returns n evaluated points of a proposal, with their latents.

    Args:
      sampler: evaluates f.
      proposal: frozen.
      n: points, >= 1.
      seed: of the latents, which are pseudo-random.
    """
    stream = STREAMS["random"](proposal.latent_dim, seed)
    u = [stream.take(min(_BATCH, n - start)) for start in range(0, n, _BATCH)]
    batch = concatenate([sampler.draw(latents, proposal) for latents in u])
    share = float(getattr(proposal, "share", 0.0))
    names = sampler.names
    return PointCloud.of(batch, u=np.concatenate(u), names=names, uniform_share=share)


def density_lattice(proposal: Proposal, domain: Domain, cloud: PointCloud) -> DensityLattice | None:
    """Returns q on a lattice of the part that is shown; None unless there are two axes of their own.

    Args:
      proposal: on the unit cube.
      domain: from there to the region.
      cloud: points of it, which say what part is shown.
    """
    from iflow.plots.density import DensityLattice
    from iflow.plots.ranges import shown_range

    if cloud.dim != 2:
        return None
    fine = (np.arange(_FINE) + 0.5) / _FINE
    x, _ = domain.forward_and_log_det(np.stack([fine, fine], axis=1))
    apart, _ = domain.forward_and_log_det(np.stack([fine, fine[::-1]], axis=1))
    if not np.array_equal(x[:, 0], apart[:, 0]) or not np.array_equal(x[::-1, 1], apart[:, 1]):
        return None
    edges_y, edges_x = [], []
    for axis in range(2):
        low, high = shown_range(cloud.x[:, axis], cloud.absolute)
        inside = np.interp(np.linspace(low, high, _LATTICE_CELLS + 1), x[:, axis], fine)
        edges_y.append(np.unique(inside))
        edges_x.append(np.interp(edges_y[axis], fine, x[:, axis]))
    middle = [0.5 * (edges[1:] + edges[:-1]) for edges in edges_y]
    y = np.stack(np.meshgrid(*middle, indexing="ij"), axis=-1).reshape(-1, 2)
    _, log_slope = domain.forward_and_log_det(y)
    density = np.exp(proposal.log_density(y) - log_slope)
    return DensityLattice(edges_x[0], edges_x[1], density.reshape(len(middle[0]), len(middle[1])))
