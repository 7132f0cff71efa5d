"""What the study says of its integrands, against a net of points."""

import math

import numpy as np
import pytest
from scipy.stats import qmc

from benchmarks.detection.families import FAMILIES
from benchmarks.detection.structured import two_places

SEED = 3
NETS = {dim: qmc.Sobol(dim, seed=1).random(2**16) for dim in (1, 2)}
FINITE = [name for name in FAMILIES if "heavy" not in name]


@pytest.mark.parametrize("name", FINITE)
def test_exact_values(name):
    family = FAMILIES[name]
    dim = family.dims[0]
    f = family.make(dim, family.values[0], SEED)
    assert f(NETS[dim]).mean() == pytest.approx(f.exact, rel=0.01)


@pytest.mark.parametrize(("name", "first"), [("heavy tail", 0.0), ("heavy tail inside", None)])
def test_exact_values_of_heavy_tails(name, first):
    """With x = c +- t^20, which flattens the singularity."""
    family = FAMILIES[name]
    f = family.make(1, 0.9, SEED)
    centre = f._centre[0] if first is None else first
    t = (np.arange(100_000) + 0.5) / 100_000
    total = 0.0
    for sign, length in ((1.0, 1.0 - centre), (-1.0, centre)):
        if length:
            end = length ** (1 / 20)
            distance = (t * end) ** 20
            # Far below the rounding of c the distance itself is lost: only f = A distance^-0.9 is left.
            amplitude = f(np.array([[centre + sign * 0.01]]))[0] * 0.01**0.9
            values = amplitude * distance**-0.9
            np.testing.assert_allclose(
                f(centre + sign * distance[distance > 1e-4, np.newaxis]), values[distance > 1e-4], rtol=1e-9
            )
            total += np.mean(values * 20 * (t * end) ** 19) * end
    assert total == pytest.approx(1.0, rel=1e-3)
    assert f.exact == 1.0


@pytest.mark.parametrize("name", [name for name in FAMILIES if "singular" not in name])
def test_volumes(name):
    family = FAMILIES[name]
    dim = 2 if 2 in family.dims else family.dims[0]
    f = family.make(dim, family.values[2], SEED)
    shown = f.shows(NETS[dim])
    assert shown.shape == (2**16, len(f.volumes))
    assert shown.dtype == bool
    for share, volume in zip(shown.mean(axis=0), f.volumes, strict=True):
        assert math.isnan(volume) or share == pytest.approx(volume, rel=0.15)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_every_member_can_be_built_and_is_finite(family):
    for dim in family.dims:
        x = np.random.default_rng(0).random((50, dim))
        for value in family.values:
            f = family.make(dim, value, SEED)
            assert f.dim == dim
            assert math.isfinite(f.exact)
            assert np.isfinite(f(x)).all()
            assert f.shows(x).shape == (50, len(f.volumes))


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_knobs_make_structures_smaller_or_stronger(family):
    easy, hard = (family.make(family.dims[0], family.values[place], SEED) for place in (0, -1))
    assert easy.volumes[0] > hard.volumes[0] or list(family.values) == sorted(family.values)


def test_places_differ_by_seed_and_lie_apart():
    one, other = FAMILIES["top hat"].make(2, 0.01, 1), FAMILIES["top hat"].make(2, 0.01, 2)
    assert (one(NETS[2]) != other(NETS[2])).any()
    for seed in range(20):
        first, second = two_places(1, seed, 0.3)
        assert abs(first - second) >= 0.3
