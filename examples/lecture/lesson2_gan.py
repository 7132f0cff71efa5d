r"""Lesson 2: a forger and a detective, and how modes collapse
==========================================================

A generative adversarial network is a contest. The generator G, a forger, makes samples G(z) out of noise z;
the discriminator D, a detective, says with what probability a sample is genuine. They pull one number in
opposite directions,

.. math:: L = E_x[\log D(x)] + E_z[\log(1 - D(G(z)))],

the detective up, the forger down. To be seen: with both at one pace the forger learns both humps of the
camel, though it leaves a bridge between them; when the forger takes ten steps while the detective takes
one (and maximises log D(G(z)), as most do in practice), all samples crowd into one place, at this hump now
and at that one later. This is mode collapse. With the earth mover's distance, and a critic who takes five
steps to the forger's one, it does not happen.
Nowhere is there a density: a GAN cannot integrate.

Run it with ``python examples/lecture/lesson2_gan.py``; it writes ``figures/lecture_gan.png``.
"""

# %%
# The lessons share the camel, the pictures and the networks; they are imported from the folder
# ``lecture_data`` beside this script. (`iflow.flow` is imported first because it starts TensorFlow quietly.)

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import iflow.flow  # noqa: F401  # isort: skip; starts TensorFlow without its greeting
import keras
import numpy as np
import tensorflow as tf
from lecture_data import camel, drawing, pictures
from lecture_data.networks import perceptron
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[2] / "figures" / "lecture_gan.png"
BATCH = 128

# %%
# Losses
# ------
#
# Both networks are trained by going downhill, so that the detective's loss is :math:`-L`. It returns a logit
# a, of which D is the sigmoid; then :math:`\log D = -\mathrm{softplus}(-a)` and :math:`\log(1 - D) =
# -\mathrm{softplus}(a)`, which do not overflow. Where the detective is sure, :math:`\log(1 - D(G(z)))` is
# flat and the forger learns nothing: the gradient vanishes. So one usually lets the forger maximise
# :math:`\log D(G(z))`, which has the same goal.


def detective_loss(genuine: tf.Tensor, forged: tf.Tensor) -> tf.Tensor:
    """-E log D(x) - E log(1 - D(G(z))), from logits."""
    return tf.reduce_mean(tf.nn.softplus(-genuine)) + tf.reduce_mean(tf.nn.softplus(forged))


def critic_loss(genuine: tf.Tensor, forged: tf.Tensor) -> tf.Tensor:
    """What a critic adds up to the earth mover's distance: how much more it likes what is genuine."""
    return tf.reduce_mean(forged) - tf.reduce_mean(genuine)


LOSSES: dict[str, tuple[Callable[..., tf.Tensor], Callable[..., tf.Tensor]]] = {
    "lecture": (detective_loss, lambda forged: -tf.reduce_mean(tf.nn.softplus(forged))),
    "log D": (detective_loss, lambda forged: tf.reduce_mean(tf.nn.softplus(-forged))),
    "earth mover": (critic_loss, lambda forged: -tf.reduce_mean(forged)),
}


def steepness(
    critic: Callable[[tf.Tensor], tf.Tensor], genuine: tf.Tensor, forged: tf.Tensor, part: tf.Tensor
):
    """What keeps a critic's slope at 1 between genuine and forged: else its liking had no bounds."""
    between = part * genuine + (1.0 - part) * forged
    with tf.GradientTape() as tape:
        tape.watch(between)
        liking = critic(between)
    slope = tf.reshape(tape.gradient(liking, between), [tf.shape(genuine)[0], -1])
    return tf.reduce_mean(tf.square(tf.norm(slope + 1e-12, axis=1) - 1.0))


# %%
# The contest
# -----------


@dataclass(frozen=True)
class Rules:
    """What is minimised, and how often each may take a step in a round."""

    loss: str
    detective_steps: int = 1
    forger_steps: int = 1
    rate: float = 2e-3


