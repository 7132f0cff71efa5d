"""Counts and times as short words."""

import math

import pytest

from iflow.watching.quantity import clock, count, duration


@pytest.mark.parametrize(
    ("n", "text"),
    [
        (0, "0"),
        (11, "11"),
        (999, "999"),
        (999.7, "1k"),
        (1_036, "1.04k"),
        (76_811, "76.8k"),
        (999_500, "1M"),
        (1_000_000, "1M"),
        (2.5e9, "2.5G"),
        (3e13, "30T"),
    ],
)
def test_counts_have_three_digits(n, text):
    assert count(n) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (math.nan, "?"),
        (0.0, "<1 s"),
        (0.99, "<1 s"),
        (1.2, "1 s"),
        (59.4, "59 s"),
        (59.9, "1 min"),
        (200, "3 min"),
        (3_599, "1.0 h"),
        (1e4, "2.8 h"),
        (4e4, "11 h"),
        (1e5, "1.2 days"),
        (1e7, "116 days"),
        (1e8, "years"),
        (math.inf, "years"),
    ],
)
def test_times_have_as_many_digits_as_a_forecast_is_good_for(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(7.9, "0:07"), (754, "12:34"), (3_723, "1:02:03")])
def test_the_clock(seconds, text):
    assert clock(seconds) == text
