"""Points at which f raises are found, all others are computed, and each counts once."""

import math
import pickle
import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from iflow.integrand import Integrand, SkippingIntegrand
from iflow.integrand.caller import Caller
from iflow.integrand.marks import reasons_of
from iflow.integrand.omitted import first_raised, require_few
from iflow.integrand.skipping import Skipping
from iflow.reasons import Reason

N = 300


def is_missing(values):
    return reasons_of(values) == Reason.RAISED


class Failing:
    """f(x) = x0 + 2 x1, where no x0 is among some that it raises at; counts its calls."""

    def __init__(self, bad, error=ValueError):
        self.bad, self.error, self.n_calls = np.asarray(bad, dtype=float), error, 0

    def __call__(self, x):
        self.n_calls += 1
        if np.isin(x[..., 0], self.bad).any():
            raise self.error("no solution")
        return x[..., 0] + 2.0 * x[..., 1]


def numbered(n=N):
    """Points whose first coordinate is their number."""
    return np.stack([np.arange(n, dtype=float), np.linspace(0.0, 1.0, n)], axis=1)


BAD = {
    "none": [],
    "first": [0],
    "last": [N - 1],
    "first and last": [0, N - 1],
    "neighbours": [100, 101, 102, 103],
    "one in four": range(0, N, 4),
    "all but one": [i for i in range(N) if i != 37],
    "all": range(N),
}


@pytest.mark.parametrize("pointwise", [False, True])
@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_each_point_that_can_be_computed_is_and_no_other(bad, pointwise):
    x, bad = numbered(), list(bad)
    columns = np.full(N, np.nan)
    for part, values in Skipping().computed(Caller(Failing(bad)), x, pointwise=pointwise):
        assert np.isnan(columns[part]).all()  # each once
        columns[part] = values
    expected = x[:, 0] + 2.0 * x[:, 1]
    expected[bad] = np.nan
    assert_array_equal(columns, expected)


def test_the_search_learns_how_large_blocks_may_be():
    """With one in a hundred that raises, no batch but the first takes more than 1.5 evaluations a point."""
    rng, skipping = np.random.default_rng(3), Skipping()
    spent = []
    for _ in range(6):
        x = rng.random((10_000, 2))
        caller = Caller(Failing(x[x[:, 0] < 0.01, 0]))
        n = sum(len(values) for _, values in skipping.computed(caller, x, pointwise=False))
        assert n == np.count_nonzero(x[:, 0] >= 0.01)
        spent.append(caller.neval / len(x))
    assert spent[0] < 4.0
    assert max(spent[1:]) < 1.5


def test_a_function_that_raises_by_chance_ends_the_search_too():
    """Raises at every third call, whatever the points: no point of a block need raise alone."""

    class Moody(Failing):
        def __call__(self, x):
            super().__call__(x)
            if self.n_calls % 3 == 0:
                raise ValueError
            return x[:, 0]

    parts = [*Skipping().computed(Caller(Moody([])), numbered(), pointwise=False)]
    rows = np.concatenate([np.arange(N)[part] for part, _ in parts])
    assert len(np.unique(rows)) == len(rows) > N // 2


def probed(f, x, **options):
    integrand = SkippingIntegrand(f, x.shape[1], **options)
    integrand.probe(x[: integrand.probe_size])
    return integrand


def pointwise(f):
    """The same as a function of one point alone."""

    def one(x):
        assert x.ndim == 1
        return float(f(x))

    return one


FORMS = {"vectorised": lambda f: f, "pointwise": pointwise}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_values_are_those_of_an_integrand_but_nan_where_f_raises(form):
    x = numbered()
    integrand, plain = probed(form(Failing([50, 51, 200])), x), Integrand(form(Failing([])), 2)
    plain.probe(x[: plain.probe_size])
    before = integrand.neval
    assert before == plain.neval
    values = integrand(x)
    missing = is_missing(values)
    assert_array_equal(np.flatnonzero(missing), [50, 51, 200])
    assert_array_equal(values[~missing], plain(x)[~missing])
    assert (integrand.neval - before, integrand.n_skipped) == (N, 3)
    assert (integrand.n_searched > 0) == (form is FORMS["vectorised"])


@pytest.mark.parametrize(
    ("f", "k"),
    [
        (lambda x: np.stack([x[:, 0], -x[:, 1]], axis=1), 2),
        (lambda x: {"a": x[:, 0], "b": x[:, 1] * (1.0 + 2.0j)}, 3),
    ],
    ids=["array", "complex in a dict"],
)
def test_of_several_integrals_all_components_of_a_point_are_missing(f, k):
    failing, x = Failing([7, 70]), numbered()

    def several(x):
        failing(x)
        return f(x)

    values = probed(several, x)(x)
    assert values.shape == (N, k)
    assert_array_equal(np.flatnonzero(np.isnan(values).any(axis=1)), [7, 70])
    assert np.isnan(values[[7, 70]]).all()


