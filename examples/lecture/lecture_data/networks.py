"""The dense networks of the lessons, each with a seed of its own: no global random state."""

from collections.abc import Sequence

import keras


def perceptron(widths: Sequence[int], *, seed: int, last: str = "linear") -> keras.Sequential:
    """Returns dense layers with leaky ReLU between them.

    Args:
      widths: of the input, of each hidden layer, and of the output.
      seed: of the initial weights.
      last: activation of the output.
    """
    *hidden, n_out = widths[1:]
    start = [keras.initializers.HeUniform(seed=1000 * seed + layer) for layer in range(len(hidden) + 1)]
    layers = [
        keras.layers.Dense(width, activation="leaky_relu", kernel_initializer=start[layer])
        for layer, width in enumerate(hidden)
    ]
    output = keras.layers.Dense(n_out, activation=last, kernel_initializer=start[-1])
    return keras.Sequential([keras.Input((widths[0],)), *layers, output])
