"""The preparation as a whole, in runs that are short or interrupted."""

import contextlib
import math

import numpy as np

import iflow
import integrands

QUICK = {"rtol": 0.0, "max_neval": 12_000, "seed": 1, "steps": 10}
QUICK |= {"hidden": (16,), "bins": 8, "coupling": "linear"}


def test_rows_of_a_flow_carry_the_loss_of_its_fits():
    result = iflow.integrate(integrands.get("camel", 2), 2, flow=True, **QUICK)
    losses = [row.loss for row in result.history if row.phase == "training"]
    assert len(losses) > 2
    assert all(map(math.isfinite, losses))
    assert len(set(losses)) > 2
    assert all(math.isnan(row.loss) for row in result.history if row.phase != "training")


def test_rows_of_all_else_have_no_loss():
    result = iflow.integrate(integrands.get("camel", 2), 2, flow=False, **QUICK)
    assert {row.phase for row in result.history} == {"survey", "training", "measurement"}
    assert all(math.isnan(row.loss) for row in result.history)


def test_an_f_that_never_works_ends_the_survey():
    def broken(x):
        if len(x) > 16:
            raise RuntimeError("no more")
        return x[:, 0]

    integrator = iflow.Integrator(broken, 2, rtol=0.0, max_neval=2_000, seed=1, flow=False)
    for _ in range(40):
        with contextlib.suppress(RuntimeError):
            integrator.train()
    integrator.train()
    assert 1_900 < integrator.neval <= 2_000


def test_the_last_look_at_a_flow_is_not_repeated():

    def report(row):
        raise RuntimeError("disk full")

    f = integrands.get("camel", 2)
    integrator = iflow.Integrator(f, 2, flow=True, progress=report, **QUICK)
    for _ in range(40):
        with contextlib.suppress(RuntimeError):
            integrator.train()
    # Rounds of a flow take 748 points of this budget, the last look 256.
    sizes = [row.neval for row in integrator.result.history if row.proposal == "flow"]
    assert len(sizes) > 2
    assert sizes == [748] * (len(sizes) - 1) + [256]


def test_a_last_look_that_f_did_not_survive_takes_the_same_points_again():
    f, state = integrands.get("camel", 2), {"broken": True}
    tried = []

    def fragile(x):
        if len(x) == 256:
            tried.append(x)
            if state["broken"]:
                raise KeyboardInterrupt
        return f(x)

    integrator = iflow.Integrator(fragile, 2, flow=True, **QUICK)
    assert integrator.integrate().stop_reason == "interrupted"
    state["broken"] = False
    integrator.train()
    assert len(tried) == 2
    np.testing.assert_array_equal(*tried)
