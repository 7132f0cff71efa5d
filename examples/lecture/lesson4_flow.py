r"""Lesson 4: a normalizing flow, whose density can be written down
===============================================================

A flow is an invertible map between noise u, uniform on the unit cube, and points x. What the map does to
volumes is what it does to densities,

.. math:: q(x) = \left|\det \frac{\partial u}{\partial x}\right|,

and couplings are built such that this determinant costs nothing: some coordinates, A, pass through
unchanged, each of the others, B, is sent through a CDF of one variable, whose parameters a network m
computes from A. The Jacobian is triangular, and its determinant is the product of the densities of B.
Neither the inverse nor the determinant takes an inverse or a derivative of the network.

To be seen: the CDF of the lecture notes, its inverse and its Jacobian, written out and compared with those
of iflow; a flow trained on the very samples that GAN and VAE are trained on, by maximum likelihood; and
another that is trained on the function f alone, which nobody gave samples of. Both have densities, so that
both integrate.

Run it with ``python examples/lecture/lesson4_flow.py``; it writes ``figures/lecture_flow.png``.
"""

# %%

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from iflow.flow import Flow, Histogram, build_flow  # isort: skip; starts TensorFlow quietly
import tensorflow as tf
from lecture_data import camel, drawing, pictures

from iflow.options import FlowOptions, TrainingOptions
from iflow.plots import styled
from iflow.training import Trainer

FIGURE = Path(__file__).resolve().parents[2] / "figures" / "lecture_flow.png"

# %%
# One coordinate: a histogram and its CDF
# ---------------------------------------
#
# The density of one coordinate t has k bins of width w = 1/k, which hold :math:`Q_1 \ldots Q_k`, and is
# :math:`Q_b / w` in bin b. With :math:`\alpha = (t - (b - 1) w) / w`, how far t has come in its bin,
#
# .. math::
#
#    C(t) = \alpha Q_b + \sum_{j < b} Q_j, \qquad
#    C^{-1}(c) = w \frac{c - \sum_{j < b} Q_j}{Q_b} + (b - 1) w, \qquad
#    \frac{\partial C}{\partial t} = \frac{Q_b}{w}.


