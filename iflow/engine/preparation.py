"""Survey and training: finds the proposal that the measurement draws from."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from iflow.batch import Batch, concatenate
from iflow.diagnostics import Seen
from iflow.engine import costs
from iflow.engine.admission import FLOW_ROUNDS_AT_FIRST, Admission, State
from iflow.engine.contenders import (
    Contender,
    FlowContender,
    GridContender,
    MixtureContender,
    SplineContender,
    UniformContender,
)
from iflow.engine.pilot import N_REPLICATES, Pilot, take_pilot
from iflow.engine.race import Race
from iflow.engine.replay import Replay
from iflow.engine.tempering import choose_beta, effective_fraction
from iflow.logbook import Logbook
from iflow.options import Options
from iflow.points import STREAMS
from iflow.proposal import Proposal
from iflow.sampler import Sampler

# Points of each batch that are kept to see what the frozen proposal makes of them.
_N_HEAVIEST = 500
# Effective sample size, as a fraction of the newest points, at which |f|^beta is learned.
_LEAST_FRACTION = 0.1
# Of the budget: what the first look takes, a round while the target is tempered, all of the preparation.
_FIRST_SHARE, _ROUND_SHARE, _LARGEST_SHARE = 1.0 / 20.0, 1.0 / 32.0, 0.5
_LEAST_FIRST, _MOST_FIRST = 4, 64
# Rounds of a flow: as a share of what was seen before, with limits.
_FLOW_GROWTH, _LEAST_FLOW_ROUND, _MOST_FLOW_ROUND = 0.3, 4_096, 25_000
_TIME_SHARE = 0.5
# Steps of the first polish and of the longest; what the first is expected to save; less than the last
# ends it.
_POLISH_STEPS, _POLISH_GAIN, _LEAST_POLISH_GAIN = (500, 4_000), 0.5, 0.03
# All polishes together see each point so often at most.
_POLISH_EPOCHS = 60


class Preparation:
    """Lets proposals compete, from cheap to dear, until the next round costs more than it saves.

    Uniform points first; then the maps of single axes; where those leave correlations, the mixture; and
    where that leaves much to gain, the flow. All learn from all that was evaluated. What is done is
    never done twice.

    Args:
      sampler: evaluates f.
      logbook: takes a row for each batch.
      options: of the run.
      seed: of every point and of every fit.

    Attributes:
      done: whether the proposal is settled.
      proposal: what to measure with; uniform until something has proved better.
      nets: whether to measure with nets rather than with pseudo-random points.
      n_expected: points that are expected to meet the target with it; inf when it cannot be told.
      beta: tempering exponent of its fit; None when it was not fitted.
      seen: the heaviest points of survey and training, as the proposal weighs them.
      pilots: the latest of each contender.
    """

    def __init__(self, sampler: Sampler, logbook: Logbook, options: Options, *, seed: np.random.SeedSequence):
        self._sampler, self._logbook, self._options = sampler, logbook, options
        self._points_seed, fit_seed = seed.spawn(2)
        self._fit_seed = int(fit_seed.generate_state(1)[0]) % 2**30
        self._budget = sampler.left
        dim = sampler.dim
        self._contenders: dict[str, Contender] = {"uniform": UniformContender(dim)}
        self._replay = Replay()
        self._heavy: list[tuple[int, Batch]] = []
        self._waiting: list[tuple[str, int]] = []
        self._drawn: dict[str, Batch] = {}
        self._n_rounds, self._level, self._n_flow_rounds = 0, 0, 0
        self._fitted_beta = 0.0
        self._race = Race(options.target, costs.Currency(options.engine.minimize, self._assumed_cost()))
        self._admission = Admission(sampler.dim, self._race, options, budget=self._budget)
        self._fractions: dict[str, float] = {}
        self._polished = False
        self.done = False
        self.proposal: Proposal = sampler.uniform
        self.nets = options.engine.points == "sobol"
        self.n_expected = math.inf
        self.beta: float | None = None
        self.seen = Seen(np.empty(0), np.empty(0))

    @property
    def pilots(self) -> dict[str, Pilot]:
        """The latest pilot of each contender."""
        return self._race.pilots

    def remarks(self) -> tuple[str, ...]:
        """Returns what the user should know about the choices that were made."""
        measured, assumed = self._sampler.seconds_per_call, self._race.currency.cost
        if self._options.engine.minimize == "calls" or not self._n_rounds or not assumed:
            return ()
        if 0.1 < measured / assumed < 10.0 or max(measured, assumed) * self._sampler.neval < 1.0:
            return ()
        return (
            f"a call of f was taken to cost {assumed:.1g} s, but it costs {measured:.1g} s: give cost= for "
            "better choices",
        )

    def run(self) -> None:
        """Does what is still to be done; after an exception it can be called again."""
        while not self.done:
            if self._waiting or self._drawn:
                self._play_round()
            elif not self._plan_round():
                self._settle()
                self.done = True

    def _plan_round(self) -> bool:
        """Decides who draws next, and how much; returns whether anyone does."""
        if self._n_rounds == 0:
            self._waiting = self._first_round()
            return bool(self._waiting)
        if self._is_over_budget():
            return False
        self._race.currency.within_reach(self._race.is_within_reach(self._sampler.left))
        state = self._state()
        newcomers = self._admission.newcomers(state)
        for name in newcomers:
            self._let_in(name)
        entrants = self._admission.entrants(replace(state, admitted=tuple(self._contenders)))
        waiting = [(name, self._round_size(name)) for name in entrants]
        if not waiting or not self._is_worth(waiting, state):
            return False
        self._waiting = waiting
        return True

    def _first_round(self) -> list[tuple[str, int]]:
        n = min(int(self._budget * _FIRST_SHARE) // N_REPLICATES, _MOST_FIRST)
        if n < _LEAST_FIRST:
            return []
        self._level = n.bit_length() - 1
        return [("uniform", N_REPLICATES << self._level)]

    def _round_size(self, name: str) -> int:
        if name != "flow":
            return N_REPLICATES << self._level
        least = max(256, 2 * int(self._budget * _ROUND_SHARE))
        return min(max(int(_FLOW_GROWTH * self._spent()), _LEAST_FLOW_ROUND), _MOST_FLOW_ROUND, least)

    def _is_worth(self, waiting: list[tuple[str, int]], state: State) -> bool:
        if sum(n for _, n in waiting) > self._sampler.left:
            return False
        if self._options.use_flow is True and state.n_flow_rounds < FLOW_ROUNDS_AT_FIRST:
            return True
        currency, price = self._race.currency, 0.0
        for name, n in waiting:
            contender = self._contenders[name]
            price += currency.points(n, contender.seconds_per_point)
            price += currency.work(contender.seconds_per_fit)
        new = any(not self._race.n_pilots(name) for name, _ in waiting)
        new |= 0 < state.n_flow_rounds < FLOW_ROUNDS_AT_FIRST
        drawing = [name for name, _ in waiting]
        return self._race.another_round_pays(
            price, drawing=drawing, left=state.price_left, beta=state.beta, new=new
        )

    def _state(self) -> State:
        best = self._race.best()
        return State(
            admitted=tuple(self._contenders),
            fractions=self._fractions,
            beta=self._fitted_beta,
            n_flow_rounds=self._n_flow_rounds,
            share_spent=self._spent() / self._budget,
            left=self._sampler.left,
            price_left=self._race.currency.points(
                self._sampler.left, self._contenders[best.name].seconds_per_point
            ),
        )

    def _let_in(self, name: str) -> None:
        if name == "flow":
            self._logbook.say("starting TensorFlow")
        self._contenders[name] = self._make_contender(name)
        self._logbook.say("training")
        self._fit(name)

    def _make_contender(self, name: str) -> Contender:
        dim, options = self._sampler.dim, self._options
        if name == "mixture":
            return MixtureContender(dim, seed=self._fit_seed)
        if name == "flow":
            return FlowContender(dim, options.flow, options.training, seed=self._fit_seed)
        return GridContender(dim) if name == "grid" else SplineContender(dim)

    def _play_round(self) -> None:
        """Draws what is waiting, then learns from it."""
        while self._waiting:
            name, n = self._waiting[0]
            if n > self._sampler.left:  # spent on batches that f did not survive
                self._waiting = []
                break
            self._draw(name, n)
        if not self._drawn:
            return
        newest = self._replay.close_round()
        self._n_rounds += 1
        self._fitted_beta = choose_beta(newest.log_f, newest.log_q, _LEAST_FRACTION)
        self._fractions = {name: self._fraction(batch) for name, batch in self._drawn.items()}
        flow_drew = "flow" in self._drawn
        self._drawn = {}
        if self._n_rounds == 1:
            self._know_cost()
        for name in self._contenders:
            if (name == "flow") == flow_drew:
                self._fit(name)
        if flow_drew:
            self._n_flow_rounds += 1
        elif self._fitted_beta == 1.0 or (N_REPLICATES << self._level) < self._budget * _ROUND_SHARE / 2:
            self._level += self._n_rounds > 1

    def _draw(self, name: str, n: int) -> None:
        contender = self._contenders[name]
        proposal = contender.proposal()
        nets = self._options.engine.points == "sobol" and name != "flow"
        batch = self._sampler.draw(self._latents(proposal.latent_dim, n, nets=nets), proposal)
        self._keep(name, batch, proposal)
        pilot = self._take_pilot(name, batch, nets=nets)
        self._race.enter(name, pilot, contender.seconds_per_point)
        # Everything is kept before anyone is told: what the reporter does must not lose it.
        self._waiting.pop(0)
        self._logbook.write(
            "survey" if name == "uniform" else "training",
            pilot.estimate,
            self._sampler.neval,
            proposal=name,
            n_needed=pilot.points_needed(self._options.target),
            beta=math.nan if name == "uniform" else self._fitted_beta,
        )

    def _take_pilot(self, name: str, batch: Batch, *, nets: bool) -> Pilot:
        typical = costs.typical_rate(name, self._sampler.dim)
        return take_pilot(batch, nets=nets, typical_rate=typical, fastest_rate=costs.FASTEST_RATE[name])

    def _latents(self, latent_dim: int, n: int, *, nets: bool) -> np.ndarray:
        if not nets:
            (seed,) = self._points_seed.spawn(1)
            return STREAMS["random"](latent_dim, seed).take(n)
        seeds = self._points_seed.spawn(N_REPLICATES)
        return np.concatenate([STREAMS["sobol"](latent_dim, seed).take(n // N_REPLICATES) for seed in seeds])

    def _keep(self, name: str, batch: Batch, proposal: Proposal) -> None:
        self._replay.add(batch, proposal)
        self._drawn[name] = batch
        self._heavy.append((len(batch), batch.heaviest(_N_HEAVIEST)))

    def _fit(self, name: str) -> None:
        self._contenders[name].fit(self._replay, self._fitted_beta)

    def _fraction(self, batch: Batch) -> float:
        nonzero = np.isfinite(batch.log_f)
        if not nonzero.any():
            return 0.0
        return effective_fraction(self._fitted_beta * batch.log_f[nonzero] - batch.log_q[nonzero])

    def _settle(self) -> None:
        """Chooses the proposal by the latest pilots."""
        if "flow" in self._contenders:
            self._finish_flow()
        if self._n_rounds:
            best = self._race.best()
            name, pilot = best.name, best.pilot
            if self._options.use_flow is True and self._race.n_pilots("flow"):
                name, pilot = "flow", self._race.pilots["flow"]
            self.n_expected = pilot.points_needed(self._options.target)
            self.nets &= not pilot.fights
            self.proposal = self._contenders[name].proposal()
            self.beta = None if name == "uniform" else self._fitted_beta
        self.seen = self._look_back()

    def _finish_flow(self) -> None:
        """Polishes the flow while that pays, then looks at fresh nets of it."""
        flow = self._contenders["flow"]
        assert isinstance(flow, FlowContender)
        if self._fitted_beta == 1.0 and not self._polished:
            self._logbook.say("polishing the flow")
            self._polish(flow)
            self._polished = True
        n = 1 << max(4, min(10, (self._sampler.left // 20).bit_length() - 5))
        if n * N_REPLICATES < self._sampler.left // 4:
            proposal = flow.proposal()
            nets = self._options.engine.points == "sobol"
            batch = self._sampler.draw(
                self._latents(proposal.latent_dim, n * N_REPLICATES, nets=nets), proposal
            )
            self._heavy.append((len(batch), batch.heaviest(_N_HEAVIEST)))
            pilot = self._take_pilot("flow", batch, nets=nets)
            self._race.enter("flow", pilot, flow.seconds_per_point)
            self._logbook.write(
                "training",
                pilot.estimate,
                self._sampler.neval,
                proposal="flow",
                n_needed=pilot.points_needed(self._options.target),
                beta=self._fitted_beta,
            )

    def _polish(self, flow: FlowContender) -> None:
        """Polishes in cycles, each twice as long as the one before, while that is expected to pay."""
        price = min(self._race.best().price, self._state().price_left)
        sample, steps, gain = self._replay.recent(1.0), _POLISH_STEPS[0], _POLISH_GAIN
        left = int(_POLISH_EPOCHS * len(sample.log_q) / self._options.training.batch)
        while left > 0 and self._race.currency.work(steps * flow.seconds_per_step) < gain * price:
            if self._logbook.seconds > _TIME_SHARE * self._options.target.max_seconds:
                return
            steps = min(steps, left)
            ratio = flow.learner.polish(sample, steps)
            left -= steps
            price, gain = price * ratio, 1.0 - ratio
            steps = min(2 * steps, _POLISH_STEPS[1])
            if gain < _LEAST_POLISH_GAIN:
                return

    def _look_back(self) -> Seen:
        """Returns what the proposal makes of the heaviest points of every batch."""
        n = sum(size for size, _ in self._heavy)
        if not n:
            return self.seen
        heavy = concatenate([batch for _, batch in self._heavy])
        return Seen(
            log_weight=heavy.log_f - self.proposal.log_density(heavy.y),
            log_share=heavy.log_weight - math.log(n),
        )

    def _spent(self) -> int:
        return self._budget - self._sampler.left

    def _is_over_budget(self) -> bool:
        target = self._options.target
        return (
            self._spent() > _LARGEST_SHARE * self._budget
            or self._logbook.seconds > _TIME_SHARE * target.max_seconds
        )

    def _assumed_cost(self) -> float:
        given = self._options.engine.cost
        return costs.ASSUMED_COST if given is None else given

    def _know_cost(self) -> None:
        """Takes the measured cost of f where neither a cost nor a seed was given."""
        if self._options.engine.cost is None and self._options.seed is None:
            self._race.currency.cost = self._sampler.seconds_per_call
