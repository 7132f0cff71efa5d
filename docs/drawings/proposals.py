"""All proposals on one function, with how far their weights scatter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm

from docs.drawings.learned import NAMES, NET, learned
from docs.drawings.paper import canvas, lattice, ridge, save
from iflow.proposal import Proposal

_SIDE = 160


def scatter(proposal: Proposal, n: int) -> float:
    """Returns the standard deviation of f/q over its mean, from n pseudo-random points."""
    y, log_q = proposal.place(np.random.default_rng(2).random((n, proposal.latent_dim)))
    weight = ridge(y) * np.exp(-log_q)
    return float(weight.std() / weight.mean())


def show(panel: Axes, density: np.ndarray, title: str, cmap: str, most: float) -> None:
    """Draws a density on the lattice; the same colours mean the same heights in all panels."""
    image = density.reshape(_SIDE, _SIDE)
    panel.imshow(
        image, origin="lower", extent=(0, 1, 0, 1), cmap=cmap, norm=PowerNorm(0.5, vmin=0.0, vmax=most)
    )
    panel.set(title=title, xticks=[], yticks=[])


def show_scatter(panel: Axes, deviations: dict[str, float]) -> None:
    """Draws a bar for each proposal under its name; a light one for cells, uneven by design."""
    colours = ["0.85" if name == "cells" else "0.6" for name in deviations]
    places = np.arange(len(deviations))
    panel.barh(places, list(deviations.values()), 0.3, color=colours)
    for place, (name, value) in zip(places, deviations.items(), strict=True):
        panel.annotate(f"{name} {value:.2f}", (0.0, place - 0.22), fontsize="small")
    panel.set(title="scatter of f/q", xticks=[], yticks=[], ylim=(len(places) - 0.7, -0.8))
    panel.spines["bottom"].set_visible(False)


def draw(path: Path, *, quick: bool = False) -> None:
    """Draws f, then each proposal's density and 200 points of it."""
    figure = canvas(8.4, 4.4)
    panels = figure.subplots(2, 4).ravel()
    x = lattice(_SIDE)
    target = ridge(x) / ridge(x).mean()
    most = target.max()
    show(panels[0], target, "wanted: f / I", "Oranges", most)
    deviations = {}
    for panel, name in zip(panels[1:], NAMES, strict=False):
        proposal = learned(name, quick=quick).proposal(NET)
        deviations[name] = scatter(proposal, 2_000 if quick else 50_000)
        show(panel, np.exp(proposal.log_density(x)), name, "Blues", most)
        points, _ = proposal.place(np.random.default_rng(3).random((200, proposal.latent_dim)))
        panel.plot(*points.T, ".", color="black", markersize=1.5)
    show_scatter(panels[-1], deviations)
    print("scatter of f/q: " + ", ".join(f"{name} {value:.3f}" for name, value in deviations.items()))
    save(figure, path)
