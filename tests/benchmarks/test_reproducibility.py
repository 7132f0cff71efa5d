"""Runs that are compared bit for bit: what counts as the same, and a run under other threads."""

import json

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from benchmarks.repeated_run import CASES, numbers_of, run
from benchmarks.reproducibility import HERE, Setting, gap_of, numbers
from iflow.events.expectation import _mean


@pytest.fixture(scope="module")
def plain():
    return json.loads(json.dumps(numbers_of(run("uniform", "plain"))))


def test_a_run_in_another_process_with_other_threads_and_hashes_is_the_same(plain):
    setting = Setting("all at once", threads=2, variables={"PYTHONHASHSEED": "7"})
    assert str(gap_of(plain, numbers("uniform", setting))) == "same"


@pytest.mark.parametrize("way", ["threads", "resumed", "from file"])
def test_ways_of_computing_a_run_give_the_same(plain, way):
    assert gap_of(plain, numbers_of(run("uniform", way))).is_same


def test_the_last_bit_is_seen(plain):
    mean = float.fromhex(plain["mean"][0])
    moved = plain | {"mean": [np.nextafter(mean, 9.0).hex()], "digest": "other"}
    gap = gap_of(plain, moved)
    assert not gap.is_same
    assert 0.0 < gap.moved < 1e-10
    assert str(gap).endswith(" sdev")
    parted = plain | {"rows": plain["rows"][:-1], "digest": "other"}
    assert str(gap_of(plain, parted)) == f"0.0e+00 sdev, row {len(plain['rows'])}"


def test_every_way_is_among_the_settings_and_a_failure_is_told():
    assert {setting.way for setting in HERE} >= {"workers", "threads", "measured by workers", "resumed"}
    assert CASES.keys() >= {"grid", "mixture", "cells", "vector", "flow"}
    with pytest.raises(RuntimeError, match="uniform, broken: "):
        numbers("uniform", Setting("broken", variables={"PYTHONHASHSEED": "rubbish"}))


def test_expectations_of_events_do_not_depend_on_the_threads_of_the_blas():
    rng = np.random.default_rng(1)
    weights, values = rng.random(300_001), rng.random(300_001)
    found = []
    for n_threads in (1, 2):
        with threadpool_limits(n_threads, user_api="blas"):
            found.append(_mean(weights, values))
    assert found[0] == found[1]
