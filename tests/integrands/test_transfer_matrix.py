"""The transfer matrix against what is known in closed form, and against another one."""

import numpy as np
import pytest

import integrands
from integrands.shared.transfer_matrix import TransferMatrix


@pytest.mark.parametrize(("slices", "beta"), [(3, 0.5), (8, 4.0), (12, 6.0)])
def test_oscillator_has_its_partition_function_and_propagator(slices, beta):
    spacing = beta / slices
    matrix = TransferMatrix(lambda q: 0.5 * q**2, spacing, edge=10.0)
    path = integrands.get("oscillator_path", slices, beta=beta)
    assert matrix.partition(slices) == pytest.approx(path.exact, rel=1e-11)
    # A Gaussian of slices variables, whose inverse covariance is diagonal in Fourier modes.
    angles = 2 * np.pi * np.arange(slices) / slices
    spectrum = 1 / ((2 - 2 * np.cos(angles)) / spacing + spacing)
    for lag in range(slices):
        covariance = np.mean(spectrum * np.cos(lag * angles))
        assert matrix.correlation(slices, lag) == pytest.approx(covariance, rel=1e-9)


def test_double_well_is_that_of_the_chain():
    # With slices of length 1 the chain has the same weight but for the norm of each slice.
    chain = integrands.get("phi4_chain", 5, mass_squared=-4.0, coupling=1.0)
    matrix = TransferMatrix(lambda q: (q**2 - 1) ** 2, 1.0, edge=6.0)
    assert matrix.partition(5) * (2 * np.pi) ** 2.5 == pytest.approx(chain.exact, rel=1e-11)
    assert matrix.correlation(5, 1) == pytest.approx(matrix.correlation(5, 4), rel=1e-12)
    assert matrix.correlation(5, 0) > matrix.correlation(5, 1) > matrix.correlation(5, 2) > 0
