"""The measurement of what it gains to train while workers compute."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from benchmarks.overlap import Sleeping, one_after_the_other
from iflow.executors import hire
from iflow.options import ExecutionOptions
from iflow.proposal import Uniform
from iflow.sampler import Sampler


def test_all_slices_are_there_before_the_first_is_handed_out_and_only_within_the_block():
    f = Sleeping("camel", 2, 1e-4)
    latents = [*np.random.default_rng(1).random((2, 300, 2))]
    with ThreadPoolExecutor(1) as executor:
        crew = hire(ExecutionOptions(executor=executor))
        sampler = Sampler(f, 2, seed=1, max_neval=10_000, crew=crew)
        before = sampler.neval
        with one_after_the_other():
            batches = sampler.stream(latents, Uniform(2), at_once=True)
            first = next(batches)
            assert sampler.neval - before == 600
            batches.close()
        batches = sampler.stream(latents, Uniform(2), at_once=True)
        again = next(batches)
        assert sampler.neval - before == 900
        batches.close()
        crew.close()
    np.testing.assert_array_equal(first.x, again.x)