class Gan:
    """Two networks in a contest; every random number comes from the seed and the number of the step.

    Args:
      forger: maps noise [n, n_noise] to samples.
      detective: maps samples to logits [n, 1].
      rules: of the contest.
      seed: of minibatches and noise.
    """

    def __init__(self, forger: keras.Model, detective: keras.Model, rules: Rules, *, seed: int):
        self.forger, self.detective, self.rules, self._seed = forger, detective, rules, seed
        self._optimisers = [keras.optimizers.Adam(rules.rate, beta_1=0.5) for _ in range(2)]
        for optimiser, network in zip(self._optimisers, (detective, forger), strict=True):
            optimiser.build(network.trainable_variables)
        self._play = tf.function(self._rounds, autograph=False)
        self._n_done = 0

    def sample(self, n: int, seed: int = 0) -> np.ndarray:
        """Returns n forged samples."""
        return self._forge(n, (self._seed, -1 - seed)).numpy()

    def train(self, data: np.ndarray, rounds: int) -> None:
        """Plays so many rounds."""
        self._play(tf.constant(data), tf.constant(self._n_done), tf.constant(self._n_done + rounds))
        self._n_done += rounds

    def _rounds(self, data: tf.Tensor, first: tf.Tensor, end: tf.Tensor) -> tf.Tensor:
        def play(number: tf.Tensor) -> tuple[tf.Tensor]:
            for step in range(self.rules.detective_steps):
                self._look(data, (self._seed, 100 * number + step))
            for step in range(self.rules.forger_steps):
                self._improve((self._seed, 100 * number + 50 + step))
            return (number + 1,)

        return tf.while_loop(lambda number: number < end, play, (first,))

    def _look(self, data: tf.Tensor, seed: tuple) -> None:
        """A step of the detective."""
        picks = tf.random.stateless_uniform([BATCH], seed, 0, tf.shape(data)[0], tf.int32)
        genuine, forged = tf.gather(data, picks), self._forge(BATCH, seed)
        with tf.GradientTape() as tape:
            loss = LOSSES[self.rules.loss][0](self.detective(genuine), self.detective(forged))
            if self.rules.loss == "earth mover":
                part = tf.random.stateless_uniform([BATCH] + [1] * (data.shape.rank - 1), seed)
                loss += steepness(self.detective, genuine, forged, part)
        weights = self.detective.trainable_variables
        self._optimisers[0].apply(tape.gradient(loss, weights), weights)

    def _improve(self, seed: tuple) -> None:
        """A step of the forger."""
        with tf.GradientTape() as tape:
            loss = LOSSES[self.rules.loss][1](self.detective(self._forge(BATCH, seed)))
        weights = self.forger.trainable_variables
        self._optimisers[1].apply(tape.gradient(loss, weights), weights)

    def _forge(self, n: int, seed: tuple) -> tf.Tensor:
        return self.forger(tf.random.stateless_normal([n, self.forger.input_shape[1]], seed))


# %%
# The networks for the camel are dense; coordinates are brought to sizes about 1 on their way in, and back on
# their way out. The detective of pictures is made of the layers of lesson 1: two strided convolutions,
# flattened.


def camel_gan(rules: Rules, seed: int) -> Gan:
    """Returns a GAN for points of the unit square."""
    forger = keras.Sequential(
        [perceptron([2, 32, 32, 2], seed=seed), keras.layers.Rescaling(1 / 6, offset=0.5)]
    )
    centred = keras.Sequential([keras.Input((2,)), keras.layers.Rescaling(6.0, offset=-3.0)])
    return Gan(
        forger, keras.Sequential([centred, perceptron([2, 32, 32, 1], seed=seed + 100)]), rules, seed=seed
    )


