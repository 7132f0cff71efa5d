r"""Lesson 5: who can integrate?
============================

GAN, VAE and flow, each trained on the same 20,000 samples of the camel and on the same pictures. All three
draw. Only the flow says how likely it was to draw what it has drawn, and with a density q one can
integrate:

.. math:: \int f(x) \, dx = E_q\left[\frac{f(x)}{q(x)}\right].

This holds whatever the flow has learned: training decides how far the weights f/q scatter, and so how large
the error is, but not where the mean lies. To be seen: the samples of all three against the truth, and the
integral from the flow with its error, on its way to the exact value. This is what iflow does, with care.

Run it with ``python examples/lecture/lesson5_all_three.py``; it writes ``figures/lecture_all_three.png``.
It trains everything again, by the functions of the lessons before.
"""

# %%

from pathlib import Path

import lesson2_gan
import lesson3_vae
import lesson4_flow
import numpy as np
from lecture_data import camel, drawing, pictures
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from iflow.flow import Flow
from iflow.notation import with_error
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[2] / "figures" / "lecture_all_three.png"
N_DRAWN = 20_000

# %%
# On the camel
# ------------


def camel_samples(flow: Flow, quick: bool) -> dict[str, np.ndarray]:
    """Returns points of the camel itself, of GAN, VAE and flow, [N_DRAWN, 2] each."""
    gan = lesson2_gan.camel_gan(lesson2_gan.Rules("lecture"), seed=1)
    gan.train(camel.sample(20_000, seed=0), 2 if quick else 1_500)
    vae, *_ = lesson3_vae.train_on_camel(quick)
    drawn, _ = flow.place(np.random.default_rng(3).random((N_DRAWN, 2)))
    return {
        "truth": camel.sample(N_DRAWN, seed=9),
        "GAN": gan.sample(N_DRAWN, seed=1),
        "VAE": vae.sample(N_DRAWN, seed=1),
        "flow": drawn,
    }


# %%
# On pictures
# -----------


def picture_samples(quick: bool, n: int = 36) -> dict[str, np.ndarray]:
    """Returns pictures: genuine ones, and those of GAN, VAE and flow, [n, SIDE, SIDE] each."""
    vae, *_ = lesson3_vae.train_on_pictures(quick)
    flow, _ = lesson4_flow.train_on_pictures(quick)
    drawn, _ = flow.place(np.random.default_rng(4).random((n, pictures.SIDE**2)))
    return {
        "truth": pictures.sample(n, seed=8)[0],
        "GAN": lesson2_gan.train_on_pictures(quick).sample(n),
        "VAE": vae.sample(n, noisy=False).reshape(-1, pictures.SIDE, pictures.SIDE),
        "flow": lesson4_flow.as_pictures(drawn),
    }


# %%
# The integral
# ------------
#
# Ever more points of the frozen flow, and for comparison uniform points, which need no training. The error is
# the deviation of the weights over the square root of their number.


def draw_integral(panel: Axes, flow: Flow, quick: bool) -> None:
    """Draws estimates with errors over the number of points, and prints the last ones."""
    numbers = 2 ** np.arange(6, 10 if quick else 17)
    uniform = camel.f(np.random.default_rng(5).random((numbers[-1], 2)))
    _, _, weights = lesson4_flow.integral(flow, int(numbers[-1]), seed=5)
    for values, name, colour, shift in (
        (uniform, "uniform points", drawing.GREY, 1.06),
        (weights, "the flow", drawing.BLUE, 0.94),
    ):
        means = np.array([values[:n].mean() for n in numbers])
        errors = np.array([values[:n].std(ddof=1) / np.sqrt(n) for n in numbers])
        style = {"marker": "o", "markersize": 4, "linestyle": "none", "capsize": 2}
        panel.errorbar(numbers * shift, means, errors, color=colour, label=name, **style)
        pull = (means[-1] - camel.EXACT) / errors[-1]
        print(
            f"{numbers[-1]:,} points, {name}: {means[-1]:.6f} +- {errors[-1]:.6f}, exact {camel.EXACT:.6f}, "
            f"pull {pull:+.1f}"
        )
    panel.axhline(camel.EXACT, color=drawing.GREEN, linestyle="--", label="exact")
    panel.set_xscale("log", base=2)
    panel.set(xlabel="points", ylabel="integral of the camel", ylim=(0.85 * camel.EXACT, 1.15 * camel.EXACT))
    panel.set_title(f"the flow: {with_error(means[-1], errors[-1])}, exact {camel.EXACT:.6f}")
    panel.legend(loc="upper right", ncols=3)


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Trains, prints and draws; quick=True takes a few steps, for tests."""
    picture = Figure(figsize=(10.0, 8.4), layout="constrained")
    upper, lower = picture.subfigures(2, 1, height_ratios=(2.0, 0.9))
    grid = upper.subplots(2, 4)
    flow, _ = lesson4_flow.train_on_camel(quick)
    for panel, (name, x) in zip(grid[0], camel_samples(flow, quick).items(), strict=True):
        drawing.points(panel, x, name)
        print(f"{name}: {camel.described(x)}")
    for panel, images in zip(grid[1], picture_samples(quick).values(), strict=True):
        drawing.sheet(panel, images, 6)
    draw_integral(lower.subplots(), flow, quick)
    figure.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
