"""A round of the flow: the same numbers whenever its slices come in, and nothing lost between them."""

import hashlib
import math
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import iflow
import integrands
from iflow.checkpoint import open_run
from iflow.engine.contenders import FlowContender
from iflow.engine.costs import Currency
from iflow.engine.flow_round import N_SLICES, FlowRound, newest_beta
from iflow.engine.race import Race
from iflow.engine.replay import Replay
from iflow.engine.scout import Look, Scout
from iflow.logbook import Logbook
from iflow.options import Target
from iflow.proposal import Plain
from iflow.sampler import Sampler
from iflow.watching import Callback

N = 200
SHORT = {"rtol": 0.0, "max_neval": 10_000, "seed": 3, "flow": True}
SHORT |= {"steps": 4, "hidden": (16,), "bins": 8, "coupling": "linear"}
# Evaluations of a resumption that are not counted: the probe, and five that were evaluated before.
RECHECKED = 16


class Power:
    """y = u^power: what a contender below has learned."""

    latent_dim = 2

    def __init__(self, flow):
        self._flow = flow

    def place(self, u):
        y = u**self._flow.power
        return y, self.log_density(y)

    def log_density(self, y):
        power = self._flow.power
        return ((1.0 / power - 1.0) * np.log(y) - math.log(power)).sum(axis=1)


class Flow:
    """Learns at once and from every bit of a sample, so that nothing of it can be different unnoticed."""

    name, stratifies, seconds_per_point = "flow", False, 1e-6

    def __init__(self):
        self.power, self.loss, self.fits, self.betas = 1.0, math.nan, [], []

    def proposal(self, size):
        return Plain("flow", Power(self))

    def n_steps(self, sample):
        return 10

    def fit(self, sample, beta, steps):
        columns = [sample.y.ravel(), sample.log_f, sample.log_q, [beta, steps, self.power]]
        digest = hashlib.sha256(np.concatenate(columns).tobytes()).digest()
        self.power, self.loss = 1.0 + digest[0] / 512.0, digest[1] / 256.0
        self.fits.append((len(sample.log_f), steps))
        self.betas.append(beta)

    def get_state(self):
        return self.power, self.loss

    def set_state(self, state):
        self.power, self.loss = state


def bump(x):
    return np.exp(-10.0 * np.square(x - 0.3).sum(axis=1))


class Stage:
    """A round of the flow, and all that it works with."""

    def __init__(self, f=bump, n_slices=4, report=lambda row: None, max_neval=1_000, loss=math.nan):
        self.logbook, self.replay, self.flow = Logbook(Callback(report)), Replay(), Flow()
        self.flow.loss = loss
        self.race = Race(Target(), Currency("calls", 1e-6))
        self.sampler = Sampler(f, 2, seed=1, max_neval=max_neval)
        seed = np.random.SeedSequence(2)
        self.scout = Scout(self.sampler, self.logbook, self.race, self.replay, seed=seed)
        self.scout.begin_round([Look("flow", N, nets=False, n_slices=n_slices)])
        self.round = FlowRound(self.flow, self.scout, self.replay)

    def play(self):
        self.round.play(1.0)
        return self.outcome()

    def outcome(self):
        rows = [(row.neval, row.total_neval, row.mean, row.sdev, row.loss) for row in self.logbook.rows]
        sample = self.replay.close_round()
        return self.flow.power, rows, sample.y.tobytes(), sample.log_q.tobytes(), sample.log_f.tobytes()


@pytest.fixture(scope="module")
def expected():
    return Stage().play()


def backwards(sampler, latents, proposal, phase="", *, at_once=False):
    """All slices, the last one first, before the first one is handed over."""
    placed = [proposal.place(u) for u in latents]
    batches = [sampler._evaluated(*place) for place in reversed(placed)]
    yield from reversed(batches)


def beside(sampler, latents, proposal, phase="", *, at_once=False):
    """All slices at once, in threads."""
    placed = [proposal.place(u) for u in latents]
    with ThreadPoolExecutor(3) as pool:
        for batch in [pool.submit(sampler._evaluated, *place) for place in placed]:
            yield batch.result()