def picture_gan(rules: Rules, seed: int) -> Gan:
    """Returns a GAN for pictures."""
    side = pictures.SIDE
    start = [keras.initializers.HeUniform(seed=seed + layer) for layer in range(3)]
    options = {"strides": 2, "padding": "same", "activation": "leaky_relu"}
    forger = perceptron([8, 64, 128, side * side], seed=seed, last="sigmoid")
    detective = keras.Sequential(
        [
            keras.Input((side, side)),
            keras.layers.Reshape((side, side, 1)),
            keras.layers.Conv2D(16, 3, kernel_initializer=start[0], **options),
            keras.layers.Conv2D(32, 3, kernel_initializer=start[1], **options),
            keras.layers.Flatten(),
            keras.layers.Dense(1, kernel_initializer=start[2]),
        ]
    )
    return Gan(keras.Sequential([forger, keras.layers.Reshape((side, side))]), detective, rules, seed=seed)


# %%
# What happens
# ------------
#
# Three contests on the camel, two seeds each. The share of samples at the upper hump should be 1/2, and 1% of
# them should lie between the humps.

CONTESTS = {
    "one pace, loss as above": (Rules("lecture"), 1_500),
    "ten forger steps, log D": (Rules("log D", forger_steps=10), 420),
    "earth mover's distance": (Rules("earth mover", detective_steps=5), 600),
}
SEEDS = (1, 2)


def watch(gan: Gan, data: np.ndarray, rounds: int, looks: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Trains on the camel; returns, at so many looks, rounds done and the share at the upper hump."""
    done, shares = [], []
    for look in range(looks):
        gan.train(data, rounds // looks)
        done.append((look + 1) * (rounds // looks))
        shares.append(camel.share_of_upper(gan.sample(2_000)))
    return np.array(done), np.array(shares)


def contest_on_camel(panels: list[Axes], name: str, quick: bool) -> None:
    """Draws shares of the upper hump over training, and the samples of the last seed in the end."""
    rules, rounds = CONTESTS[name]
    rounds, looks = (4, 2) if quick else (rounds, 30)
    for seed, colour in zip(SEEDS[:1] if quick else SEEDS, (drawing.GREY, drawing.BLUE), strict=False):
        gan = camel_gan(rules, seed)
        done, shares = watch(gan, camel.sample(20_000, seed=0), rounds, looks)
        panels[0].plot(done, shares, color=colour, label=f"seed {seed}")
        y = gan.sample(20_000, seed=1)
        later = shares[looks // 2 :]
        print(f"{name}, seed {seed}: {camel.described(y)}")
        print(f"  over the second half of training {later.min():.2f} to {later.max():.2f} at the upper hump")
    panels[0].axhline(0.5, color=drawing.GREEN, linestyle="--")
    panels[0].set_title(name, fontsize="medium")
    panels[0].set(xlabel="rounds", ylim=(-0.03, 1.03))
    drawing.points(panels[1], y, "samples at the end")


def train_on_pictures(quick: bool) -> Gan:
    """Returns the GAN for pictures, at one pace, the forger with log D."""
    gan = picture_gan(Rules("log D", rate=1e-3), seed=1)
    gan.train(pictures.sample(6_000, seed=0)[0], 2 if quick else 2_000)
    return gan


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Trains, prints and draws; quick=True takes a few steps, for tests."""
    picture = Figure(figsize=(10.0, 6.2), layout="constrained")
    grid = picture.subplots(2, 4)
    for column, name in enumerate(list(CONTESTS)[: 1 if quick else None]):
        contest_on_camel(list(grid[:, column]), name, quick)
    grid[0, 0].set_ylabel("share at the upper hump")
    grid[0, 0].legend()
    known, kinds = pictures.sample(2_000, seed=1)
    drawing.sheet(grid[0, 3], known[:36], 6, "genuine pictures")
    forged = train_on_pictures(quick).sample(1_000)
    drawing.sheet(grid[1, 3], forged[:36], 6, "forged pictures")
    counts = np.bincount(pictures.recognise(forged, known, kinds), minlength=3) / len(forged)
    shares = ", ".join(f"{share:.2f} {kind}s" for share, kind in zip(counts, pictures.KINDS, strict=True))
    print(f"forged pictures, by their nearest genuine ones: {shares} (0.33 each)")
    figure.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
