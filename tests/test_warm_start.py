"""A warm start saves calls where it helps, and never hides what the new integrand has of its own."""

import math

import numpy as np
import pytest

import iflow
import integrands


def bump(centre, width, height=1.0):
    """Returns a Gaussian in three dimensions, and its integral over all space."""

    def f(x):
        return height * np.exp(-0.5 * np.square((x - centre) / width).sum(axis=1))

    return f, height * (width * math.sqrt(2.0 * math.pi)) ** 3


OPTIONS = {"rtol": 1e-3, "minimize": "calls", "flow": False, "seed": 1}


@pytest.fixture(scope="module")
def trained():
    integrator = iflow.Integrator(bump(0.5, 0.02)[0], 3, **OPTIONS)
    integrator.integrate()
    return integrator


def test_a_related_integrand_takes_fewer_calls(trained):
    related, exact = bump(0.503, 0.021)
    before = trained.result
    warm, cold = trained.integrate(related), iflow.integrate(related, 3, **OPTIONS)
    assert abs(warm.mean - exact) < 4.5 * warm.sdev
    assert warm.converged
    assert warm.reliable
    assert warm.neval < 0.8 * cold.neval
    assert any("learned on another integrand, which saved about" in text for text in warm.warnings)
    assert trained.result == before


def test_where_no_round_pays_what_was_learned_stays_as_it_is(trained):
    f, _ = bump(0.501, 0.02)
    related = trained.warm_start(f, rtol=0.05)
    result = related.integrate()
    assert [row.phase for row in result.history] == ["survey", "training", "measurement"]
    y = np.random.default_rng(1).random((100, 3))
    before, now = (each._preparation.proposal.log_density(y) for each in (trained, related))
    np.testing.assert_array_equal(now, before)


def test_it_is_unbiased():
    """Pulls of 40 related integrands, each its own seeds: chi2 with a false-alarm rate of 2e-4."""
    pulls = []
    for seed in range(10):
        integrator = iflow.Integrator(bump(0.5, 0.05)[0], 3, **OPTIONS | {"rtol": 5e-3, "seed": seed})
        for centre in (0.47, 0.49, 0.51, 0.53):
            f, exact = bump(centre, 0.05)
            result = integrator.integrate(f)
            pulls.append((result.mean - exact) / result.sdev)
    assert 14.8 < np.square(pulls).sum() < 82.1


def test_what_does_not_help_is_left(trained):
    elsewhere, exact = bump(0.3, 0.05)
    # With a seed of its own: the first points decide, and for some they favour what was learned.
    result = trained.warm_start(elsewhere, seed=2).integrate()
    assert abs(result.mean - exact) < 4.5 * result.sdev
    assert any("was of no use for this one" in text for text in result.warnings)


def test_a_second_peak_that_the_first_integrand_did_not_have_is_found(trained):
    """A broad second peak, which uniform points see."""
    (old, old_exact), (new, new_exact) = bump(0.5, 0.02), bump(0.3, 0.06)
    result = trained.integrate(lambda x: old(x) + new(x))
    assert not result.reliable or abs(result.mean - old_exact - new_exact) < 4.5 * result.sdev
    assert result.history[0].proposal == "uniform"


def test_nothing_learned_is_nothing_to_begin_with():
    integrator = iflow.Integrator(lambda x: 1.0 + x[:, 0], 2, rtol=1e-2, seed=1)
    integrator.integrate()
    result = integrator.integrate(lambda x: 2.0 + x[:, 0])
    assert abs(result.mean - 2.5) < 4.5 * result.sdev
    assert not any("learned on another" in text for text in result.warnings)


def test_options_may_differ_and_seeds_do(trained):
    f, _ = bump(0.5, 0.02)
    first, second = trained.warm_start(f), trained.warm_start(f, rtol=0.5)
    assert first.seed != second.seed != trained.seed
    assert second.integrate().neval < first.integrate().neval
    with pytest.raises(TypeError, match="unknown option 'rtoll'"):
        trained.warm_start(f, rtoll=1.0)


def test_from_a_file_and_into_a_checkpoint(trained, tmp_path):
    f, exact = bump(0.503, 0.021)
    trained.save(tmp_path / "trained.npz")
    integrator = iflow.Integrator.load(tmp_path / "trained.npz", f, warm_start=True)
    result = integrator.integrate()
    assert abs(result.mean - exact) < 4.5 * result.sdev
    assert any("learned on another integrand" in text for text in result.warnings)
    kept = trained.warm_start(f, checkpoint=tmp_path / "run", seed=9)
    assert iflow.resume(tmp_path / "run", f) == trained.warm_start(f, seed=9).integrate()
    del kept


def test_a_trained_flow_is_not_trained_again():
    f, other = integrands.get("entangled_circles"), integrands.get("entangled_circles")
    options = {"rtol": 0.0, "max_neval": 30_000, "seed": 3, "flow": True, "steps": 40, "hidden": (16,)}
    integrator = iflow.Integrator(f, 2, **options, bins=8, coupling="linear")
    first = integrator.integrate()
    second = integrator.integrate(lambda x: 1.1 * other(x), max_neval=15_000)
    assert second.proposal == "flow"
    assert abs(second.mean - 1.1 * f.exact) < 4.5 * second.sdev
    drawn = [next(row for row in result.history if row.proposal == "flow") for result in (first, second)]
    assert drawn[1].deviation < 0.7 * drawn[0].deviation
