"""Survey and training: finds the proposal that the measurement draws from."""

from __future__ import annotations

import math

import numpy as np

from iflow import costs
from iflow.batch import Batch, concatenate
from iflow.contenders import (
    Contender,
    FlowContender,
    GridContender,
    MixtureContender,
    SplineContender,
    UniformContender,
)
from iflow.diagnostics import Seen
from iflow.logbook import Logbook
from iflow.options import Options
from iflow.pilot import N_REPLICATES, Pilot, take_pilot
from iflow.points import STREAMS
from iflow.proposal import Proposal
from iflow.race import Race
from iflow.replay import Replay
from iflow.sampler import Sampler
from iflow.tempering import choose_beta, effective_fraction

# Points of each batch that are kept to see what the frozen proposal makes of them.
_N_HEAVIEST = 500
# Effective sample size, as a fraction of the newest points, at which |f|^beta is learned.
_LEAST_FRACTION = 0.1
# Of the budget: what the first look takes, a round while the target is tempered, all of the preparation.
_FIRST_SHARE, _ROUND_SHARE, _LARGEST_SHARE = 1.0 / 20.0, 1.0 / 32.0, 0.5
_LEAST_FIRST, _MOST_FIRST = 4, 64
# Rounds of a flow: as a share of what was seen before, with limits.
_FLOW_GROWTH, _LEAST_FLOW_ROUND, _MOST_FLOW_ROUND = 0.3, 4_096, 50_000
_N_FLOW_ROUNDS_AT_FIRST = 5
# A map of single axes leaves correlations when the weights still vary by so much of their mean.
_CORRELATED = 0.3
_TIME_SHARE = 0.5


LEAST_TO_TRAIN = 10_000


