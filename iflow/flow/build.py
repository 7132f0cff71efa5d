"""Puts a flow together from a few numbers."""

from __future__ import annotations

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


def build_flow(dim: int, options: FlowOptions, *, seed: int) -> Flow:
    """Returns a flow that is the identity until it is trained.

    Args:
      dim: number of coordinates, at least 1.
      options: kind of coupling, bins, hidden units, masks and how often they are repeated, floating type.
      seed: seed of the networks' initial weights, and of random masks.
    """
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
    return Flow(couplings, dim=dim, dtype=dtype)
