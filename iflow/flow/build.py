"""Puts a flow together from a few numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from iflow.flow.coupling import Coupling
from iflow.flow.flow import Flow
from iflow.flow.histogram import Histogram
from iflow.flow.masks import make_masks
from iflow.flow.networks import Conditioner, Constant, Network, Perceptron
from iflow.flow.piecewise import Piecewise
from iflow.flow.quadratic import Quadratic
from iflow.flow.rational_quadratic import RationalQuadratic
from iflow.options import FlowOptions

DENSITIES: dict[str, type[Piecewise]] = {
    "linear": Histogram,
    "quadratic": Quadratic,
    "rational-quadratic": RationalQuadratic,
}


class BuiltFlow(Flow):
    """A flow made from a few numbers; those and its weights are its state.

    Args:
      dim: number of coordinates, at least 1.
      options: kind of coupling, bins, hidden units, masks and how often they are repeated, floating type.
      seed: seed of the networks' initial weights, and of random masks.
    """

    def __init__(self, dim: int, options: FlowOptions, *, seed: int):
        super().__init__(_couplings(dim, options, seed), dim=dim, dtype=tf.as_dtype(options.dtype))
        self._options, self._seed = options, seed

    def __getstate__(self) -> dict[str, Any]:
        """Returns what it takes to make it again."""
        return {
            "dim": self.dim,
            "options": self._options,
            "seed": self._seed,
            "weights": self.get_weights(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Makes it again."""
        BuiltFlow.__init__(self, state["dim"], state["options"], seed=state["seed"])
        self.set_weights(state["weights"])


def build_flow(dim: int, options: FlowOptions, *, seed: int) -> Flow:
    """Returns a flow that is the identity until it is trained; see `BuiltFlow`."""
    return BuiltFlow(dim, options, seed=seed)


def _couplings(dim: int, options: FlowOptions, seed: int) -> list[Coupling]:
    dtype, density = tf.as_dtype(options.dtype), options.coupling
    if isinstance(density, str):
        density = DENSITIES[density]
    n_params = density.n_params(options.bins)
    couplings = []
    masks = make_masks(options.masks, dim, seed=seed)
    # On entangled circles two linear couplings leave a deviation of the weights of 0.62, four one of 0.31.
    repeats = options.repeats or (2 if options.coupling == "linear" and len(masks) == 2 else 1)
    for layer, mask in enumerate(np.tile(masks, (repeats, 1))):
        n_fixed, n_moved = int(mask.sum()), int((~mask).sum())
        network: Network = Constant(n_moved, n_params)
        if n_fixed:
            network = Perceptron(
                n_fixed, n_moved, n_params, options.hidden, options.encoding, options.activation
            )
        conditioner = Conditioner(network, seed=seed + layer, dtype=dtype)
        couplings.append(Coupling(mask, conditioner, density, dtype=dtype))
    return couplings
