"""Nets against pseudo-random points: how they lie, what their means say, how errors are distributed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from scipy.stats import norm, t

from docs.drawings.learned import learned
from docs.drawings.paper import BLUE, GREEN, GREY, ORANGE, canvas, lattice, ridge, save
from iflow.points import SobolPoints
from iflow.proposal import Proposal
from iflow.statistics.spread import spread, widening

_REPLICATES = 16


def net(dim: int, n: int, seed: int) -> np.ndarray:
    """Returns one scrambled net, [n, dim]."""
    return SobolPoints(dim, np.random.SeedSequence(seed)).take(n)


def mean_of(proposal: Proposal, u: np.ndarray) -> float:
    """Returns the mean of f/q over the points of latents u."""
    y, log_q = proposal.place(u)
    return float((ridge(y) * np.exp(-log_q)).mean())


def show_points(panel: Axes, u: np.ndarray, colour: str, title: str) -> None:
    """Draws 64 latents in the 8 x 8 cells of which a net has one each."""
    for level in np.arange(1, 8) / 8:
        panel.axhline(level, color="0.9", linewidth=0.8, zorder=0)
        panel.axvline(level, color="0.9", linewidth=0.8, zorder=0)
    panel.plot(*u.T, ".", color=colour)
    panel.set(aspect="equal", xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[], title=title)


def show_means(panel: Axes, means: np.ndarray, exact: float) -> None:
    """Draws the means of replicates, and what they come to with its error."""
    found = spread(np.full(len(means), 1.0), means)
    if found is None:
        raise ArithmeticError(f"{len(means)} replicates are too few")
    panel.plot(np.arange(1, len(means) + 1), means, "o", color=BLUE, markersize=4, label="a replicate")
    panel.axhline(exact, color=GREEN, linestyle="--", label="exact")
    place = len(means) + 2.5
    panel.errorbar(place, found.mean, found.sdev, fmt="D", color=ORANGE, capsize=4, label="mean, error")
    panel.set(
        title=f"{len(means)} nets of 256 points", xlabel="replicate", xlim=(0, place + 1.5), xticks=[1, 8, 16]
    )
    panel.ticklabel_format(axis="y", useOffset=False)
    low, high = means.min(), means.max()
    panel.set_ylim(low - 0.75 * (high - low), high + 0.1 * (high - low))
    panel.legend(loc="lower left", fontsize="small")
    pull = (found.mean - exact) / found.sdev
    print(f"mean {found.mean:.6f} +- {found.sdev:.6f}, exact {exact:.6f}, pull {pull:+.1f}")


def show_errors(panel: Axes, proposal: Proposal, exact: float, n_runs: int, most: int) -> None:
    """Draws the root mean square error over the number of points, for nets and for pseudo-random points."""
    numbers = [2**level for level in range(4, most)]
    rng = np.random.default_rng(7)
    rows = {"pseudo-random": (GREY, "s"), "scrambled nets": (BLUE, "o")}
    for name, (colour, marker) in rows.items():
        errors = []
        for n in numbers:
            dim = proposal.latent_dim
            nets = name != "pseudo-random"
            draws = (net(dim, n, seed) if nets else rng.random((n, dim)) for seed in range(n_runs))
            errors.append(np.sqrt(np.mean([(mean_of(proposal, u) / exact - 1.0) ** 2 for u in draws])))
        panel.plot(numbers, errors, color=colour, marker=marker, markersize=4, label=name)
        print(f"{name}: relative error {errors[-1]:.1e} with {numbers[-1]:,} points")
    panel.set(xscale="log", yscale="log", xlabel="points", ylabel="relative error", title="one net")
    panel.legend(fontsize="small")


def show_pulls(panel: Axes, n_runs: int) -> None:
    """Draws how often the mean of 16 normal replicates lies beyond so many of its widened errors."""
    means = np.random.default_rng(8).normal(size=(n_runs, _REPLICATES))
    widened = widening(_REPLICATES - 1)
    pulls = np.abs(means.mean(axis=1) / (widened * means.std(axis=1, ddof=1) / np.sqrt(_REPLICATES)))
    x = np.linspace(0.0, 6.0, 200)
    panel.plot(x, 2 * norm.sf(x), color=GREY, linestyle="--", label="normal")
    panel.plot(x, 2 * t.sf(widened * x, _REPLICATES - 1), color=BLUE, label="Student's t, 15")
    at = np.arange(0.0, 6.1, 0.5)
    panel.plot(at, [np.mean(pulls > value) for value in at], "o", color=ORANGE, markersize=4, label="drawn")
    panel.set(
        yscale="log", ylim=(0.5 / n_runs, 1.5), xlabel="deviation / sdev", ylabel="beyond", title="tails"
    )
    panel.legend(fontsize="small")


def draw(path: Path, *, quick: bool = False) -> None:
    """Draws points, means, errors over the number of points, and tails."""
    figure = canvas(9.0, 5.6)
    grid = figure.subplots(2, 3)
    proposal = learned("mixture", quick=quick).proposal(256)
    exact = float(ridge(lattice(400)).mean())
    show_points(grid[0, 0], np.random.default_rng(6).random((64, 2)), ORANGE, "64 pseudo-random points")
    show_points(grid[0, 1], net(2, 64, 1), BLUE, "a scrambled net")
    show_points(grid[0, 2], net(2, 64, 2), BLUE, "another replicate")
    means = [
        mean_of(proposal, net(proposal.latent_dim, 256, 100 + replicate)) for replicate in range(_REPLICATES)
    ]
    show_means(grid[1, 0], np.array(means), exact)
    show_errors(grid[1, 1], proposal, exact, 4 if quick else 60, 6 if quick else 14)
    show_pulls(grid[1, 2], 1_000 if quick else 400_000)
    save(figure, path)