def at_once(sampler, latents, proposal, phase="", *, at_once=False):
    yield from [sampler._draw(u, proposal) for u in latents]


@pytest.mark.parametrize("stream", [backwards, beside, at_once], ids=lambda own: own.__name__)
def test_what_is_learned_does_not_depend_on_when_slices_come_in(expected, monkeypatch, stream):
    monkeypatch.setattr(Sampler, "stream", stream)
    power, rows, *sample = Stage().play()
    # The probe, and then the slices: whoever is ahead has evaluated more at the time of the row, not here.
    assert rows == expected[1]
    assert (power, *sample) == (expected[0], *expected[2:])


def test_a_fit_is_spread_over_the_slices():
    stage = Stage(n_slices=4)
    stage.play()
    assert stage.flow.fits == [(50, 2), (100, 3), (150, 2), (200, 3)]
    assert [row.neval for row in stage.logbook.rows] == [N]
    assert stage.race.n_pilots("flow") == 1
    assert len(stage.scout.drawn["flow"]) == N


def test_the_last_slice_decides_how_far_the_target_is_tempered():
    stage = Stage(n_slices=3)
    stage.round.play(0.25)
    assert stage.flow.betas == [0.25, 0.25, newest_beta(stage.replay.close_round())]
    assert stage.flow.betas[-1] > 0.25


