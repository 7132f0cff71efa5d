"""Puts a flow together from a few numbers."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from iflow.flow.coupling import Coupling
from iflow.flow.density import Histogram
from iflow.flow.flow import Flow
from iflow.flow.masks import log2_masks
from iflow.flow.networks import Constant, Perceptron
from iflow.options import FlowOptions


def build_flow(dim: int, options: FlowOptions, *, seed: int) -> Flow:
    """Returns a flow that is the identity until it is trained.

    Args:
      dim: number of coordinates, at least 1.
      options: bins, hidden units, how often the masks are repeated, floating type.
      seed: seed of the networks' initial weights.
    """
    dtype = tf.as_dtype(options.dtype)
    couplings = []
    for layer, mask in enumerate(np.tile(log2_masks(dim), (options.repeats, 1))):
        n_fixed, n_moved = int(mask.sum()), int((~mask).sum())
        if n_fixed:
            conditioner = Perceptron(
                n_fixed,
                n_moved,
                options.bins,
                hidden=options.hidden,
                encoding=options.encoding,
                seed=seed + layer,
                dtype=dtype,
            )
        else:
            conditioner = Constant(n_moved, options.bins, dtype=dtype)
        couplings.append(Coupling(mask, conditioner, Histogram, dtype=dtype))
    return Flow(couplings, dim=dim, dtype=dtype)