def require_training_budget(max_neval: int) -> None:
    """Raises a ValueError if a flow is demanded of a budget that is too small to train one."""
    if max_neval < LEAST_TO_TRAIN:
        raise ValueError(
            f"max_neval = {max_neval} is too small to train a flow: flow=True needs at least "
            f"{LEAST_TO_TRAIN}; raise max_neval, or leave flow at 'auto' to measure without one"
        )


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
        if 0.1 < measured / assumed < 10.0 or max(measured, assumed) < 1e-6:
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

    # --- rounds

    def _plan_round(self) -> bool:
        """Decides who draws next, and how much; returns whether anyone does."""
        if self._n_rounds == 0:
            return self._plan_first_round()
        if self._is_over_budget():
            return False
        self._admit()
        entrants = self._entrants()
        if "flow" in entrants:
            self._waiting = [("flow", self._flow_round_size())]
        else:
            self._waiting = [(name, N_REPLICATES << self._level) for name in entrants]
        if not self._waiting or not self._pays():
            self._waiting = []
            return False
        return True

    def _plan_first_round(self) -> bool:
        n = min(int(self._budget * _FIRST_SHARE) // N_REPLICATES, _MOST_FIRST)
        forced = self._options.use_flow is True
        if n < _LEAST_FIRST and not forced:
            return False
        self._level = max(n, _LEAST_FIRST).bit_length() - 1
        self._waiting = [("uniform", N_REPLICATES << self._level)]
        return True

    def _pays(self) -> bool:
        price = 0.0
        for name, n in self._waiting:
            contender = self._contenders[name]
            price += self._race.currency.points(n, contender.seconds_per_point)
            price += self._race.currency.work(contender.seconds_per_fit)
        if sum(n for _, n in self._waiting) > self._sampler.left:
            return False
        if self._options.use_flow is True and self._n_flow_rounds < _N_FLOW_ROUNDS_AT_FIRST:
            return True
        best = self._race.best()
        left = self._race.currency.points(
            self._sampler.left, self._contenders[best.name].seconds_per_point
        )
        new = any(not self._race.n_pilots(name) for name, _ in self._waiting)
        new |= 0 < self._n_flow_rounds < _N_FLOW_ROUNDS_AT_FIRST
        return self._race.another_round_pays(price, left=left, beta=self._fitted_beta, new=new)

    def _entrants(self) -> list[str]:
        if "flow" in self._contenders:
            gives_up = self._n_flow_rounds >= _N_FLOW_ROUNDS_AT_FIRST and self._fitted_beta == 1.0
            gives_up &= self._options.use_flow is not True and not self._race.in_touch("flow")
            return [] if gives_up else ["flow"]
        if self._fitted_beta < 1.0:
            return self._learning()
        return [name for name in self._contenders if name != "uniform" and self._race.in_touch(name)]

    def _learning(self) -> list[str]:
        """Returns whose points are good for the tempered target, or who has not drawn yet."""
        fractions = {name: self._fractions.get(name, math.inf) for name in self._contenders}
        del fractions["uniform"]
        known = [fraction for fraction in fractions.values() if fraction < math.inf]
        best = max(known, default=0.0)
        return [name for name, fraction in fractions.items() if fraction >= best / 3.0]

    def _admit(self) -> None:
        """Lets the next kind of proposal in where the ones so far leave enough to gain."""
        dim, best = self._sampler.dim, self._race.best()
        forced = self._options.use_flow is True
        if "flow" in self._contenders:
            return
        if forced:
            self._start_flow()
            return
        if "grid" not in self._contenders:
            self._contenders["grid"], self._contenders["spline grid"] = GridContender(dim), SplineContender(dim)
            self._fit("grid")
            self._fit("spline grid")
            return
        estimate = best.pilot.estimate
        varies = estimate.deviation > _CORRELATED * abs(estimate.mean)
        if dim >= 2 and "mixture" not in self._contenders and varies:
            mixture = MixtureContender(dim, seed=self._fit_seed)
            if self._race.currency.work(4.0 * mixture.seconds_per_fit) < best.price:
                self._contenders["mixture"] = mixture
                self._fit("mixture")
                return
        if varies and self._wants_flow():
            self._start_flow()

    def _wants_flow(self) -> bool:
        if self._options.use_flow is False or self._budget < LEAST_TO_TRAIN:
            return False
        waits_for_mixture = self._sampler.dim >= 2 and "mixture" in self._contenders
        if waits_for_mixture and self._race.n_pilots("mixture") < 3:
            return False
        stuck = self._fitted_beta < 1.0 and self._spent() > 0.25 * self._budget
        if not (stuck or (self._fitted_beta == 1.0 and self._race.stalls())):
            return False
        best, currency = self._race.best(), self._race.currency
        estimate = best.pilot.estimate
        if not estimate.mean:
            return stuck
        relative = self._options.target.error_allowed(estimate.mean) / abs(estimate.mean)
        seconds = costs.seconds_per_point("flow", self._sampler.dim)
        hoped = currency.points(costs.hoped_points(relative), seconds)
        hoped += currency.work(costs.FLOW_STARTUP + 20.0 * costs.seconds_per_fit("flow", self._sampler.dim))
        left = currency.points(self._sampler.left, self._contenders[best.name].seconds_per_point)
        if best.needed > self._sampler.left:
            # The target is out of reach: would a flow come nearer with what is left?
            error_then = best.pilot.estimate.sdev * (best.pilot.estimate.n / self._sampler.left) ** best.pilot.rate
            return stuck or error_then > 0.5 * abs(estimate.mean) / math.sqrt(self._sampler.left) and currency.work(
                costs.FLOW_STARTUP
            ) < left
        return hoped < 0.7 * best.price

    def _start_flow(self) -> None:
        self._logbook.say("starting TensorFlow")
        self._contenders["flow"] = FlowContender(
            self._sampler.dim, self._options.flow, self._options.training, seed=self._fit_seed
        )
        self._logbook.say("training")
        self._fit("flow")

    def _flow_round_size(self) -> int:
        n = int(_FLOW_GROWTH * self._spent())
        most = max(256, int(self._budget * _ROUND_SHARE))
        return min(max(n, _LEAST_FLOW_ROUND), _MOST_FLOW_ROUND, 2 * most)

    def _play_round(self) -> None:
        """Draws what is waiting, then learns from it."""
        while self._waiting:
            name, n = self._waiting[0]
            self._draw(name, n)
            self._waiting.pop(0)
        newest = self._replay.close_round()
        self._n_rounds += 1
        self._fitted_beta = choose_beta(newest.log_f, newest.log_q, _LEAST_FRACTION)
        self._fractions = {name: self._fraction(batch) for name, batch in self._drawn.items()}
        flow_drew = "flow" in self._drawn
        self._drawn = {}
        self._race.close_round()
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
        pilot = take_pilot(batch, nets=nets)
        self._race.enter(name, pilot, contender.seconds_per_point)
        self._logbook.write(
            "survey" if name == "uniform" else "training",
            pilot.estimate,
            self._sampler.neval,
            proposal=name,
            n_needed=pilot.points_needed(self._options.target),
            beta=math.nan if name == "uniform" else self._fitted_beta,
        )

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

    # --- the end

    def _settle(self) -> None:
        """Chooses the proposal by the latest pilots."""
        if "flow" in self._contenders:
            self._finish_flow()
        if self._n_rounds:
            if self._options.use_flow is True:
                name, pilot = "flow", self._race.pilots["flow"]
            else:
                best = self._race.best()
                name, pilot = best.name, best.pilot
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
            pilot = take_pilot(batch, nets=nets)
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
        steps, sample = 500, self._replay.recent(1.0)
        while self._logbook.seconds < _TIME_SHARE * self._options.target.max_seconds:
            ratio = flow.learner.polish(sample, steps)
            price = min(self._race.best().price, 1e300)
            saved = price * (1.0 - ratio)
            steps = min(2 * steps, 2000)
            work = self._race.currency.work(steps * flow.seconds_per_fit / self._options.training.steps)
            if ratio > 0.97 or saved < work:
                break

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

    # --- budgets

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