def test_logarithms_of_zero_are_no_missing_ones():
    failing, x = Failing([7]), numbered()

    def log_f(x):
        failing(x)
        return np.where(x[:, 0] == 9, -np.inf, x[:, 1])

    values = probed(log_f, x, log=True)(x)
    assert_array_equal(np.flatnonzero(is_missing(values)), [7])
    assert values[9] == -np.inf


def test_an_array_that_f_returns_again_and_again_is_copied():
    failing, x, buffer = Failing([7, 150]), numbered(), np.empty(N)

    def f(x):
        buffer[: len(x)] = failing(x)
        return buffer[: len(x)]

    values = probed(f, x)(x)
    expected = x[:, 0] + 2.0 * x[:, 1]
    expected[[7, 150]] = np.nan
    assert_array_equal(values, expected)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("error", [MemoryError, ModuleNotFoundError, KeyboardInterrupt, SystemExit])
def test_what_says_nothing_about_a_point_is_raised(form, error):
    x = numbered()
    integrand = probed(form(Failing([50], error)), x)
    with pytest.raises(error, match="no solution"):
        integrand(x)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda x: np.where(x[:, 0] == 60, np.nan, 1.0), "f must be finite: 1 of "),
        (lambda x: np.ones((len(x), 2)) if (x[:, 0] == 60).any() else x[:, 0], "f must return"),
        (lambda x: None if (x[:, 0] == 60).any() else x[:, 0], "f must return numbers, got None"),
    ],
    ids=["nan", "shape", "None"],
)
def test_what_f_returns_is_checked_as_ever(wrong, message):
    failing, x = Failing([50]), numbered()

    def f(x):
        failing(x)
        return wrong(x)

    with pytest.raises((ValueError, TypeError), match=re.escape(message)):
        probed(f, x)(x)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("bad", [[0], [4], [0, 1, 2, 3], [1, 2, 3, 4]], ids=str)
def test_a_probe_makes_do_with_the_points_that_f_can_be_computed_at(form, bad):
    x = numbered()
    integrand, plain = probed(form(Failing(bad)), x), probed(form(Failing([])), x)
    assert integrand.pointwise == plain.pointwise == (form is pointwise)
    assert integrand.neval == plain.neval
    assert integrand.n_searched > 0
    assert_array_equal(np.flatnonzero(is_missing(integrand(x))), bad)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_probe_at_which_f_always_raises_is_told(form):
    # A function of one point that is handed many may raise what it likes: both are told.
    with pytest.raises((ValueError, AssertionError)) as caught:
        probed(form(Failing(range(N))), numbered())
    told = [str(caught.value), *caught.value.__notes__]
    assert any("no solution" in line for line in told)
    assert told[-1] == "on_error='skip' is of no use: f raised at each of 5 points"


def test_a_probe_does_not_skip_a_point_where_f_is_nan():
    failing = Failing([1])

    def f(x):
        failing(x)
        return np.where(x[:, 0] == 3, np.nan, x[:, 0])

    with pytest.raises(ValueError, match="f must be finite"):
        probed(f, numbered())


def test_what_f_raised_is_told_with_the_point_and_asks_f_once():
    x = numbered()
    integrand = probed(Failing([50]), x)
    skipped, before = is_missing(integrand(x)), integrand.n_searched
    assert (
        first_raised(integrand.raised_at, x, skipped) == f"ValueError: no solution, at x = {x[50].tolist()}"
    )
    assert integrand.n_searched == before + 1
    assert first_raised(integrand.raised_at, x, np.zeros(N, dtype=bool)) == ""
    assert "did not raise once more" in first_raised(lambda point: None, x, skipped)


def test_more_than_half_of_a_batch_is_too_much():
    x, skipped = numbered(), np.arange(N) < N // 2

    def raised_at(point):
        return ZeroDivisionError(f"at {point[0]:g}")

    require_few(raised_at, x, skipped)
    require_few(raised_at, x[:31], np.ones(31, dtype=bool))  # too few to tell
    skipped[200] = True
    with pytest.raises(ZeroDivisionError, match="at 0") as caught:
        require_few(raised_at, x, skipped)
    assert "151 of 300 points of a batch" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match="not when it was computed once more"):
        require_few(lambda point: None, x, skipped)


def test_what_a_worker_sends_adds_up_to_what_is_computed_here():
    x = numbered()
    here, there = probed(Failing([50, 51, 200]), x), probed(Failing([50, 51, 200]), x)
    before = there.neval
    workers = [pickle.loads(pickle.dumps(there)).on_worker() for _ in range(2)]
    sent = np.concatenate([workers[0].as_sent(x[:120]), workers[1].as_sent(x[120:])])
    assert math.isfinite(sent[:, -1].sum())
    assert_array_equal(there._take(sent), here(x))
    assert (there.neval - before, there.n_skipped) == (N, 3)
    assert there.n_searched == sum(worker.n_searched for worker in workers) > 0
