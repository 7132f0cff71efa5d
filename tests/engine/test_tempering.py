"""The choice of beta."""

import numpy as np
import pytest

from iflow.engine.tempering import choose_beta, effective_fraction, tempered_fraction, truncated


def test_effective_fraction_by_hand():
    assert effective_fraction(np.log([1.0, 1.0, 1.0])) == pytest.approx(1.0)
    assert effective_fraction(np.log([1.0, 2.0, 3.0]) + 700.0) == pytest.approx(36.0 / 42.0)


def test_tempered_fraction_looks_at_points_with_a_value():
    log_f, log_q = np.array([-np.inf, 2.0, 4.0, 6.0]), np.array([0.0, 1.0, 2.0, 3.0])
    assert tempered_fraction(log_f, log_q, 0.5) == pytest.approx(1.0)
    assert tempered_fraction(log_f, log_q, 1.0) == pytest.approx(
        effective_fraction(np.array([1.0, 2.0, 3.0]))
    )
    assert tempered_fraction(log_f[:1], log_q[:1], 1.0) == 0.0


def test_is_one_when_the_proposal_has_caught_up():
    log_f = np.random.default_rng(0).normal(size=1000)
    assert choose_beta(log_f, log_f - 3.0) == 1.0


def test_is_the_largest_that_keeps_enough_effective_points():
    # |f|^beta of a log-normal f has an effective fraction exp(-beta^2 s^2).
    log_f = np.random.default_rng(0).normal(scale=10.0, size=200_000)
    beta = choose_beta(log_f, np.zeros(200_000), least=0.3)
    assert beta == pytest.approx(np.sqrt(-np.log(0.3)) / 10.0, rel=0.15)
    assert effective_fraction(beta * log_f) >= 0.3


def test_one_lucky_point_does_not_make_the_others_worthless():
    log_f = np.zeros(10_000)
    log_f[17] = np.log(1e4)
    assert choose_beta(log_f, np.zeros(10_000)) == 1.0


def test_a_few_points_that_carry_all_are_not_enough():
    log_f = np.full(10_000, -200.0)
    log_f[:20] = 0.0
    assert choose_beta(log_f, np.zeros(10_000)) < 0.2


def test_truncates_at_fifty_times_the_mean():
    log_weight = np.log(np.array([1.0] * 999 + [1e6]))
    mean = (999 + 1e6) / 1000
    np.testing.assert_allclose(np.exp(truncated(log_weight)), [1.0] * 999 + [50 * mean])


def test_zeros_are_no_reason_to_wait():
    log_f = np.full(1000, -np.inf)
    log_f[:5] = 0.0
    assert choose_beta(log_f, np.zeros(1000)) == 1.0


def test_nothing_to_temper_when_all_is_zero():
    assert choose_beta(np.full(10, -np.inf), np.zeros(10)) == 1.0


def test_keeps_what_was_learned_when_no_beta_is_good_enough():
    # A proposal far off both the target and the uniform: the best compromise is in between.
    rng = np.random.default_rng(1)
    log_q = rng.normal(scale=8.0, size=2000)
    log_f = 2.0 * log_q + rng.normal(scale=4.0, size=2000)
    beta = choose_beta(log_f, log_q, least=0.9)
    assert 0.2 < beta < 0.7


def test_survives_values_beyond_double_precision():
    log_f = np.array([-1e5, -1.1e5, 1e5, 0.9e5])
    assert 0.0 < choose_beta(log_f, np.zeros(4)) <= 1.0
