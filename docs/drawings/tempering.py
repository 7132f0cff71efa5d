"""A narrow peak, flattened: what is learned first, and how far its points would lead."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from docs.drawings.paper import BLUE, GREY, ORANGE, canvas, save
from iflow.engine.tempering import choose_beta, effective_fraction

_WIDTH, _CENTRE = 0.004, 0.62


def peak(x: np.ndarray) -> np.ndarray:
    """Returns log f, [n], of a normal peak at x [n]."""
    return -0.5 * ((x - _CENTRE) / _WIDTH) ** 2


def draw(path: Path, *, quick: bool = False) -> None:
    """Draws |f|^beta for three betas, and the effective share of uniform points over beta."""
    figure = canvas(8.0, 3.0)
    left, right = figure.subplots(1, 2)
    x = np.linspace(0.0, 1.0, 4_001)
    uniform = np.random.default_rng(1).random(500 if quick else 4_000)
    chosen = choose_beta(peak(uniform), np.zeros(len(uniform)))
    for beta, colour in ((1.0, ORANGE), (0.05, GREY), (chosen, BLUE)):
        left.plot(x, np.exp(beta * peak(x)), color=colour, label=rf"$\beta$ = {beta:.2g}")
    left.set(xlabel="x", ylabel=r"$|f|^\beta$ over its maximum", xlim=(0, 1))
    left.legend(loc="upper left")
    betas = np.geomspace(1e-4, 1.0, 200)
    shares = [effective_fraction(beta * peak(uniform)) for beta in betas]
    right.plot(betas, shares, color=BLUE)
    right.plot(chosen, effective_fraction(chosen * peak(uniform)), "o", color=BLUE)
    right.axhline(0.15, color=GREY, linestyle="--")
    right.annotate("enough to learn from", (0.012, 0.18), color="0.35")
    right.set(xscale="log", xlabel=r"$\beta$", ylabel="effective share", ylim=(0, 1.02))
    save(figure, path)
