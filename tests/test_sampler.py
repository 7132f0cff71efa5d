"""Points of a proposal, evaluated: all at once, or as a stream of batches from a proposal that learns."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import iflow.sampler as module
from iflow.checkpoint import Folder, Recorder, Tape
from iflow.logbook import Logbook
from iflow.sampler import Sampler
from iflow.watching import Callback

FIELDS = ("x", "y", "sign", "log_f", "log_q")


class Power:
    """y = u^power."""

    name, latent_dim = "power", 2

    def __init__(self, power=2.0):
        self.power = power

    def place(self, u):
        y = u**self.power
        return y, self.log_density(y)

    def log_density(self, y):
        return ((1.0 / self.power - 1.0) * np.log(y) - np.log(self.power)).sum(axis=1)


class Counting:
    """An integrand that keeps how many points it was given at a time."""

    def __init__(self):
        self.sizes = []

    def __call__(self, x):
        self.sizes.append(len(x))
        return np.cos(3.0 * x[:, 0]) + x[:, 1]


def latents(*sizes):
    rng = np.random.default_rng(1)
    return [rng.random((n, 2)) for n in sizes]


def made(f=None):
    return Sampler(f or Counting(), [(0.0, 2.0), (-1.0, 1.0)], seed=1, max_neval=10_000)


def assert_same(batch, other):
    for name in FIELDS:
        assert_array_equal(getattr(batch, name), getattr(other, name))


@pytest.mark.parametrize("largest", [1_000, 30])
def test_a_stream_is_what_the_proposal_made_when_it_was_asked_for(monkeypatch, largest):
    monkeypatch.setattr(module, "LARGEST_BATCH", largest)
    own = latents(100, 40, 1)
    expected = [made().draw(u, Power()) for u in own]
    proposal = Power()
    stream = made().stream(own, proposal, at_once=True)
    proposal.power = 3.0  # before the first batch is asked for
    batches = []
    for batch in stream:
        batches.append(batch)
        proposal.power += 1.0
    assert len(batches) == 3
    for batch, other in zip(batches, expected, strict=True):
        assert_same(batch, other)


def test_nothing_is_evaluated_before_it_is_asked_for():
    f = Counting()
    sampler = made(f)
    before, stream = len(f.sizes), sampler.stream(latents(100, 40), Power(), at_once=True)
    assert f.sizes[before:] == []
    next(stream)
    stream.close()
    assert f.sizes[before:] == [100]
    assert sampler.neval == 11 + 100


def test_batches_of_a_stream_are_written_down_in_order_and_not_evaluated_again(tmp_path):
    f, own = Counting(), latents(100, 40)
    sampler, folder = made(f), Folder(tmp_path)
    clock = Logbook(Callback(lambda row: None))
    sampler.recorder = Recorder(Tape(folder), sampler=sampler, clock=clock, content=lambda: None)
    first = list(sampler.stream(own, Power(), "training", at_once=True))
    assert folder.batch_numbers() == [1, 2]
    before = len(f.sizes)
    # As after an exception: the latents are those of before, wherever they would be placed now.
    again = list(sampler.stream(own, Power(7.0), "training", at_once=True))
    assert len(f.sizes) == before
    for batch, other in zip(again, first, strict=True):
        assert_same(batch, other)
    list(sampler.stream(own, Power()))  # of no phase of the run
    assert folder.batch_numbers() == [1, 2]
