r"""Lesson 3: a variational autoencoder, term by term
=================================================

An encoder sends each sample x to a small normal distribution :math:`N(\mu_x, \sigma_x)` of latents z, a
decoder d sends latents back. With a decoder that says :math:`p(x|z) = N(d(z), s)`, the loss has two terms,

.. math::

   -\log p(x) \le E_z\left[\frac{|x - d(z)|^2}{2 s^2}\right] + \frac{D}{2} \log(2 \pi s^2)
   + \mathrm{KL}[N(\mu_x, \sigma_x) | N(0, 1)],

reconstruction, which wants every x to have latents of its own, and the Kullback-Leibler term, which wants
all of them to look like N(0, 1), so that one can sample. (In the lecture notes KL stands with a minus sign;
what is minimised needs a plus.) To be seen: reconstruction falls first, then both find their balance; the
latent plane of the pictures has regions of rings, bars and blobs, and bars turn as one walks through
theirs. Neighbours in the plane must look alike, so that there are samples between the humps of the camel,
too many. The loss is a bound of the density, not the density: a VAE cannot integrate.

Run it with ``python examples/lecture/lesson3_vae.py``; it writes ``figures/lecture_vae.png``.
"""

# %%

from pathlib import Path
from statistics import NormalDist

import iflow.flow  # noqa: F401  # isort: skip; starts TensorFlow without its greeting
import keras
import numpy as np
import tensorflow as tf
from lecture_data import camel, drawing, pictures
from lecture_data.networks import perceptron
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[2] / "figures" / "lecture_vae.png"
BATCH, N_LATENT = 128, 2

# %%
# The two terms
# -------------
#
# For normal distributions the integral of KL can be done: :math:`\mathrm{KL} = \frac12 \sum_i (\mu_i^2 +
# \sigma_i^2 - 1 - \log \sigma_i^2)`. Latents are drawn as :math:`z = \mu_x + \sigma_x \epsilon` with
# :math:`\epsilon` from N(0, 1), so that gradients reach :math:`\mu_x` and :math:`\sigma_x`.


def kl_from_standard(mean: tf.Tensor, log_sigma: tf.Tensor) -> tf.Tensor:
    """Returns KL[N(mean, sigma) | N(0, 1)], [n], for means and logarithms of sigma [n, n_latent]."""
    return 0.5 * tf.reduce_sum(mean**2 + tf.exp(2.0 * log_sigma) - 1.0 - 2.0 * log_sigma, axis=1)


