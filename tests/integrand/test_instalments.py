"""Batches that take long are computed here piece by piece, and what is stored is not computed again."""

import copy

import numpy as np
import pytest

from iflow.checkpoint import Folder
from iflow.checkpoint.pieces import Pieces
from iflow.executors import Piece
from iflow.fingerprint import key_of
from iflow.integrand import Integrand, SkippingIntegrand, instalments
from iflow.integrand.instalments import Instalments

X = np.random.default_rng(3).random((1000, 2))


class Clock:
    """Stands for the time: every point takes as long as it says."""

    def __init__(self, seconds_each):
        self.now, self.seconds_each = 0.0, seconds_each

    def perf_counter(self):
        return self.now


class F:
    """x0 + 2 x1 on a clock; notes how many points it was called with."""

    def __init__(self, clock, fails_beyond=np.inf):
        self.clock, self.fails_beyond, self.sizes = clock, fails_beyond, []

    def __call__(self, x):
        self.sizes.append(len(x))
        if sum(self.sizes) > self.fails_beyond:
            raise ArithmeticError("enough")
        self.clock.now += self.clock.seconds_each * len(x)
        return x @ [1.0, 2.0]


@pytest.fixture
def store(tmp_path):
    pieces = Pieces(Folder(tmp_path), worth=0.0)
    with pieces.writing():
        yield pieces


def make(monkeypatch, store, seconds_each, kind=Integrand, **of_f):
    """Returns an integrand that was probed, and its f."""
    clock = Clock(seconds_each)
    monkeypatch.setattr(instalments, "time", clock)
    f = F(clock, **of_f)
    integrand = kind(f, 2)
    integrand.probe(np.random.default_rng(1).random((5, 2)))
    integrand.store_pieces(store)
    integrand._instalments.learn(seconds_each * 5, 5)
    f.sizes.clear()
    return integrand, f


def test_a_batch_that_takes_seconds_is_computed_and_stored_in_pieces_of_about_one(monkeypatch, store):
    integrand, f = make(monkeypatch, store, 0.01)
    neval = integrand.neval
    pending = integrand.begin(X)
    np.testing.assert_array_equal(pending.result(), X @ [1.0, 2.0])
    assert f.sizes == [64] * 15 + [40]
    assert integrand.neval == neval + 1000
    assert pending.seconds == pytest.approx(10.0)
    assert len(store.find(key_of(X))) == 16


def test_a_batch_that_takes_less_is_computed_in_one_go(monkeypatch, store):
    integrand, f = make(monkeypatch, store, 0.0019)
    integrand(X)
    assert f.sizes == [1000]
    assert store.is_empty


def test_one_point_may_take_longer_than_a_piece(monkeypatch, store):
    integrand, f = make(monkeypatch, store, 60.0)
    integrand(X[:3])
    assert f.sizes == [1, 1, 1]


def test_what_was_thought_to_take_long_and_does_not_is_computed_in_one_go(monkeypatch, store):
    integrand, f = make(monkeypatch, store, 1e-5)
    integrand._instalments.learn(0.1, 1)  # the first call has loaded a library, say
    integrand(X)
    integrand(X[::-1])
    assert f.sizes == [8, 992, 1000]


def test_f_that_raises_leaves_what_was_before_and_only_the_rest_is_computed(monkeypatch, store):
    integrand, f = make(monkeypatch, store, 0.01, fails_beyond=300)
    neval = integrand.neval
    with pytest.raises(ArithmeticError):
        integrand(X)
    assert [piece.end for piece in store.find(key_of(X))] == [64, 128, 192, 256]
    n_failed = sum(f.sizes) - 256  # with the search for the point
    assert integrand.neval == neval + n_failed
    f.sizes.clear()
    f.fails_beyond = np.inf
    np.testing.assert_array_equal(integrand(X), X @ [1.0, 2.0])
    assert sum(f.sizes) == 744
    assert integrand.neval == neval + n_failed + 1000


def test_pieces_that_workers_left_are_used_and_gaps_filled(monkeypatch, store):
    values = X @ [1.0, 2.0]
    for start, end in ((700, 900), (100, 300)):
        store.keep(key_of(X), Piece(start, end, values[start:end], 5.0))
    integrand, f = make(monkeypatch, store, 1e-6)
    pending = integrand.begin(X)
    np.testing.assert_array_equal(pending.result(), values)
    assert f.sizes == [100, 400, 100]
    assert pending.seconds == pytest.approx(10.0, rel=1e-3)


def test_points_that_are_skipped_are_counted_once_in_any_piece(monkeypatch, store):
    integrand, f = make(monkeypatch, store, 0.01, kind=SkippingIntegrand)
    whole = SkippingIntegrand(skipping := Choosy(f.clock), 2)
    whole.probe(np.full((5, 2), 0.5))
    integrand._caller.f = skipping
    neval, searched = integrand.neval, integrand.n_searched
    values = integrand(X)
    np.testing.assert_array_equal(values, whole(X))
    assert len(store.find(key_of(X))) > 10
    assert integrand.n_skipped == whole.n_skipped == (X[:, 0] > 0.99).sum() > 2
    assert integrand.neval == neval + 1000
    # Every call of f is in one of the two counts.
    assert integrand.n_searched - searched == skipping.n - whole.neval - whole.n_searched - 1000


class Choosy:
    """Raises where x0 > 0.99; counts its evaluations, all of which take time on a clock."""

    def __init__(self, clock):
        self.clock, self.n = clock, 0

    def __call__(self, x):
        self.n += len(x)
        self.clock.now += 0.01 * len(x)
        if (x[:, 0] > 0.99).any():
            raise ArithmeticError("x0 > 0.99")
        return x @ [1.0, 2.0]


def test_copies_on_workers_store_nothing(monkeypatch, store):
    integrand, f = make(monkeypatch, store, 0.01)
    copy.copy(integrand).on_worker()(X)
    assert f.sizes == [1000]
    assert store.is_empty


def test_nothing_is_divided_by_what_took_no_time(store):
    kept = Instalments(store, 0.0)
    kept.learn(0.0, 10)
    assert not kept.suit(1 << 16)
