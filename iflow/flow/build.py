"""Puts a flow together from a few numbers."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from iflow.flow.coupling import Coupling
from iflow.flow.density import Histogram
from iflow.flow.flow import Flow
from iflow.flow.masks import make_masks
from iflow.flow.networks import Constant, Perceptron
from iflow.flow.quadratic import Quadratic
from iflow.flow.rational_quadratic import RationalQuadratic
from iflow.options import FlowOptions

_Densities = type[Histogram] | type[Quadratic] | type[RationalQuadratic]
DENSITIES: dict[str, _Densities] = {
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
    dtype, density = tf.as_dtype(options.dtype), DENSITIES[options.coupling]
    n_params = density.n_params(options.bins)
    couplings = []
    masks = make_masks(options.masks, dim, seed=seed)
    for layer, mask in enumerate(np.tile(masks, (options.repeats, 1))):
        n_fixed, n_moved = int(mask.sum()), int((~mask).sum())
        if n_fixed:
            conditioner = Perceptron(
                n_fixed,
                n_moved,
                n_params,
                hidden=options.hidden,
                encoding=options.encoding,
                seed=seed + layer,
                dtype=dtype,
            )
        else:
            conditioner = Constant(n_moved, n_params, dtype=dtype)
        couplings.append(Coupling(mask, conditioner, density, dtype=dtype))
    return Flow(couplings, dim=dim, dtype=dtype)
