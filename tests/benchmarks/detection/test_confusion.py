import pytest
from scipy import stats

from benchmarks.detection.confusion import at_most, confusion


def test_every_run_is_counted_once(make_finding):
    findings = [
        *[make_finding()] * 4,
        *[make_finding(reliable=False)] * 3,
        *[make_finding(mean=2.0, reliable=False)] * 2,
        make_finding(mean=2.0),
        make_finding(failure="killed"),
    ]
    counts = confusion(findings)
    assert counts.parts == (4, 3, 2, 1)
    assert (counts.n, counts.failed) == (10, 1)
    assert counts.shares == (0.4, 0.3, 0.2, 0.1)
    assert counts.silent_at_most == at_most(1, 10)


@pytest.mark.parametrize(("count", "n"), [(0, 10), (0, 2_995), (3, 500), (9, 10)])
def test_the_bound_is_where_so_few_have_a_probability_of_5_percent(count, n):
    assert stats.binom.cdf(count, n, at_most(count, n)) == pytest.approx(0.05)


def test_the_goal_takes_3000_runs():
    assert at_most(0, 2_995) <= 1e-3 < at_most(0, 2_990)
    assert at_most(3, 3) == 1.0
    assert confusion([]).silent_at_most == 1.0
    assert confusion([]).shares == (0.0,) * 4
