"""Points without an integrator: a density on the unit interval or cube, drawn from uniformly."""

import numpy as np
import pytest

from iflow.batch import Batch
from iflow.events.source import Source


@pytest.fixture
def source_of():
    """Makes a source of uniform points on the unit cube, with the values of f there."""

    def make(f, dim=1, seed=1):
        def draw(u):
            values = f(u)
            with np.errstate(divide="ignore"):
                log_f = np.log(np.abs(values))
            return Batch(u, u, np.sign(values), log_f, np.zeros(len(u)))

        names = tuple(f"x{axis}" for axis in range(dim))
        return Source(draw, latent_dim=dim, names=names, seed=np.random.SeedSequence(seed))

    return make