def test_all_points_are_drawn_from_the_flow_of_the_beginning():
    sliced, whole = Stage(n_slices=4), Stage(n_slices=1)
    for own in (sliced, whole):
        own.play()
    first, second = (own.scout.drawn["flow"] for own in (sliced, whole))
    for name in ("x", "y", "sign", "log_f", "log_q"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert sliced.logbook.rows == whole.logbook.rows


def test_the_row_tells_the_loss_and_the_time_of_what_was_drawn():
    stage = Stage(loss=0.75)
    learned = stage.flow.fit

    def slowly(*args):
        stage.logbook._seconds_before += 100.0  # the clock of the run
        learned(*args)

    stage.flow.fit = slowly
    with stage.logbook:
        stage.round.play(1.0)
    (row,) = stage.logbook.rows
    assert row.loss == 0.75
    assert row.seconds > 300.0
    assert 0.0 < row.draw_seconds < 50.0


class Fragile:
    """Breaks down at some of its batches, counted when it works; then it is to be mended."""

    def __init__(self, *breakdowns, error=None):
        self.breakdowns, self.error = list(breakdowns), error
        self.batches, self.is_counting = [], False

    def __call__(self, x):
        if self.is_counting:
            if len(self.batches) + 1 in self.breakdowns:
                raise self.error
            self.batches.append(len(x))
        return bump(x)

    def stage(self, **options):
        """Returns a stage for it; the probe does not count."""
        stage = Stage(self, **options)
        self.is_counting = True
        return stage


@pytest.mark.parametrize("error", [RuntimeError("licence"), KeyboardInterrupt()], ids=["error", "Ctrl-C"])
@pytest.mark.parametrize("breakdowns", [(1,), (2,), (4,), (2, 3)])
def test_what_f_did_not_survive_is_all_that_is_evaluated_again(expected, breakdowns, error):
    f = Fragile(*breakdowns, error=error)
    stage = f.stage(max_neval=10_000)
    while f.breakdowns:
        with pytest.raises(type(error)):
            stage.round.play(1.0)
        f.breakdowns.pop(0)
    power, rows, *sample = stage.play()
    assert f.batches == [N // 4] * 4
    assert (power, *sample) == (expected[0], *expected[2:])
    assert [row[2:] for row in rows] == [row[2:] for row in expected[1]]


@pytest.mark.parametrize("at", [1, 2, 4])
def test_learning_that_is_interrupted_begins_anew_and_nothing_is_evaluated_again(expected, at):
    f = Fragile()
    stage = f.stage()
    learned, n_fits = stage.flow.fit, iter(range(1, 100))

    def interrupted(*args):
        learned(*args)  # half done: the flow has changed
        if next(n_fits) == at:
            raise KeyboardInterrupt

    stage.flow.fit = interrupted
    with pytest.raises(KeyboardInterrupt):
        stage.round.play(1.0)
    assert stage.play() == expected
    assert f.batches == [N // 4] * 4


def test_a_reporter_that_raises_loses_nothing(expected):
    def report(row):
        raise RuntimeError("disk full")

    stage = Stage(report=report)
    with pytest.raises(RuntimeError, match="disk full"):
        stage.round.play(1.0)
    assert stage.play() == expected
    assert stage.race.n_pilots("flow") == 1


def test_a_round_that_is_over_is_not_played_again(expected):
    stage = Stage()
    assert stage.play() == expected
    assert stage.play() == expected


def test_where_the_budget_was_spent_on_failures_the_flow_learns_from_what_there_is():
    f = Fragile(2, error=RuntimeError("licence"))
    stage = f.stage(max_neval=11 + N + 20)
    with pytest.raises(RuntimeError, match="licence"):
        stage.round.play(1.0)
    f.breakdowns = []
    stage.round.play(1.0)
    assert f.batches == [N // 4] == [len(stage.scout.drawn["flow"])]
    assert stage.flow.fits[-1] == (50, 10)
    assert [row.neval for row in stage.logbook.rows] == [50]


def test_a_stream_that_is_left_is_closed_at_once(monkeypatch):
    closed = []

    def stream(sampler, latents, proposal, phase="", *, at_once=False):
        try:
            yield from backwards(sampler, latents, proposal)
        finally:
            closed.append(True)

    monkeypatch.setattr(Sampler, "stream", stream)
    stage = Stage()
    stage.flow.fit = lambda *_: 1 / 0
    with pytest.raises(ZeroDivisionError):
        stage.round.play(1.0)
    assert closed


@pytest.fixture(scope="module")
def run():
    """A short run with a real flow."""
    return iflow.integrate(integrands.get("camel", 2), 2, **SHORT)


def test_a_run_does_not_depend_on_it_either(run, monkeypatch):
    n_slices, plain = [], Sampler.stream

    def stream(sampler, latents, proposal, phase="", *, at_once=False):
        if not at_once:
            return plain(sampler, latents, proposal, phase)
        n_slices.append(len(latents))
        return backwards(sampler, latents, proposal, phase)

    monkeypatch.setattr(Sampler, "stream", stream)
    assert iflow.integrate(integrands.get("camel", 2), 2, **SHORT) == run
    assert n_slices.count(N_SLICES) > 2


def test_a_run_that_is_interrupted_between_slices_ends_the_same(run, monkeypatch, tmp_path):
    """In the same process, from its checkpoint, and from a file that it was saved to."""
    f, learn, n_fits = integrands.get("camel", 2), FlowContender.fit, iter(range(1, 100))

    def interrupted(*args):
        learn(*args)
        if next(n_fits) == 2 + N_SLICES:  # the first fit, a round, and the first slice of another one
            raise KeyboardInterrupt

    monkeypatch.setattr(FlowContender, "fit", interrupted)
    integrator = iflow.Integrator(f, 2, checkpoint=tmp_path / "run", **SHORT)
    assert integrator.integrate().stop_reason == "interrupted"
    monkeypatch.undo()
    integrator.save(tmp_path / "saved.npz")
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    assert integrator.integrate() == run
    evaluated = []

    def counted(x):
        evaluated.append(len(x))
        return f(x)

    assert iflow.resume(tmp_path / "copy", counted) == run
    stored = [each.batch for each in open_run(tmp_path / "run").batches()]
    assert sum(evaluated) == run.neval - 11 - sum(map(len, stored[: 2 + N_SLICES])) + RECHECKED
    assert iflow.Integrator.load(tmp_path / "saved.npz", f).integrate() == run
