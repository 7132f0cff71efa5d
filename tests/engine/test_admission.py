"""Who takes part in the next round, from cheap to dear."""

import math

import pytest

from iflow.engine.admission import (
    FLOW_ROUNDS_AT_FIRST,
    LEAST_TO_TRAIN,
    Admission,
    State,
    require_training_budget,
)
from iflow.engine.costs import Currency
from iflow.engine.pilot import Pilot
from iflow.engine.race import Race
from iflow.options import EngineOptions, Options, Target
from iflow.statistics.estimate import Estimate

AXES = ("uniform", "grid", "spline grid")
ALL = (*AXES, "mixture")
NOTHING = Pilot(Estimate(64, 0, 0.0, math.inf, 0.0, 0.0, 0.0, math.inf), 0.5, fights=False)


def pilot(deviation, mean=1.0, n=1_024):
    own = Estimate(n, n, mean, deviation / math.sqrt(n), n, 0.0, 0.0, deviation)
    return Pilot(own, 0.5, fights=False)


def cells_pilot(deviation, n=1_024):
    """Of nets whose error is that of so even weights, while their weights are uneven."""
    own = Estimate(n, n, 1.0, deviation / math.sqrt(n), n, 0.0, 0.0, 3.0)
    return Pilot(own, 0.5, fights=False, stratifies=True)


def admission(
    pilots, *, flow="auto", dim=8, minimize="calls", cost=0.0, budget=10**6, rtol=1e-4, points="sobol"
):
    """Decides on a race in which everyone drew three times, without gain."""
    race = Race(Target(rtol=rtol), Currency(minimize, cost))
    race.left = 10**12
    for _ in range(3):
        for name, own in pilots.items():
            race.enter(name, own, 1e-6)
    options = Options(use_flow=flow, engine=EngineOptions(points=points))
    return Admission(dim, race, options, budget=budget)


def state(admitted=ALL, *, fractions=None, beta=1.0, n_flow_rounds=0, share_spent=0.1, price_left=1e12):
    return State(
        admitted=admitted,
        fractions=fractions or {},
        beta=beta,
        n_flow_rounds=n_flow_rounds,
        share_spent=share_spent,
        price_left=price_left,
    )


ROUGH = {"grid": pilot(1.0)}
FITTED = ROUGH | {"mixture": pilot(1.0)}


@pytest.mark.parametrize(
    ("pilots", "options", "admitted", "newcomers"),
    [
        ({"uniform": NOTHING}, {}, ("uniform",), []),
        ({"uniform": NOTHING}, {"flow": True}, ("uniform",), []),
        ({"uniform": pilot(3.0)}, {}, ("uniform",), ["grid", "spline grid"]),
        ({"uniform": pilot(3.0)}, {"flow": False}, ("uniform",), ["grid", "spline grid"]),
        ({"uniform": pilot(3.0)}, {"flow": True}, ("uniform",), ["flow"]),
        ({"uniform": pilot(0.0)}, {}, ("uniform",), []),
        ({"uniform": pilot(0.0)}, {"flow": True}, ("uniform",), ["flow"]),
        ({"grid": pilot(0.29)}, {}, AXES, []),
        ({"grid": pilot(0.29, mean=-1.0)}, {}, AXES, []),
        ({"grid": pilot(0.31)}, {}, AXES, ["mixture"]),
        (ROUGH, {"flow": False}, AXES, ["mixture"]),
        (ROUGH, {"dim": 1}, (*AXES, "cells"), ["flow"]),
        (ROUGH, {"dim": 1, "flow": False}, (*AXES, "cells"), []),
        # Cells are for nets in few dimensions, where weights are uneven or much is left to do.
        (ROUGH, {"dim": 1}, AXES, ["cells"]),
        (ROUGH, {"dim": 4}, AXES, ["cells", "mixture"]),
        (ROUGH, {"dim": 5}, AXES, ["mixture"]),
        (ROUGH, {"dim": 4, "points": "random"}, AXES, ["mixture"]),
        (ROUGH, {"dim": 4, "minimize": "time", "rtol": 1e-2}, AXES, []),
        ({"grid": pilot(0.29)}, {"dim": 4}, AXES, ["cells"]),
        ({"grid": pilot(0.29)}, {"dim": 4, "rtol": 1e-2}, AXES, []),
        (FITTED, {"dim": 4}, ALL, ["cells"]),
        (FITTED, {"dim": 4}, (*ALL, "cells"), ["flow"]),
        # The weights of cells say nothing.
        ({"grid": pilot(0.29), "cells": cells_pilot(0.1)}, {"dim": 4}, (*AXES, "cells"), []),
        ({"grid": pilot(0.31), "cells": cells_pilot(0.1)}, {"dim": 4}, (*AXES, "cells"), ["mixture"]),
        (FITTED, {}, ALL, ["flow"]),
        (FITTED, {"flow": False}, ALL, []),
        (FITTED, {"budget": LEAST_TO_TRAIN - 1}, ALL, []),
        (FITTED, {"budget": LEAST_TO_TRAIN}, ALL, ["flow"]),
        (FITTED, {"flow": True}, (*ALL, "flow"), []),
        # A cheap f and a lax target: the fits of the mixture would take longer than all that is needed.
        (ROUGH, {"minimize": "time", "rtol": 1e-2}, AXES, []),
        (ROUGH, {"minimize": "time", "rtol": 1e-2, "cost": 1.0}, AXES, ["mixture"]),
    ],
)
def test_newcomers(pilots, options, admitted, newcomers):
    assert admission(pilots, **options).newcomers(state(admitted)) == newcomers


