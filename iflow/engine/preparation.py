"""Survey and training: finds the proposal that the measurement draws from."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from iflow.engine.admission import FLOW_ROUNDS_AT_FIRST, Admission, State
from iflow.engine.contenders import Contender, FlowContender, make_contender
from iflow.engine.costs import ASSUMED_COST, Currency
from iflow.engine.displacement import displacement
from iflow.engine.edges import Edges
from iflow.engine.flow_round import N_SLICES, FlowRound, newest_beta
from iflow.engine.growth import first_round
from iflow.engine.locating import Locating
from iflow.engine.pilot import Pilot
from iflow.engine.polishing import polish
from iflow.engine.race import Race
from iflow.engine.replay import Replay
from iflow.engine.schedule import Schedule, most_points
from iflow.engine.scout import Look, Scout
from iflow.engine.tempering import tempered_fraction
from iflow.engine.warm_start import Learned, Saving, saving
from iflow.logbook import Logbook
from iflow.options import Options, Target
from iflow.proposal import Proposal
from iflow.sampler import Sampler
from iflow.several.counted import Counted
from iflow.statistics.omitted import OmittedSums
from iflow.statistics.seen import Seen

# Most of the budget and of the time limit that the preparation may take.
_LARGEST_SHARE, _TIME_SHARE = 0.5, 0.5


class Preparation:
    """Lets proposals compete, from cheap to dear, until the next round costs more than it saves.

    Where limits are infinite, f is located before. Uniform points first; then the maps of single axes; where
    those leave correlations, the mixture; and where that leaves much to gain, the flow. All learn from all
    that was evaluated. What is done is never done twice.

    Args:
      sampler: evaluates f.
      logbook: takes a row for each batch.
      options: of the run.
      seed: of every point and of every fit.
      counted: which of several integrals have to meet the target; None for a single one.

    Attributes:
      done: whether the proposal is settled.
      proposal: what to measure with; uniform until something has proved better.
      nets: whether to measure with nets rather than with pseudo-random points.
      n_expected: points that are expected to meet the target with it; inf when it cannot be told.
      beta: tempering exponent of its fit; None when it was not fitted.
      seen: extreme points of survey and training, as the proposal weighs them.
      pilots: the latest of each contender.
      n_unbent: rows of the logbook from before the cube was bent towards a singular limit.
    """

    def __init__(
        self,
        sampler: Sampler,
        logbook: Logbook,
        options: Options,
        *,
        seed: np.random.SeedSequence,
        counted: Counted | None = None,
    ):
        self._sampler, self._logbook, self._options = sampler, logbook, options
        self._budget = sampler.left
        self._schedule = Schedule(self._budget)
        points_seed, fit_seed, locating_seed = seed.spawn(3)
        self._locating = Locating(sampler, logbook, seed=locating_seed)
        self._fit_seed = int(fit_seed.generate_state(1)[0]) % 2**30
        self._edges, self.n_unbent = Edges(sampler, logbook), 0
        self._points_seed, self._counted = points_seed, counted
        self._begin_afresh()
        self._n_flow_rounds = 0
        self._flow_round: FlowRound | None = None
        self._rounds_are_over = self._is_polished = self.done = False
        self._learned: Learned | None = None
        # Who is to learn from the points of this run only when it draws again.
        self._unchanged: set[str] = set()
        self._saving: Saving | None = None
        self._n_spent = 0
        self.proposal: Proposal = sampler.uniform
        self.nets = options.engine.points == "sobol"
        self.n_expected = math.inf
        self.beta: float | None = None
        self.seen = self._look_back()

    def _begin_afresh(self) -> None:
        """Begins with uniform points, of which nothing is known yet."""
        sampler, options = self._sampler, self._options
        self._contenders: dict[str, Contender] = {}
        self._make_contender("uniform")
        self._replay = Replay()
        cost = ASSUMED_COST if options.engine.cost is None else options.engine.cost
        self._race = Race(options.target, Currency(options.engine.minimize, cost))
        self._admission = Admission(sampler.dim, self._race, options, budget=self._budget)
        self._scout = Scout(
            sampler, self._logbook, self._race, self._replay, seed=self._points_seed, counted=self._counted
        )
        self._n_rounds, self._fitted_beta = 0, 0.0
        self._fractions: dict[str, float] = {}

    @property
    def lost(self) -> float:
        """Of the integral, about, what lies nearer to singular limits than floats resolve."""
        return self._edges.lost

    @property
    def pilots(self) -> dict[str, Pilot]:
        """The latest pilot of each contender."""
        return self._race.pilots

    @property
    def omitted(self) -> OmittedSums | None:
        """How much of the volume points that count as 0 stand for, by uniform ones; None before the first."""
        return self._scout.omitted

    @property
    def displacement(self) -> float:
        """How far the nets of the measurement are displaced, as a part of an axis; see `Measurement`."""
        return displacement(self.pilots, self.proposal)

    def remarks(self) -> tuple[str, ...]:
        """Returns what the user should know about the choices that were made."""
        located = self._locating.remarks()
        if not self._n_rounds:
            return located
        found = located
        if self._learned is not None:
            if self._saving is None:
                found += (
                    f"the {self._learned.name} learned on another integrand was of no use for this one",
                )
            elif self.done:
                found += (self._saving.sentence(self._n_spent),)
        return found

    def remarks_on_cost(self) -> tuple[str, ...]:
        """Returns what the user should know about the cost that choices were made with; the clock decides."""
        if not self._n_rounds:
            return ()
        sampler = self._sampler
        return self._race.currency.remarks(sampler.seconds_per_call, sampler.neval, sampler.n_shared)

    def learned(self) -> Learned | None:
        """Returns what was learned, for another integrand to begin with; None where that is nothing."""
        name = self.proposal.name
        if not self.done or name == "uniform":
            return None
        return Learned(name, self._contenders[name], self._n_spent).copied()

    def begin_with(self, learned: Learned) -> None:
        """Lets what was learned on another integrand take part from the first round on.

        It draws beside uniform points, which show what it may not know of this integrand, and stays only
        where it is the better of the two. It learns on where another round pays.
        """
        self._learned = learned
        self._locating.done = self._edges.done = True
        self._contenders[learned.name] = learned.contender
        self._unchanged.add(learned.name)

    def set_target(self, target: Target) -> None:
        """Goes on to another target and another budget."""
        self._budget += target.max_neval - self._options.target.max_neval
        self._options = replace(self._options, target=target)
        self._race.target = target
        pilot = self.pilots.get(self.proposal.name)
        if self.done and pilot is not None:
            self.n_expected = pilot.points_needed(target)

    def run(self) -> None:
        """Does what is still to be done; after an exception it can be called again."""
        self._locating.run(self._is_out_of_time)
        while not self._rounds_are_over:
            if self._scout.is_busy:
                self._play_round()
                self._sampler.keep_state()
            elif self._n_rounds == 1 and (bend := self._edges.find()) is not None:
                self._begin_afresh()
                self._edges.bend(bend)
                self.n_unbent = len(self._logbook.rows)
                self._sampler.keep_state()
            else:
                self._rounds_are_over = not self._plan_round()
        if not self.done:
            self._settle()
            self.done = True

    def _plan_round(self) -> bool:
        """Decides who draws next, and how much; returns whether anyone does."""
        if self._n_rounds == 0:
            return self._plan_first_round()
        if self._is_over_budget():
            self._logbook.note("no further round: half of the evaluations or of the time is spent")
            return False
        self._race.left = self._sampler.left
        self._race.currency.within_reach(self._race.is_within_reach())
        state = self._state()
        self._let_in(self._admission.newcomers(state))
        entrants = self._admission.entrants(replace(state, admitted=tuple(self._contenders)))
        looks = [self._look(name) for name in entrants]
        if self._spent() + sum(look.n for look in looks) > most_points(self._sampler.dim):
            self._logbook.note("no further round: as many points are learned from as memory is to hold")
            return False
        if not looks or not self._is_worth(looks, state):
            who = ", ".join(look.name for look in looks) or "anyone"
            self._logbook.note(f"no further round: one of {who} is not expected to save what it costs")
            return False
        changing = [name for name in entrants if name in self._unchanged]
        self._unchanged -= {*changing}
        self._fit(changing)
        self._begin_round(looks)
        return True

    def _begin_round(self, looks: list[Look]) -> None:
        flow, self._flow_round = self._contenders[looks[0].name], None
        if isinstance(flow, FlowContender) and len(looks) == 1:
            looks = [replace(looks[0], n_slices=N_SLICES)]
            self._flow_round = FlowRound(flow, self._scout, self._replay)
        self._scout.begin_round(looks)

    def _plan_first_round(self) -> bool:
        look = self._look("uniform")
        if not 0 < look.n <= self._sampler.left:  # a small budget, or spent on batches f did not survive
            return False
        looks, learned = [look], self._learned
        if learned is not None and learned.name in self._contenders and 2 * look.n <= self._sampler.left:
            looks.append(replace(look, name=learned.name))
        self._scout.begin_round(looks)
        return True

    def _judge_learned(self) -> None:
        """Keeps what was learned on another integrand, or begins afresh where it is of no use."""
        learned = self._learned
        if learned is None or learned.name not in self._race.pilots:
            return
        if self._race.best().name == learned.name:
            self._saving = saving(learned, self._race.pilots, self._options.target)
            return
        self._race.withdraw(learned.name)
        self._unchanged.clear()
        del self._contenders[learned.name]
        # Begun afresh it may look where this f is singular, unless the cube was bent for the other one.
        self._edges.done = not self._sampler.box.bend.is_none

    def _look(self, name: str) -> Look:
        n = self._schedule.size(name, self._sampler.left)
        return Look(name, n, self.nets and name != "flow")

    def _is_worth(self, looks: list[Look], state: State) -> bool:
        if sum(look.n for look in looks) > self._sampler.left:
            return False
        if self._options.use_flow is True and state.n_flow_rounds < FLOW_ROUNDS_AT_FIRST:
            return True
        currency, price = self._race.currency, 0.0
        for look in looks:
            contender = self._contenders[look.name]
            price += currency.points(look.n, contender.seconds_per_point)
            price += currency.work(contender.seconds_per_fit)
        drawing = [look.name for look in looks]
        new = any(not self._race.n_pilots(name) for name in drawing)
        new |= 0 < state.n_flow_rounds < FLOW_ROUNDS_AT_FIRST
        return self._race.another_round_pays(
            price, drawing=drawing, left=state.price_left, beta=state.beta, new=new
        )

    def _state(self) -> State:
        return State(
            admitted=tuple(self._contenders),
            fractions=self._fractions,
            beta=self._fitted_beta,
            n_flow_rounds=self._n_flow_rounds,
            share_spent=self._spent() / self._budget,
            price_left=self._price_left(),
        )

    def _price_left(self) -> float:
        best = self._contenders[self._race.best().name]
        return self._race.currency.points(self._sampler.left, best.seconds_per_point)

    def _let_in(self, names: list[str]) -> None:
        if "flow" in names:
            self._logbook.say("starting TensorFlow")
        names = [name for name in names if name not in self._contenders]
        for name in names:
            self._make_contender(name)
        if names:
            self._logbook.note(f"let in: {', '.join(names)}")
            self._logbook.say("training")
            self._fit(names)

    def _make_contender(self, name: str) -> None:
        self._contenders[name] = make_contender(name, self._sampler.dim, self._options, seed=self._fit_seed)

    def _play_round(self) -> None:
        """Draws what is waiting, and learns from it."""
        flow_round = self._flow_round
        if flow_round is None:
            self._scout.draw(self._contenders, self._fitted_beta)
        else:
            flow_round.play(self._fitted_beta)
        drawn = self._scout.drawn
        if not drawn:
            return
        newest = self._replay.close_round()
        beta = newest_beta(newest)
        self._fractions = {name: tempered_fraction(own.log_f, own.log_q, beta) for name, own in drawn.items()}
        self._fitted_beta = beta
        self._n_rounds += 1
        self._scout.end_round()
        if self._n_rounds == 1:
            self._know_cost()
            self._race.left = self._sampler.left
            self._judge_learned()
            if "uniform" in drawn:
                self._edges.begin_with(drawn["uniform"])
        if "flow" in drawn:
            self._n_flow_rounds += 1
        elif self._n_rounds > 1:
            self._schedule.grow(beta)
        if flow_round is not None:
            self._flow_round = None
            return  # it has learned on the way
        learning = [name for name in self._contenders if (name == "flow") == ("flow" in drawn)]
        self._fit([name for name in learning if name not in self._unchanged])

    def _fit(self, names: list[str]) -> None:
        sample = self._replay.recent(self._fitted_beta)
        for name in names:
            self._contenders[name].fit(sample, self._fitted_beta)

    def _settle(self) -> None:
        """Chooses the proposal by the latest pilots."""
        flow = self._contenders.get("flow")
        if isinstance(flow, FlowContender):
            self._finish(flow)
        self._n_spent = self._spent()
        if self._n_rounds:
            self._race.left = max(self._sampler.left, 1)
            best = self._race.best()
            name, pilot = best.name, best.pilot
            if self._options.use_flow is True and self._race.n_pilots("flow"):
                name, pilot = "flow", self._race.pilots["flow"]
            self.n_expected = pilot.points_needed(self._options.target)
            self.nets &= not pilot.fights
            self.proposal = self._contenders[name].proposal(self._expected_size())
            self.beta = None if name == "uniform" else self._fitted_beta
        self.seen = self._look_back()
        kind = "nets" if self.nets else "independent points"
        needed = f"{self.n_expected:.2g} points are expected to meet the target"
        self._logbook.note(f"measuring with {kind} from {self.proposal.name}: {needed}")

    def _look_back(self) -> Seen:
        """Returns what the proposal makes of the extreme points before it."""
        return Seen.joined([part.look_back(self.proposal) for part in (self._scout, self._locating)])

    def _finish(self, flow: FlowContender) -> None:
        """Polishes the flow while that pays, then looks at fresh nets of it."""
        if self._fitted_beta == 1.0 and not self._is_polished:
            self._logbook.say("polishing the flow")
            price = min(self._race.best().price, self._price_left())
            sample, currency = self._replay.recent(1.0), self._race.currency
            polish(flow, sample, price, currency=currency, is_out_of_time=self._is_out_of_time)
            self._is_polished = True
            self._sampler.keep_state()
        if flow.name in self._scout.drawn:
            return
        n = self._schedule.last_size(self._sampler.left)
        if n and not self._scout.is_busy:  # after an exception the same points are tried again
            self._scout.begin_round([Look(flow.name, n, self.nets)])
        self._scout.draw(self._contenders, self._fitted_beta)

    def _expected_size(self) -> int:
        """Returns the points that each replicate of the measurement begins with."""
        parts = first_round(self.n_expected, self._sampler.left)
        return parts[0].n if self.nets and parts else 1

    def _spent(self) -> int:
        return self._budget - self._sampler.left

    def _is_over_budget(self) -> bool:
        return self._spent() > _LARGEST_SHARE * self._budget or self._is_out_of_time()

    def _is_out_of_time(self) -> bool:
        if self._sampler.is_playing:
            return False
        return self._logbook.seconds > _TIME_SHARE * self._options.target.max_seconds

    def _know_cost(self) -> None:
        """Takes the measured cost of f where neither a cost nor a seed was given."""
        if self._options.engine.cost is None and self._options.seed is None:
            self._race.currency.cost = self._sampler.seconds_per_call / self._sampler.n_shared
