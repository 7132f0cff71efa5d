"""How several integrals lie in one row, and what is said when they no longer do."""

import re

import numpy as np
import pytest

from iflow.layout import Layout, Leaf

N = 4
REAL = np.arange(24.0).reshape(N, 3, 2)
MIXED = {"b": REAL, "a": np.arange(N), "z": np.arange(N) * (1.0 + 2.0j), "w": 1j * REAL[:, :2, 0]}


def test_leaves_keep_their_order_and_shapes():
    layout = Layout.of(MIXED, N)
    assert layout.leaves == (
        Leaf("b", (3, 2), False),
        Leaf("a", (), False),
        Leaf("z", (), True),
        Leaf("w", (2,), True),
    )
    assert [leaf.n_numbers for leaf in layout.leaves] == [6, 1, 1, 2]
    assert [leaf.size for leaf in layout.leaves] == [6, 1, 2, 4]
    assert layout.k == 13
    assert layout.groups.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 7, 8, 8, 9, 9]
    assert str(layout) == "{'b': [n, 3, 2], 'a': [n], 'z': [n] complex, 'w': [n, 2] complex}"


@pytest.mark.parametrize("shape", [(N,), (N, 1), (N, 1, 1)])
def test_one_number_a_point_is_a_scalar_however_many_axes_it_has(shape):
    layout = Layout.of(np.ones(shape), N)
    assert layout.is_scalar
    assert (layout.k, str(layout)) == (1, "[n]")
    np.testing.assert_array_equal(layout.flatten(np.ones(shape), N), np.ones((N, 1)))


@pytest.mark.parametrize("values", [{"a": np.ones(N)}, np.ones((N, 2)), np.ones(N) * 1j])
def test_a_name_a_second_number_or_an_imaginary_part_is_none(values):
    assert not Layout.of(values, N).is_scalar


def test_columns_are_leaf_after_leaf_in_c_order():
    columns = Layout.of(MIXED, N).flatten(MIXED, N)
    assert columns.dtype == np.float64
    np.testing.assert_array_equal(columns[:, :6], REAL.reshape(N, 6))
    np.testing.assert_array_equal(columns[:, 6], np.arange(N))
    np.testing.assert_array_equal(columns[:, 7:9], np.outer(np.arange(N), [1.0, 2.0]))
    np.testing.assert_array_equal(columns[:, 9:], np.kron(REAL[:, :2, 0], [0.0, 1.0]))
    np.testing.assert_array_equal(Layout.of(MIXED, N).flatten(dict(reversed(MIXED.items())), N), columns)


def test_columns_have_memory_of_their_own():
    for values in (np.ones((N, 2)), np.ones((N, 2)) * 1j, np.ones((N, 2), order="F"), np.ones((2, N)).T * 1j):
        columns = Layout.of(values, N).flatten(values, N)
        columns[:] = 7.0
        assert not np.any(values == 7.0)


def test_every_component_has_a_name():
    layout = Layout.of(MIXED, N)
    assert [layout.name(i) for i in (0, 5, 6, 7, 8, 12)] == [
        "'b'[0, 0]",
        "'b'[2, 1]",
        "'a'",
        "the real part of 'z'",
        "the imaginary part of 'z'",
        "the imaginary part of 'w'[1]",
    ]
    assert layout.told(5) == "f's 'b'[2, 1]"
    assert Layout.of(np.ones((N, 2)), N).told(1) == "f's [1]"
    assert Layout.of(np.ones(N) * 1j, N).told(1) == "the imaginary part of f"
    for outside in (-1, 13):
        with pytest.raises(ValueError, match=f"one of 0, ..., 12, got {outside}"):
            layout.name(outside)


def test_is_complex_where_either_look_was():
    real, complex_ = ({"a": np.ones(N), "b": b} for b in (np.ones((N, 2)), 1j * np.ones((N, 2))))
    wider = Layout.of(real, N).widened(Layout.of(complex_, N))
    assert wider == Layout.of(complex_, N) == Layout.of(complex_, N).widened(Layout.of(real, N))
    np.testing.assert_array_equal(wider.flatten(real, N), [[1.0, 1.0, 0.0, 1.0, 0.0]] * N)


def test_an_imaginary_part_is_never_dropped_unless_it_is_zero():
    layout = Layout.of(np.ones((N, 2)), N)
    values = np.ones((N, 2)) + 0j
    np.testing.assert_array_equal(layout.flatten(values, N), np.ones((N, 2)))
    values[2, 1] = complex(1.0, 1e-300)
    with pytest.raises(TypeError, match=re.escape("f's [1] was real when it was probed, and is (1+1e-300j)")):
        layout.flatten(values, N)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (np.ones(3), ValueError, "with the points as the first axis, [4, ...], got shape (3,)"),
        ({"a": np.float64(1.0)}, ValueError, "f's 'a' must return one value a point"),
        (np.ones((N, 0)), ValueError, "at least one number a point, got shape (4, 0)"),
        ({}, ValueError, "at least one integral, got an empty dict"),
        ({("a", 1): np.ones(N)}, TypeError, "names of integrals must be strings, got ('a', 1)"),
    ],
)
def test_refuses(values, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Layout.of(values, N)
