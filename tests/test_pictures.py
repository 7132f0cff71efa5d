"""Points for pictures are drawn by the integrator: counted, kept, and no part of the result."""

import numpy as np
import pytest

import integrands
from iflow import Integrator
from iflow.pictures import usual_size

CAMEL = integrands.get("camel", 2)


@pytest.fixture
def integrator():
    made = Integrator(CAMEL, 2, seed=1, rtol=0.0, max_neval=5_000, flow=False)
    made.integrate()
    return made


def test_points_are_counted_and_drawn_once(integrator):
    before = integrator.neval
    cloud = integrator.cloud(700)
    assert integrator.neval == before + 700
    assert cloud.x.shape == (700, 2)
    assert integrator.cloud(600) is integrator.cloud() is cloud
    assert integrator.neval == before + 700
    assert len(integrator.cloud(800).x) == 800


def test_points_leave_the_result_as_it_is(integrator):
    before = integrator.result
    integrator.plot(kind="points", n=500)
    after = integrator.result
    assert (after.mean, after.sdev, after.neval_measured) == (before.mean, before.sdev, before.neval_measured)
    alone = Integrator(CAMEL, 2, seed=1, rtol=0.0, max_neval=5_000, flow=False)
    alone.cloud(500)
    assert alone.integrate().mean == before.mean


def test_weights_and_latents_are_those_of_the_proposal(integrator):
    """f over the weight is q, up to the common factor that the weights are scaled by."""
    cloud = integrator.cloud(4_000)
    assert cloud.u.shape[0] == 4_000
    assert ((cloud.u > 0.0) & (cloud.u < 1.0)).all()
    q = CAMEL(cloud.x) / cloud.weight
    # E_q[1/q] is the volume of the region, 1: its scale gives the factor back.
    factor = np.mean(1.0 / q)
    assert cloud.weight.mean() / factor == pytest.approx(CAMEL.exact, rel=0.05)


def test_the_uniform_share_is_known():
    made = Integrator(integrands.get("camel", 4), 4, seed=1, rtol=1e-4, flow=False)
    made.train()
    cloud = made.cloud(2_000)
    assert cloud.uniform_share == 1.0 / 64.0
    assert cloud.u.shape == (2_000, 5)


@pytest.mark.parametrize(("neval", "n"), [(100, 2_000), (50_000, 5_000), (10**9, 20_000)])
def test_pictures_take_a_tenth_of_the_calls_within_bounds(neval, n):
    assert usual_size(neval) == n


def test_what_cannot_be_drawn_is_said_before_anything_is_evaluated(integrator):
    before = integrator.neval
    with pytest.raises(ValueError, match="kind must be one of"):
        integrator.plot(kind="scatter")
    with pytest.raises(ValueError, match="did you mean kind='points'"):
        integrator.plot("points")
    with pytest.raises(ValueError, match="n must be an integer >= 1, got 0"):
        integrator.plot(kind="points", n=0)
    assert integrator.neval == before


@pytest.mark.parametrize("kind", ["training", "points"])
def test_plots_write_their_file(kind, integrator, tmp_path):
    figure = integrator.plot(tmp_path / "figure.png", kind=kind, n=500)
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert len(figure.axes) == 4


def test_report_has_points_unless_none_are_to_be_drawn(integrator, tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr("iflow.html.page.pictures", lambda result, cloud: drawn.append(cloud) or "figures")
    before = integrator.neval
    integrator.report(tmp_path / "without.html", n=0)
    assert integrator.neval == before
    integrator.report(tmp_path / "with.html", n=500)
    assert drawn == [None, integrator.cloud()]
    assert "max_neval=5000" in (tmp_path / "with.html").read_text(encoding="utf-8")
