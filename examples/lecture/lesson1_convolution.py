r"""Lesson 1: a convolutional layer by hand
=======================================

A convolutional layer slides a small kernel W of h x h weights over a picture f and writes down the sum of
products,

.. math:: G[m, n] = \sum_{j, k} W[j, k] \, f[m + j, n + k],

all with the same weights. (Mathematicians have f[m - j, n - k] there, which turns the kernel by 180
degrees; networks leave it as it lies, because it is learned anyway.) Without padding the picture loses h -
1 pixels along each side; P rows of zeros around it give them back, and with a stride s the kernel takes
steps of s pixels. What is left is

.. math:: n_\mathrm{out} = \left\lfloor \frac{n_\mathrm{in} + 2 P - h}{s} + 1 \right\rfloor,

which is n_in for s = 1 and P = (h - 1) / 2. To be seen: fifteen lines of NumPy do what ``tf.nn.conv2d``
does, to rounding, for every size, padding and stride of a table; and what a few kernels make of the
pictures of the next lessons.

Run it with ``python examples/lecture/lesson1_convolution.py``; it writes
``figures/lecture_convolution.png``.
"""

# %%

from itertools import product
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from iflow.flow.startup import stderr_held_back  # isort: skip; TensorFlow greets otherwise

with stderr_held_back():
    import tensorflow as tf
from lecture_data import pictures

from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[2] / "figures" / "lecture_convolution.png"

# %%
# By hand
# -------
#
# The layer has a kernel for each pair of a channel that comes in and one that goes out, and a bias b for each
# that goes out: :math:`z^{(l)} = w^{(l)} * x^{(l-1)} + b^{(l)}`, the same as in a dense layer but for the
# star.


def size_after(n_in: int, h: int, padding: int, stride: int) -> int:
    """Returns floor((n_in + 2 P - h) / s + 1), the pixels along a side after a layer."""
    return (n_in + 2 * padding - h) // stride + 1


def convolve(
    images: np.ndarray, kernel: np.ndarray, bias: np.ndarray, *, padding: int, stride: int
) -> np.ndarray:
    """Returns what a convolutional layer makes of images, [n, n_out, n_out, c_out].

    Args:
      images: [n, n_in, n_in, c_in].
      kernel: [h, h, c_in, c_out].
      bias: [c_out].
      padding: P, rows of zeros added on each side.
      stride: s, pixels from one place of the kernel to the next.
    """
    h, n_out = len(kernel), size_after(images.shape[1], len(kernel), padding, stride)
    padded = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    result = np.tile(bias, (len(images), n_out, n_out, 1))
    for m, n in product(range(n_out), repeat=2):
        patch = padded[:, m * stride : m * stride + h, n * stride : n * stride + h]
        result[:, m, n] += np.einsum("ijkc,jkcd->id", patch, kernel)
    return result


# %%
# Against TensorFlow
# ------------------


def by_tensorflow(
    images: np.ndarray, kernel: np.ndarray, bias: np.ndarray, *, padding: int, stride: int
) -> np.ndarray:
    """Returns the same from `tf.nn.conv2d`."""
    around = [[0, 0], [padding, padding], [padding, padding], [0, 0]]
    return (tf.nn.conv2d(images, kernel, strides=stride, padding=around) + bias).numpy()


def compare(sizes: list[int], rng: np.random.Generator) -> float:
    """Prints a table of sizes for kernels, paddings and strides; returns the largest difference found."""
    print(" n_in   h   P   s   n_out   difference")
    worst = 0.0
    for n_in, h, stride in product(sizes, (1, 2, 3, 5), (1, 2, 3)):
        for padding in {0, (h - 1) // 2}:
            images, kernel = rng.normal(size=(2, n_in, n_in, 3)), rng.normal(size=(h, h, 3, 4))
            bias = rng.normal(size=4)
            ours = convolve(images, kernel, bias, padding=padding, stride=stride)
            theirs = by_tensorflow(images, kernel, bias, padding=padding, stride=stride)
            n_out = size_after(n_in, h, padding, stride)
            if not ours.shape[1] == theirs.shape[1] == n_out:
                raise ArithmeticError(
                    f"the formula says {n_out}, TensorFlow {theirs.shape[1]}, by hand {ours.shape[1]}"
                )
            difference = float(np.abs(ours - theirs).max())
            worst = max(worst, difference)
            print(f"{n_in:5} {h:3} {padding:3} {stride:3} {n_out:7} {difference:12.0e}")
    return worst


# %%
# What kernels see
# ----------------
#
# A kernel answers where the picture looks like it: the first of these at upright edges, with one sign on the
# left side of a bar and the other on its right; the second anywhere, smoothly; the third at outlines. In a
# network kernels are learned. After a few strided layers the picture is small; flattened to a row of numbers
# it goes into dense layers.

KERNELS = {
    "upright edges": np.array([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 4.0,
    "blur": np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]) / 16.0,
    "outlines": np.array([[-1.0, -1.0, -1.0], [-1.0, 8.0, -1.0], [-1.0, -1.0, -1.0]]) / 4.0,
}


def layer(image: np.ndarray, kernel: np.ndarray, *, padding: int = 0, stride: int = 1) -> np.ndarray:
    """Returns what one kernel makes of one picture, [n_out, n_out]."""
    one = kernel[:, :, np.newaxis, np.newaxis]
    return convolve(image[np.newaxis, :, :, np.newaxis], one, np.zeros(1), padding=padding, stride=stride)[
        0, :, :, 0
    ]


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Compares, prints and draws; quick=True compares fewer sizes, for tests."""
    worst = compare([7] if quick else [7, 10], np.random.default_rng(1))
    print(f"by hand and by TensorFlow: the same sizes everywhere, and values to {worst:.0e}")
    images, kinds = pictures.sample(30, seed=2)
    picture = Figure(figsize=(10.0, 5.6), layout="constrained")
    grid = picture.subplots(3, 6)
    ways = {
        "P = 1": {"padding": 1},
        "P = 0": {},
        "P = 1, s = 2": {"padding": 1, "stride": 2},
    }
    for row, (name, kernel) in enumerate(KERNELS.items()):
        of_a_kind = images[kinds == row]
        image = max(of_a_kind, key=lambda image, kernel=kernel: np.abs(layer(image, kernel)).sum())
        show(grid[row, 0], image, "picture")
        show(grid[row, 1], kernel, f"kernel: {name}")
        for column, (way, options) in enumerate(ways.items()):
            result = layer(image, kernel, **options)
            show(grid[row, 2 + column], result, f"{way}: {result.shape[0]} x {result.shape[0]}")
        show(grid[row, 5], result.reshape(1, -1), "flattened")
    figure.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(figure, dpi=150)
    print(f"figure: {figure}")


def show(panel: Axes, values: np.ndarray, title: str) -> None:
    """Draws values in blue where they are above 0 and in red below, a pixel as large in all panels."""
    reach = np.abs(values).max()
    panel.imshow(values, cmap="RdBu", vmin=-reach, vmax=reach, interpolation="nearest")
    side = pictures.SIDE + 2
    middle = (values.shape[1] - 1) / 2, (values.shape[0] - 1) / 2
    half = max(side, values.shape[1]) / 2
    panel.set(xlim=(middle[0] - half, middle[0] + half), ylim=(middle[1] + half, middle[1] - half))
    panel.axis("off")
    panel.set_title(title, fontsize="small")


if __name__ == "__main__":
    main()
