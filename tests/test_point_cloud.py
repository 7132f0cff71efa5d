"""Points of a proposal: checked at the door, scaled so that nothing overflows."""

import numpy as np
import pytest

from iflow.batch import Batch
from iflow.point_cloud import PointCloud

X = np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": X[:, 0]}, r"x must be points \[n, dim\], n >= 1, got shape \(3,\)"),
        ({"x": X[:0], "weight": np.empty(0)}, "n >= 1, got shape"),
        ({"weight": np.ones(2)}, "weight must be 3 finite numbers"),
        ({"weight": np.array([1.0, np.nan, 1.0])}, "weight must be 3 finite numbers"),
        ({"u": np.ones((2, 2))}, r"u must be latents \[3, latent_dim\], one a point, got shape \(2, 2\)"),
        ({"names": ("a",)}, r"names must be 2, one an axis, got \('a',\)"),
    ],
)
def test_shapes_are_checked(changes, message):
    with pytest.raises(ValueError, match=message):
        PointCloud(**{"x": X, "weight": np.ones(3)} | changes)


def test_weights_of_any_size_are_scaled_to_a_largest_of_one():
    log_f = np.array([4000.0, 4000.0 + np.log(2.0), -np.inf])
    batch = Batch(X, X, np.array([-1.0, 1.0, 0.0]), log_f, np.zeros(3))
    cloud = PointCloud.of(batch, names=["a", "b"])
    np.testing.assert_allclose(cloud.weight, [-0.5, 1.0, 0.0])
    np.testing.assert_allclose(cloud.absolute, [1 / 3, 2 / 3, 0.0])
    assert cloud.labels == ("a", "b")


def test_zeros_stay_zeros():
    batch = Batch(X, X, np.zeros(3), np.full(3, -np.inf), np.zeros(3))
    np.testing.assert_array_equal(PointCloud.of(batch).absolute, np.zeros(3))
