"""The scout loses nothing that was evaluated, whoever raises, and draws nothing twice."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose

from iflow.engine.contenders import GridContender, UniformContender
from iflow.engine.costs import Currency
from iflow.engine.race import Race
from iflow.engine.replay import Replay
from iflow.engine.scout import Look, Scout
from iflow.logbook import Logbook
from iflow.options import Target
from iflow.proposal import Uniform
from iflow.sampler import Sampler
from iflow.watching import Callback

CONTENDERS = {"uniform": UniformContender(2), "grid": GridContender(2)}
ROUND = [Look("uniform", 64, nets=True), Look("grid", 128, nets=False)]


def f(x):
    return 1.0 + x[:, 0] * x[:, 1]


class Stage:
    """A scout and all that it works with."""

    def __init__(self, function=f, report=lambda row: None, max_neval=10_000):
        self.logbook, self.replay = Logbook(Callback(report)), Replay()
        self.race = Race(Target(), Currency("calls", 1e-6))
        self.sampler = Sampler(function, 2, seed=1, max_neval=max_neval)
        seed = np.random.SeedSequence(2)
        self.scout = Scout(self.sampler, self.logbook, self.race, self.replay, seed=seed)

    def draw(self):
        self.scout.draw(CONTENDERS, 0.5)


def test_a_round_goes_to_the_replay_buffer_the_race_and_the_logbook():
    stage = Stage()
    stage.scout.begin_round(ROUND)
    assert stage.scout.is_busy
    stage.draw()
    drawn = stage.scout.drawn
    assert {name: len(batch) for name, batch in drawn.items()} == {"uniform": 64, "grid": 128}
    assert list(stage.race.pilots) == ["uniform", "grid"]
    assert len(stage.replay.close_round().y) == 192
    rows = stage.logbook.rows
    assert [(row.phase, row.proposal, row.neval) for row in rows] == [
        ("survey", "uniform", 64),
        ("training", "grid", 128),
    ]
    assert math.isnan(rows[0].beta)
    assert rows[1].beta == 0.5
    # The constant: equal runs must have equal histories.
    assert all(row.loss is math.nan for row in rows)
    assert stage.scout.is_busy
    stage.scout.end_round()
    assert not stage.scout.is_busy


def test_nets_are_16_and_each_is_whole():
    stage = Stage()
    stage.scout.begin_round(ROUND[:1])
    stage.draw()
    strata = np.floor(4.0 * stage.scout.drawn["uniform"].y).reshape(16, 4, 2)
    assert np.array_equal(np.sort(strata, axis=1), np.broadcast_to(np.arange(4.0)[:, None], (16, 4, 2)))


def test_a_reporter_that_raises_loses_nothing_and_doubles_nothing():
    def report(row):
        raise RuntimeError("disk full")

    stage = Stage(report=report)
    stage.scout.begin_round(ROUND)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="disk full"):
            stage.draw()
    stage.draw()
    assert [row.proposal for row in stage.logbook.rows] == ["uniform", "grid"]
    assert [stage.race.n_pilots(name) for name in ("uniform", "grid")] == [1, 1]
    assert len(stage.replay.close_round().y) == 192


def test_what_f_did_not_survive_is_drawn_again():
    state = {"broken": False}

    def fragile(x):
        if state["broken"]:
            raise RuntimeError("licence server down")
        return f(x)

    stage = Stage(fragile)
    stage.scout.begin_round(ROUND)
    state["broken"] = True
    with pytest.raises(RuntimeError, match="licence server down"):
        stage.draw()
    assert not stage.race.pilots
    state["broken"] = False
    stage.draw()
    assert len(stage.replay.close_round().y) == 192


def test_every_slice_of_a_look_is_told_of_and_they_are_judged_together():
    stage, whole = Stage(), Stage()
    stage.scout.begin_round([replace(ROUND[1], n_slices=3), Look("uniform", 64, nets=True)])
    seen = []
    for told in stage.scout.arrivals(CONTENDERS, 0.5):
        seen.append((*told, len(stage.logbook.rows)))
    assert seen == [(1, 3, 0), (2, 3, 0), (3, 3, 1), (1, 1, 2)]
    whole.scout.begin_round([ROUND[1], Look("uniform", 64, nets=True)])
    whole.draw()
    assert stage.logbook.rows == whole.logbook.rows
    assert stage.race.pilots == whole.race.pilots
    np.testing.assert_array_equal(stage.replay.close_round().log_q, whole.replay.close_round().log_q)


def test_a_round_that_is_taken_up_again_tells_of_the_slices_that_are_there():
    stage = Stage()
    stage.scout.begin_round([replace(ROUND[1], n_slices=3)])
    arrivals = stage.scout.arrivals(CONTENDERS, 0.5)
    assert [next(arrivals), next(arrivals)] == [(1, 3), (2, 3)]
    arrivals.close()
    n = stage.sampler.neval
    for _ in range(2):
        assert list(stage.scout.arrivals(CONTENDERS, 0.5)) == [(1, 3), (2, 3), (3, 3)]
        assert stage.sampler.neval == n + len(stage.scout.drawn["grid"]) // 3
    assert len(stage.replay.close_round().y) == 128
    stage.scout.end_round()
    assert list(stage.scout.arrivals(CONTENDERS, 0.5)) == []


def test_what_no_longer_fits_the_budget_is_left_out():
    stage = Stage(max_neval=200)
    stage.scout.begin_round(ROUND)
    stage.sampler.draw(np.full((100, 2), 0.5), Uniform(2))
    stage.draw()
    assert list(stage.scout.drawn) == ["uniform"]


def test_looks_back_on_the_most_extreme_points_of_every_batch():
    stage = Stage()
    assert not len(stage.scout.look_back(Uniform(2)).log_weight)
    stage.scout.begin_round(ROUND)
    stage.draw()
    seen = stage.scout.look_back(Uniform(2))
    values = np.concatenate([f(batch.x) for batch in stage.scout.drawn.values()])
    assert_allclose(np.sort(np.exp(seen.log_weight)), np.sort(values))
    assert_allclose(np.exp(seen.log_volume).sum(), 1.0)
    assert_allclose(np.exp(seen.log_weight + seen.log_volume).sum(), values.mean())
    assert_allclose(seen.sign, 1.0)