class Vae:
    """An encoder and a decoder.

    Args:
      encoder: maps samples [n, dim] to means and logarithms of sigma, [n, 2 N_LATENT].
      decoder: maps latents [n, N_LATENT] to samples.
      noise: s, what the decoder allows a sample to be off by.
      seed: of minibatches and latents.
    """

    def __init__(self, encoder: keras.Model, decoder: keras.Model, *, noise: float, seed: int):
        self.encoder, self.decoder, self._noise, self._seed = encoder, decoder, noise, seed
        self._dim, self._n_done = decoder.output_shape[1], 0
        self._weights = encoder.trainable_variables + decoder.trainable_variables
        self._optimiser = keras.optimizers.Adam(2e-3)
        self._optimiser.build(self._weights)
        self._run = tf.function(self._steps, autograph=False)

    def train(self, data: np.ndarray, steps: int) -> np.ndarray:
        """Takes so many steps on data [n, dim]; returns the mean of both terms over them, [2]."""
        first, end = self._n_done, self._n_done + steps
        self._n_done = end
        return self._run(tf.constant(data), tf.constant(first), tf.constant(end)).numpy() / steps

    def decode(self, z: np.ndarray) -> np.ndarray:
        """Returns d(z), [n, dim]."""
        return self.decoder(z).numpy()

    def sample(self, n: int, seed: int = 0, *, noisy: bool = True) -> np.ndarray:
        """Returns n samples [n, dim]: latents from N(0, 1), decoded, with the decoder's noise or without."""
        rng = np.random.default_rng([self._seed, seed])
        y = self.decode(rng.normal(size=(n, N_LATENT)))
        return y + noisy * self._noise * rng.normal(size=y.shape)

    def terms(self, x: tf.Tensor, seed: tuple) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns reconstruction (with its constant) and KL, averaged over samples x [n, dim]."""
        mean, log_sigma = tf.split(self.encoder(x), 2, axis=1)
        z = mean + tf.exp(log_sigma) * tf.random.stateless_normal(tf.shape(mean), seed)
        squared = tf.reduce_sum(tf.square(x - self.decoder(z)), axis=1)
        constant = 0.5 * self._dim * np.log(2.0 * np.pi * self._noise**2)
        reconstruction = 0.5 * squared / self._noise**2 + constant
        return tf.reduce_mean(reconstruction), tf.reduce_mean(kl_from_standard(mean, log_sigma))

    def _steps(self, data: tf.Tensor, first: tf.Tensor, end: tf.Tensor) -> tf.Tensor:
        def step(number: tf.Tensor, total: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            seed = (self._seed, number)
            picks = tf.random.stateless_uniform([BATCH], seed, 0, tf.shape(data)[0], tf.int32)
            with tf.GradientTape() as tape:
                terms = tf.stack(self.terms(tf.gather(data, picks), seed))
                loss = tf.reduce_sum(terms)
            self._optimiser.apply(tape.gradient(loss, self._weights), self._weights)
            return number + 1, total + terms

        return tf.while_loop(lambda number, _: number < end, step, (first, tf.zeros(2)))[1]


# %%
# The camel has two coordinates and the latent plane too: here the encoder need not throw anything away. Of a
# picture's 100 pixels two numbers must be enough.


def camel_vae(seed: int) -> Vae:
    """Returns a VAE for points of the unit square; the decoder's noise is half of a hump's deviation."""
    centred = keras.Sequential([keras.Input((2,)), keras.layers.Rescaling(6.0, offset=-3.0)])
    encoder = keras.Sequential([centred, perceptron([2, 64, 64, 2 * N_LATENT], seed=seed)])
    decoder = perceptron([N_LATENT, 64, 64, 2], seed=seed + 100)
    decoder = keras.Sequential([decoder, keras.layers.Rescaling(1.0 / 6.0, offset=0.5)])
    return Vae(encoder, decoder, noise=0.035, seed=seed)


def picture_vae(seed: int) -> Vae:
    """Returns a VAE for pictures in a row of pixels."""
    n = pictures.SIDE**2
    encoder = perceptron([n, 128, 64, 2 * N_LATENT], seed=seed)
    decoder = perceptron([N_LATENT, 64, 128, n], seed=seed + 100, last="sigmoid")
    return Vae(encoder, decoder, noise=0.2, seed=seed)


def train_watching(vae: Vae, data: np.ndarray, steps: int, looks: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Trains; returns steps done and both terms [looks, 2]."""
    size = max(steps // looks, 1)
    terms = [vae.train(data, size) for _ in range(looks)]
    return size * np.arange(1, looks + 1), np.array(terms)


def as_rows(images: np.ndarray) -> np.ndarray:
    """Flattens pictures [n, SIDE, SIDE] to rows of pixels."""
    return images.reshape(len(images), -1)


def train_on_camel(quick: bool) -> tuple[Vae, np.ndarray, np.ndarray]:
    """Returns the trained VAE, steps and both terms over training."""
    vae = camel_vae(seed=1)
    return vae, *train_watching(vae, camel.sample(20_000, seed=0), 4 if quick else 3_000, 2 if quick else 40)


def train_on_pictures(quick: bool) -> tuple[Vae, np.ndarray, np.ndarray]:
    """The same for pictures."""
    vae, data = picture_vae(seed=1), as_rows(pictures.sample(6_000, seed=0)[0])
    return vae, *train_watching(vae, data, 4 if quick else 3_000, 2 if quick else 40)


def latent_plane(vae: Vae, n: int = 12) -> np.ndarray:
    """Returns the pictures at n x n latents that divide N(0, 1) evenly, [n * n, SIDE, SIDE]."""
    across = np.array([NormalDist().inv_cdf((k + 0.5) / n) for k in range(n)])
    z = np.stack(np.meshgrid(across, across[::-1]), axis=-1).reshape(-1, 2)
    return vae.decode(z).reshape(-1, pictures.SIDE, pictures.SIDE)


# %%
# What happens
# ------------


def draw_terms(panel: Axes, steps: np.ndarray, terms: np.ndarray, title: str) -> None:
    """Draws both terms and their sum over training, the steep fall of the first steps cut off."""
    panel.plot(steps, terms[:, 0], color=drawing.ORANGE, label="reconstruction")
    panel.plot(steps, terms[:, 1], color=drawing.BLUE, label="KL")
    panel.plot(
        steps, terms.sum(axis=1), color="black", linewidth=1.0, linestyle="--", label="loss, their sum"
    )
    later = np.column_stack([terms, terms.sum(axis=1)])[len(terms) // 10 :]
    margin = 0.1 * (later.max() - later.min())
    panel.set(title=title, xlabel="steps", ylabel="nats", ylim=(later.min() - margin, later.max() + margin))


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Trains, prints and draws; quick=True takes a few steps, for tests."""
    picture = Figure(figsize=(10.0, 6.2), layout="constrained")
    grid = picture.subplots(2, 3)
    vae, steps, terms = train_on_camel(quick)
    y = vae.sample(20_000)
    bound = -terms[-5:].sum(axis=1).mean()
    truth = np.log(camel.f(camel.sample(20_000, seed=2)) / camel.EXACT).mean()
    print(f"camel: reconstruction {terms[-1, 0]:.3f}, KL {terms[-1, 1]:.3f} nats")
    print(f"camel: mean log p is at least {bound:.3f} for the model; of the true density it is {truth:.3f}")
    print(f"camel: {camel.described(y)}")
    draw_terms(grid[0, 0], steps, terms, "camel")
    drawing.points(grid[0, 1], y, "samples")
    draw_encoded(grid[0, 2], vae, quick)
    vae, steps, terms = train_on_pictures(quick)
    print(f"pictures: reconstruction {terms[-1, 0]:.1f}, KL {terms[-1, 1]:.2f} nats")
    draw_terms(grid[1, 0], steps, terms, "pictures")
    grid[1, 0].legend(loc="center right")
    drawn = vae.sample(64, noisy=False).reshape(-1, pictures.SIDE, pictures.SIDE)
    drawing.sheet(grid[1, 1], drawn, 8, "samples")
    drawing.sheet(grid[1, 2], latent_plane(vae), 12, "the latent plane")
    figure.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(figure, dpi=150)
    print(f"figure: {figure}")


def draw_encoded(panel: Axes, vae: Vae, quick: bool) -> None:
    """Draws where the encoder puts the samples of both humps; together they should look like N(0, 1)."""
    x = camel.sample(200 if quick else 3_000, seed=3)
    mean, log_sigma = np.split(vae.encoder(x).numpy(), 2, axis=1)
    z = mean + np.exp(log_sigma) * np.random.default_rng(1).normal(size=mean.shape)
    upper = x.sum(axis=1) > 1.0
    panel.scatter(*z[upper].T, s=3, color=drawing.ORANGE, label="upper hump")
    panel.scatter(*z[~upper].T, s=3, color=drawing.BLUE, label="lower hump")
    panel.set(title="latents of the samples", aspect="equal", xlim=(-3.9, 3.9), ylim=(-3.2, 4.6))
    panel.legend(markerscale=3, loc="upper left", fontsize="small")


if __name__ == "__main__":
    main()
