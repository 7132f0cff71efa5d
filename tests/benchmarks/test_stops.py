"""Runs that real signals stop, and that the machine does not treat well, end as if nothing had been."""

import random

import pytest

import iflow
from benchmarks import shock, stops
from benchmarks.killed_run import DIM, OPTIONS, integrand
from iflow.executors import foreman


def test_a_run_that_a_signal_stops_goes_on_as_if_nothing_had_been(tmp_path):
    """`python -m benchmarks.faults --runs 100` has a hundred of them, with workers too."""
    found = [*stops.study(tmp_path, 3, random.Random(2))]
    assert {each.kind for each in found} == {*stops.KINDS}
    assert any(each.was_stopped and each.n_stored for each in found)
    for each in found:
        assert each.is_same
        assert each.is_counted
        assert each.n_again == 0
        if each.kind != "SIGKILL":
            assert each.n_lost == 0
    assert len(stops.rows(found)) == 3


def test_sigterm_waits_for_what_workers_are_at(tmp_path):
    alone = stops.leave_alone(tmp_path / "alone")
    found = stops.stop("SIGTERM", 2, tmp_path / "run", alone, stops.Moment(n=20_000, delay=0.0))
    assert found.was_stopped
    assert found.n_computed > 20_000
    assert found.n_stored == found.n_computed
    assert found.n_lost == found.n_again == 0
    assert found.is_same
    assert found.is_counted


@pytest.mark.parametrize("kind", shock.KINDS)
def test_no_number_depends_on_disk_memory_or_clock(tmp_path, kind):
    expected = iflow.integrate(integrand, DIM, **OPTIONS)
    for seed in range(2):
        happening, result = shock.run(kind, tmp_path / str(seed), random.Random(seed))
        assert happening.n > 0
        assert result == expected
        assert happening.n_points == result.neval
        assert bool(result.circumstances) == (kind != "the clock jumps")
        assert iflow.resume(tmp_path / str(seed) / "run", integrand) == expected


def test_timeouts_of_workers_do_not_look_at_the_clock_on_the_wall(tmp_path, monkeypatch):
    rng = random.Random(3)
    now = foreman.time.time
    monkeypatch.setattr(foreman.time, "time", lambda: now() + rng.uniform(-2e4, 2e4))
    result = iflow.integrate(integrand, DIM, workers=2, timeout=60.0, max_seconds=600.0, **OPTIONS)
    assert result == iflow.integrate(integrand, DIM, **OPTIONS)
    assert result.circumstances == ()
