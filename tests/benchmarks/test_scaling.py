"""Simulated workers, and the command that measures real ones."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from benchmarks.scaling import __main__ as command
from benchmarks.scaling.crowd import crowd
from benchmarks.scaling.load import Load
from benchmarks.scaling.parent import Instant, handling
from benchmarks.scaling.simulation import Farm, Outcome, Parent, Round, _Clock, rounds_of, simulate
from benchmarks.scaling.turns import KINDS, Rates, Scaling, take_turns
from iflow.executors.chunking import Chunking

FREE = Parent(handling=0.0, place=0.0, add=0.0)
EVEN = Farm(10, 1e-2, spread=0.0, latency=0.0)


def shares(outcome):
    return outcome.useful + outcome.training + outcome.sampling + outcome.scheduling


def test_where_nothing_takes_time_all_workers_compute():
    outcome = simulate(EVEN, FREE, [Round(10_000), Round(200_000)])
    assert outcome.neval == 210_000
    assert outcome.useful == pytest.approx(1.0, abs=1e-3)  # they end within a chunk of 20 ms of each other
    assert outcome.seconds == pytest.approx(210.0, rel=1e-3)
    assert outcome.training == outcome.sampling == 0.0


def test_workers_wait_while_the_process_trains():
    outcome = simulate(EVEN, FREE, [Round(10_000, training=5.0), Round(10_000, training=5.0)])
    assert outcome.training == pytest.approx(10.0 / 30.0, rel=1e-3)
    assert outcome.sampling == 0.0
    assert shares(outcome) == pytest.approx(1.0)


def test_workers_wait_for_points_that_take_longer_than_calls():
    # A point takes 2 ms to make, and 1 ms of all workers to compute.
    outcome = simulate(EVEN, replace(FREE, place=2e-3), [Round(65_536 * 3)])
    assert outcome.seconds == pytest.approx(65_536 * (3 * 2e-3 + 1e-3), rel=0.01)
    assert outcome.sampling > 0.5
    assert outcome.scheduling < 0.01


def test_points_are_made_while_workers_compute():
    outcome = simulate(EVEN, replace(FREE, place=2e-4, add=1e-4), [Round(65_536 * 10)])
    begin_and_end = 65_536 * 3e-4
    assert outcome.seconds == pytest.approx(655.36 + begin_and_end, rel=0.01)


def test_a_process_that_hands_out_slowly_is_what_limits():
    farm, calls = replace(EVEN, n=1_000), [Round(50_000)]
    quick, slow = (simulate(farm, replace(FREE, handling=seconds), calls) for seconds in (0.0, 2e-3))
    assert quick.seconds == pytest.approx(0.5, abs=0.2)  # 0.5 s each, and a chunk at the end
    assert slow.seconds == pytest.approx(slow.chunks * 2e-3, rel=0.2)
    assert slow.scheduling > 0.8


def test_a_clock_counts_parts_of_what_it_was_told():
    clock = _Clock()
    for begin, end in ((1.0, 2.0), (2.0, 3.0), (5.0, 5.0), (6.0, 8.0)):
        clock.add(begin, end)
    times = (0.0, 1.5, 2.5, 4.0, 7.0, 9.0)
    assert [clock.up_to(time) for time in times] == [0.0, 0.5, 1.5, 2.0, 3.0, 4.0]


def test_calls_that_scatter_cost_time_at_the_end_only():
    outcome = simulate(replace(EVEN, spread=0.5), FREE, [Round(100_000)])
    assert outcome.useful > 0.998


def test_overhead_with_hundreds_of_workers():
    parent = Parent(handling=1e-4, place=2e-6, add=2e-7)
    prepared = [Round(1_024 << level // 2) for level in range(10)]
    farm = Farm(300, 1e-2, chunking=Chunking(handling=1e-4))
    outcome = simulate(farm, parent, rounds_of(prepared, 1_000_000))  # 33 s
    assert outcome.scheduling < 0.03
    assert outcome.useful > 0.95


def test_rounds_make_up_the_run():
    prepared = [Round(1_024, 0.1), Round(2_048), Round(10**9)]
    found = rounds_of(prepared, 100_000)
    assert found[:2] == prepared[:2]
    assert sum(each.n for each in found) == 100_000
    assert found[2].n == 16 << 10  # a quarter of what is left, in 16 nets


def test_what_is_measured_of_a_process():
    assert 0.0 < handling(Instant(), Load(0.0), n_chunks=50) < 0.1


def test_threads_beside_their_simulation():
    found = crowd(20, 2e-3, neval=2_000, parent=Parent(2e-4, 1e-6, 1e-6))
    assert found.neval == pytest.approx(2_000, abs=100)
    assert 0.0 < found.useful < 1.0
    assert found.simulated.neval == found.neval
    assert found.useful < 1.2 * found.simulated.useful


@pytest.mark.clock
def test_sleeping_threads_take_the_time_that_was_simulated():
    found = crowd(50, 1e-2, neval=20_000, parent=Parent(1e-4, 2e-6, 1e-6))
    assert found.seconds == pytest.approx(found.simulated.seconds, rel=0.3)


def test_turns_have_neighbours():
    scaling = Scaling(KINDS[0], 1e-3, 1_000)
    scaling.rates[1] += [Rates(900.0, 950.0)] * 3
    scaling.rates[2] += [Rates(1_800.0, 1_900.0), Rates(1_710.0, 1_900.0), Rates(1_890.0, 1_900.0)]
    assert scaling.ratios("whole") == [2.0, 1.9, 2.1]
    assert scaling.text("whole") == "2.000 (1.950 - 2.050)"
    assert scaling.of_ideal(2) == pytest.approx(0.95)


def test_threads_take_turns():
    (scaling,) = take_turns(KINDS[2:], 1e-3, neval=300, repeats=1, on_turn=lambda text: None)
    assert scaling.rates[1][0].whole <= 1_000.0
    assert len(scaling.ratios("measurement")) == 1


@pytest.fixture
def invoke(monkeypatch):
    def run(*arguments):
        # Processes take seconds to start: their turns are tried by hand, and by the benchmark itself.
        monkeypatch.setattr(command, "KINDS", KINDS[2:])
        monkeypatch.setattr(command, "ProcessPoolExecutor", ThreadPoolExecutor)
        monkeypatch.setattr(command, "_RUN_SECONDS", 5.0)
        return CliRunner().invoke(command.main, ["--quick", "--seconds", "0.2", *arguments])

    return run


def test_the_command(invoke, tmp_path):
    figure = tmp_path / "scaling.png"
    result = invoke("--figure", str(figure))
    assert result.exit_code == 0, result.output
    for text in ("sleeping", "the crew alone", "simulated: where workers' time goes", "virtual time"):
        assert text in result.output
    assert figure.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("costs", ["", "1,x", "0"])
def test_costs_that_make_no_sense_are_refused(costs):
    assert CliRunner().invoke(command.main, ["--costs", costs, "--only", "turns"]).exit_code == 2


def test_goals_that_are_missed_are_named():
    scaling = Scaling(KINDS[0], 1e-3, 1_000)
    scaling.rates[1].append(Rates(1.0, 1.0))
    scaling.rates[2].append(Rates(1.9, 1.84))
    assert command._slow([scaling]) == ["missed: workers=N (loky), 1 ms a call, measurement: 1.840 < 1.85"]
    scaling.rates[2][0] = Rates(1.9, 1.86)
    assert command._slow([scaling]) == []
    lost = Outcome(1.0, 1, 1, useful=0.9, training=0.0, sampling=0.0, scheduling=0.1)
    found = {("mixture, threads", 1e-2, 1_000): lost, ("mixture, threads", 1.0, 1_000): lost}
    assert command._lossy(found) == ["missed: mixture, threads: 10.00% lost to scheduling"]


@pytest.mark.parametrize("sleeps", [False, True])
def test_loads_take_their_time(sleeps):
    begun = time.perf_counter()
    values = Load(1e-3, sleeps)(np.full((5, 4), 0.5))
    assert time.perf_counter() - begun >= 5e-3
    np.testing.assert_array_equal(values, np.ones(5))
