"""A large integrand goes to each worker once, and small ones with every chunk."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

import iflow


@pytest.fixture
def pool():
    """Two processes that note what they are sent."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver")) as pool:
        submit, sent = pool.submit, []

        def noting(function, *arguments):
            if arguments:  # and no greeting
                sent.append(arguments[1])
            return submit(function, *arguments)

        pool.submit, pool.sent = noting, sent
        yield pool


def numbers(f, **options):
    options |= {"max_neval": 20_000, "rtol": 1e-9, "seed": 7, "cost": 1e-3, "flow": False}
    result = iflow.integrate(f, 2, **options)
    return result.mean, result.sdev, result.neval


def test_a_table_of_50_megabytes(pool):
    table = np.random.default_rng(1).random(6_250_000)

    def f(x):
        return table[0] + (x**2).sum(axis=1)

    assert numbers(f, executor=pool) == numbers(f)
    with_it = [len(pickled) for pickled in pool.sent if pickled is not None]
    assert min(with_it) > table.nbytes
    assert len(pool.sent) > 10
    # One that starts late may miss its turn and say so.
    assert 2 <= len(with_it) <= 4


def test_a_small_one(pool):
    scale = 2.0

    def f(x):
        return scale + (x**2).sum(axis=1)

    assert numbers(f, executor=pool) == numbers(f)
    assert all(pool.sent)