@pytest.mark.parametrize(
    ("given", "rtol", "wanted"),
    [
        (state(), 1e-4, True),
        (state(price_left=1e4), 1e-4, False),  # the budget ends before a flow pays
        (state(), 1e-2, False),  # the mixture needs fewer points than training takes
        (state(beta=0.5, share_spent=0.1), 1e-4, False),
        (state(beta=0.5, share_spent=0.3), 1e-4, True),
        (state(beta=0.5, share_spent=0.3), 1e-2, True),
    ],
)
def test_a_flow_is_tried_where_it_promises_much_or_nothing_else_helps(given, rtol, wanted):
    assert admission(FITTED, rtol=rtol).newcomers(given) == (["flow"] if wanted else [])


def test_a_flow_waits_while_the_others_still_gain():
    chosen = admission(FITTED)
    chosen._race.enter("grid", pilot(0.5), 1e-6)
    assert chosen.newcomers(state()) == []


def test_a_flow_waits_for_three_rounds_of_the_mixture():
    chosen = admission(ROUGH)
    for n_drawn in range(1, 4):
        chosen._race.enter("mixture", pilot(1.0), 1e-6)
        assert chosen.newcomers(state()) == (["flow"] if n_drawn == 3 else [])


def test_a_flow_promises_nothing_where_the_integral_is_0():
    assert admission({"grid": pilot(1.0, mean=0.0)}).newcomers(state(ALL)) == []


@pytest.mark.parametrize(
    ("pilots", "given", "entrants"),
    [
        ({"uniform": NOTHING}, state(), ["uniform"]),
        ({"uniform": NOTHING, "grid": NOTHING}, state((*ALL, "flow")), ["uniform"]),
        (FITTED | {"uniform": pilot(2.0)}, state(), ["grid", "spline grid", "mixture"]),
        # Uniform points get a second look only where there is more to come, after the first maps.
        (FITTED | {"uniform": pilot(1.5)}, state(), ["grid", "spline grid", "mixture"]),
        (
            {"uniform": pilot(1.5), "spline grid": pilot(1.0)},
            state(AXES),
            ["uniform", "grid", "spline grid"],
        ),
        # Who needs more than 3 times as many points is out; who has not drawn yet is not.
        (
            {"uniform": pilot(9.0), "grid": pilot(2.0), "mixture": pilot(1.0)},
            state(),
            ["spline grid", "mixture"],
        ),
        # While the target is tempered the newest points tell.
        (FITTED, state(beta=0.5), ["grid", "spline grid", "mixture"]),
        (
            FITTED,
            state(beta=0.5, fractions={"grid": 0.16, "spline grid": 0.17, "mixture": 0.5}),
            ["spline grid", "mixture"],
        ),
        (FITTED, state(beta=0.5, fractions={"grid": 0.1, "mixture": 0.5}), ["spline grid", "mixture"]),
    ],
)
def test_entrants(pilots, given, entrants):
    assert admission(pilots).entrants(given) == entrants


@pytest.mark.parametrize(
    ("last", "n_rounds", "beta", "goes_on"),
    [
        (1.0, FLOW_ROUNDS_AT_FIRST, 1.0, False),
        (0.9, FLOW_ROUNDS_AT_FIRST, 1.0, True),
        (0.5, FLOW_ROUNDS_AT_FIRST, 1.0, True),
        (1.0, FLOW_ROUNDS_AT_FIRST - 1, 1.0, True),
        (1.0, FLOW_ROUNDS_AT_FIRST, 0.5, True),
    ],
)
@pytest.mark.parametrize("flow", ["auto", True])
def test_a_flow_draws_alone_as_long_as_it_learns_or_leads(last, n_rounds, beta, flow, goes_on):
    chosen = admission(FITTED | {"flow": pilot(1.0)}, flow=flow)
    chosen._race.enter("flow", pilot(last), 1e-6)
    given = state((*ALL, "flow"), n_flow_rounds=n_rounds, beta=beta)
    assert chosen.entrants(given) == (["flow"] if goes_on else [])


def test_a_flow_that_neither_learns_nor_leads_is_given_up():
    chosen = admission(FITTED | {"mixture": pilot(0.8), "flow": pilot(1.0)}, flow=True)
    chosen._race.enter("flow", pilot(0.9), 1e-6)
    assert chosen.entrants(state((*ALL, "flow"), n_flow_rounds=FLOW_ROUNDS_AT_FIRST)) == []


def test_a_flow_must_have_a_budget_to_be_trained():
    require_training_budget(LEAST_TO_TRAIN)
    with pytest.raises(ValueError, match="max_neval = 9999 is too small to train a flow: flow=True needs"):
        require_training_budget(LEAST_TO_TRAIN - 1)
