"""What an integrator shows of itself: pictures of points, and a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from iflow.checks import require_integer
from iflow.destination import require_page
from iflow.options import Options
from iflow.pictures import (
    OF_POINTS,
    OF_RESULT,
    Wanted,
    density_lattice,
    draw_cloud,
    plot_of_points,
    usual_size,
)
from iflow.point_cloud import PointCloud
from iflow.sampler import Sampler

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from iflow.engine.preparation import Preparation
    from iflow.result import Result
    from iflow.several.results import Results

# Child of the seed that pictures are drawn with; the first few belong to the run.
_PICTURES = (1_000,)


class Pictured:
    """An integrator that can be looked at."""

    _options: Options
    _sampler: Sampler
    _preparation: Preparation
    _n_sampled: int
    _cloud: PointCloud | None
    seed: int

    @property
    def result(self) -> Result | Results:
        """The result as it stands."""
        raise NotImplementedError

    def _require_trained(self) -> None:
        raise NotImplementedError

    def cloud(self, n: int | None = None) -> PointCloud:
        """Returns points of the frozen proposal with latents and weights, for pictures; trains first.

        They are drawn once: asked again for as many or fewer, the same come back. The evaluations count in
        `neval`, are not bounded by `max_neval` and do not enter the result.

        Args:
          n: points at least; None takes a tenth of the calls so far, 2,000 to 20,000.

        Raises:
          ValueError: if n < 1.
        """
        if n is not None:
            require_integer("n", n, 1)
        self._require_trained()
        if self._cloud is None or (n is not None and n > len(self._cloud.x)):
            n = usual_size(self._sampler.neval) if n is None else n
            self._n_sampled += n
            seed = np.random.SeedSequence(self.seed, spawn_key=_PICTURES)
            self._cloud = draw_cloud(self._sampler, self._preparation.proposal, n, seed)
        return self._cloud

    def plot(
        self,
        path: str | Path | None = None,
        *,
        kind: str = "overview",
        axes: Sequence[int] | None = None,
        n: int | None = None,
    ) -> Figure:
        """Draws the run or points of its proposal; nothing is shown, the matplotlib figure is returned.

        Args:
          path: file to write; its ending sets the format. None writes nothing.
          kind: "overview", "convergence", "weights" or "training" as for `Result.plot`; or of points, which
            cost evaluations (see `cloud`): "points" (a corner plot of q against |f|), "density" (two
            coordinates) or "latent_weights" (where the variance remains).
          axes: for points: the coordinates, or latents, to show; None chooses.
          n: points, see `cloud`.

        Raises:
          ValueError: for another kind, or axes that are not there.
        """
        wanted = Wanted(kind, path, axes)
        if kind in OF_RESULT:
            if n is not None:  # fits every kind, but only points take it
                require_integer("n", n, 1)
            if axes is not None:
                raise ValueError(
                    f"axes={axes!r} is for the kinds of figures {', '.join(OF_POINTS)}, got kind={kind!r}: "
                    "leave axes out"
                )
            return self.result.plot(path, kind=kind)
        cloud, proposal = self.cloud(n), self._preparation.proposal
        return plot_of_points(wanted, cloud, lambda: density_lattice(proposal, self._sampler.domain, cloud))

    def report(self, path: str | Path, *, title: str = "Integration", n: int | None = None) -> None:
        """Writes one self-contained HTML page: the result, how it came about, and all figures.

        Args:
          path: file to write.
          title: of the page.
          n: points to draw for the pictures, which cost evaluations (see `cloud`); 0 draws none.
        """
        from iflow.html import html_report

        require_page(path, title)
        cloud = None if n == 0 else self.cloud(n)
        html_report(self.result, points=cloud, options=self._options.keywords(), title=title, path=path)