def cdf(t: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns C(t) and its derivative, the density, [n] each, for bins that hold q [k]."""
    k = len(q)
    b = np.minimum((t * k).astype(int), k - 1)  # counted from 0
    below = np.concatenate([[0.0], np.cumsum(q)])[b]
    return (t * k - b) * q[b] + below, q[b] * k


def quantile(c: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Returns the t with C(t) = c, [n]."""
    knots = np.concatenate([[0.0], np.cumsum(q)])
    b = np.clip(np.searchsorted(knots, c, side="right") - 1, 0, len(q) - 1)
    return ((c - knots[b]) / q[b] + b) / len(q)


def check_by_hand(q: np.ndarray) -> None:
    """Compares the formulas with `iflow.flow.Histogram`, and the inverse with what it inverts."""
    floor = Histogram.floor  # iflow keeps a little in every bin, so that no weight f/q has a 0 below
    logits = np.log((q - floor / len(q)) / (1.0 - floor))
    t = np.linspace(0.0, 1.0, 1_001)
    of_iflow = Histogram(tf.constant(np.repeat(logits[:, np.newaxis], len(t), axis=1)))
    c, density = cdf(t, q)
    theirs, log_density = (part.numpy() for part in of_iflow.cdf(tf.constant(t)))
    print(f"C by hand and that of iflow differ by at most {np.abs(c - theirs).max():.0e}")
    # At an edge between bins rounding may choose either side.
    inside = np.abs(t * len(q) - np.rint(t * len(q))) > 1e-6
    worst = np.abs(np.log(density[inside]) - log_density[inside]).max()
    print(f"so do the logarithms of the Jacobian, by {worst:.0e}")
    print(f"C^-1(C(t)) and t differ by at most {np.abs(quantile(c, q) - t).max():.0e}")


# %%
# Many coordinates: a stack of couplings
# --------------------------------------
#
# One coupling moves only B, so that the next one moves what this one left alone. The flow below has two of
# them, with smoother densities than histograms (straight lines in bins of learned width). In the lecture
# notes a forward pass takes x to its CDF value; in iflow this is the inverse, from points to noise, and its
# Jacobian is the density. That it is the Jacobian is easily checked: let TensorFlow work out the full matrix,
# and its determinant the slow way.


def check_jacobian(flow: Flow, x: np.ndarray) -> None:
    """Compares log q(x) with the logarithm of the determinant of the full Jacobian."""
    points = tf.constant(x, tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(points)
        u, log_q = flow.inverse_and_log_det(points)
    log_det = tf.linalg.slogdet(tape.batch_jacobian(u, points, experimental_use_pfor=False))[1]
    print(f"log q(x) and log|det du/dx| differ by at most {np.abs(log_q - log_det).max():.0e}")


# %%
# Maximum likelihood
# ------------------
#
# Given samples of p one maximises the mean of log q(x). Up to the entropy of p this is the Kullback-Leibler
# divergence of p from q, estimated with points of p itself. Given no samples but f, points may come from
# anywhere: from the flow as it is. Each counts with its weight f/q, and the divergence that iflow minimises
# is the same one.


def fit_samples(flow: Flow, x: np.ndarray, steps: int, *, looks: int = 20, batch: int = 512) -> np.ndarray:
    """Trains on samples [n, dim]; returns the mean of -log q over each of so many parts of the training."""
    trainer, rng = Trainer(flow, TrainingOptions(batch=batch)), np.random.default_rng(1)
    equal = np.zeros(len(x))  # log f = log q_drawn: all weights are one
    return np.array(
        [trainer.fit(x, equal, equal, steps=max(steps // looks, 1), rng=rng) for _ in range(looks)]
    )


def fit_function(flow: Flow, rounds: int, n: int = 2_048, steps: int = 30) -> int:
    """Trains on f, round by round with points of the flow itself; returns how often f was called."""
    trainer, rng = Trainer(flow, TrainingOptions(batch=512)), np.random.default_rng(1)
    for _ in range(rounds):
        x, log_q = flow.place(rng.random((n, 2)))
        trainer.fit(x, np.log(camel.f(x) + 1e-300), log_q, steps=steps, rng=rng)
    return rounds * n


def integral(flow: Flow, n: int, seed: int) -> tuple[float, float, np.ndarray]:
    """Returns mean and error of n weights f/q, and the weights themselves, [n]."""
    x, log_q = flow.place(np.random.default_rng(seed).random((n, 2)))
    weights = camel.f(x) * np.exp(-log_q)
    return weights.mean(), weights.std(ddof=1) / np.sqrt(n), weights


# %%
# Pictures have 100 coordinates. A pixel that is always white would have an infinite density, so that a little
# uniform noise is added first; it is taken away again from what is drawn. Masks by powers of two make 14
# couplings of 50 pixels each, after which every pixel has depended on every other one.

_INK = 0.85


def noisy(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Returns pictures as points of the unit cube, [n, SIDE^2]."""
    rows = images.reshape(len(images), -1)
    return _INK * rows + (1.0 - _INK) * rng.random(rows.shape)


def as_pictures(x: np.ndarray) -> np.ndarray:
    """Returns points of the unit cube as pictures, without the mean of the noise."""
    return ((x - 0.5 * (1.0 - _INK)) / _INK).clip(0.0, 1.0).reshape(-1, pictures.SIDE, pictures.SIDE)


def camel_flow() -> Flow:
    """Returns a flow of two couplings for points of the square."""
    return build_flow(2, FlowOptions(), seed=1)


def train_on_camel(quick: bool) -> tuple[Flow, np.ndarray]:
    """Returns a flow trained on samples of the camel, and -log q over training."""
    flow = camel_flow()
    return flow, fit_samples(
        flow, camel.sample(20_000, seed=0), 2 if quick else 1_000, looks=2 if quick else 20
    )


def train_on_pictures(quick: bool) -> tuple[Flow, np.ndarray]:
    """The same for pictures."""
    options = FlowOptions(bins=4, encoding="none", masks="checkerboard" if quick else "log2")
    flow = build_flow(pictures.SIDE**2, options, seed=1)
    x = noisy(pictures.sample(8_000, seed=0)[0], np.random.default_rng(1))
    return flow, fit_samples(flow, x, 1 if quick else 500, looks=1 if quick else 10, batch=128)


# %%
# What happens
# ------------


def draw_histogram(panel: Axes, q: np.ndarray) -> None:
    """Draws a density, its CDF, and one value on its way there and back."""
    k = len(q)
    panel.stairs(
        q * k / (q * k).max(), np.linspace(0, 1, k + 1), fill=True, color="0.85", label="density, scaled"
    )
    panel.plot(
        np.linspace(0, 1, k + 1), np.concatenate([[0.0], np.cumsum(q)]), color=drawing.BLUE, label="CDF C(t)"
    )
    t = 0.62
    (c,), _ = cdf(np.array([t]), q)
    panel.plot([t, t, 0.0], [0.0, c, c], color=drawing.ORANGE, linewidth=1.5, marker="o", markersize=4)
    panel.annotate("t", (t + 0.02, 0.03), color=drawing.ORANGE)
    panel.annotate("u = C(t)", (0.03, c + 0.03), color=drawing.ORANGE)
    panel.set(title="one coordinate", xlim=(0, 1), ylim=(0, 1.4), yticks=[0, 1], xlabel="t")
    panel.legend(loc="upper left", ncols=2, fontsize="small")


def draw_density(panel: Axes, flow: Flow, title: str) -> None:
    """Draws lines of equal q over a map of f, both at their true heights: where they agree they coincide."""
    axis = (np.arange(120) + 0.5) / 120
    x = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    density, truth = np.exp(flow.log_density(x)), camel.f(x) / camel.EXACT
    levels = np.array([0.05, 0.2, 0.5, 0.8]) * truth.max()
    for values, colour, width in ((truth, drawing.GREEN, 3.0), (density, "black", 1.0)):
        panel.contour(axis, axis, values.reshape(120, 120), levels=levels, colors=colour, linewidths=width)
    panel.set(aspect="equal", title=title, xticks=[0, 1], yticks=[0, 1])


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Trains, prints and draws; quick=True takes a few steps, for tests."""
    q = np.array([0.05, 0.1, 0.3, 0.05, 0.1, 0.25, 0.1, 0.05])
    check_by_hand(q)
    picture = Figure(figsize=(10.0, 6.2), layout="constrained")
    grid = picture.subplots(2, 3)
    draw_histogram(grid[0, 0], q)
    flow, losses = train_on_camel(quick)
    check_jacobian(flow, camel.sample(50, seed=3))
    draw_density(grid[0, 1], flow, "trained on samples of f")
    on_function = flow if quick else camel_flow()
    calls = fit_function(on_function, 1 if quick else 20, steps=2 if quick else 30)
    draw_density(grid[0, 2], on_function, f"trained on f, {calls:,} calls")
    for name, each, colour in (("samples", flow, drawing.BLUE), ("f", on_function, drawing.ORANGE)):
        mean, error, weights = integral(each, 200 if quick else 50_000, seed=2)
        pull, spread = (mean - camel.EXACT) / error, weights.std() / weights.mean()
        print(f"trained on {name}: {mean:.6f} +- {error:.6f}, exact {camel.EXACT:.6f}, pull {pull:+.1f}")
        print(f"  weights vary by {spread:.2f} of their mean")
        bins = np.linspace(0.2, 1.8, 81)
        options = {"histtype": "step", "density": True, "color": colour, "label": f"trained on {name}"}
        grid[1, 0].hist(weights / camel.EXACT, bins, **options)
    grid[1, 0].set(title="weights f/q over the integral", ylim=(0.0, 5.0), yticks=[])
    grid[1, 0].legend(loc="upper left", fontsize="small")
    truth = -np.log(camel.f(camel.sample(20_000, seed=2)) / camel.EXACT).mean()
    print(f"camel: mean of -log q {losses[-1]:.3f}, of the true density {truth:.3f}")
    on_pictures, losses = train_on_pictures(quick)
    print(f"pictures: mean of -log q from {losses[0]:.1f} to {losses[-1]:.1f}")
    drawn, _ = on_pictures.place(np.random.default_rng(5).random((64, pictures.SIDE**2)))
    drawing.sheet(grid[1, 1], as_pictures(drawn), 8, "drawn pictures")
    draw_likelihoods(grid[1, 2], on_pictures)
    figure.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(figure, dpi=150)
    print(f"figure: {figure}")


def draw_likelihoods(panel: Axes, flow: Flow) -> None:
    """Draws log q of new pictures, and of the same pixels in disorder: a density can tell them apart."""
    rng = np.random.default_rng(6)
    new = pictures.sample(1_000, seed=4)[0]
    shuffled = rng.permuted(new.reshape(len(new), -1), axis=1)
    for images, name, colour in ((new, "new pictures", drawing.BLUE), (shuffled, "shuffled", drawing.GREY)):
        log_q = flow.log_density(noisy(images, rng))
        panel.hist(log_q, 40, histtype="stepfilled", density=True, alpha=0.8, color=colour, label=name)
    panel.set(title="log q of pictures", yticks=[])
    panel.legend(loc="upper left", fontsize="small")


if __name__ == "__main__":
    main()
