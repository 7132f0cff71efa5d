import math

import pytest

from benchmarks.detection.trial import Trial, finding_from
from benchmarks.journal import Journal
from benchmarks.record import dumps


def test_a_finding_survives_a_file(make_finding, tmp_path):
    odd = {"mean": math.nan, "sdev": math.inf, "tail_index": -math.inf, "warnings": ("a", "b")}
    finding = make_finding(volumes=(math.nan, 0.1), n_shown=(0, 3), **odd)
    assert repr(finding_from(dumps(finding))) == repr(finding)
    path = tmp_path / "findings.json"
    failed = make_finding(number=2, failure="ValueError: f is nan")
    journal = Journal(path, read=finding_from)
    journal.add(finding)
    journal.add(failed)
    again = Journal(path, resume=True, read=finding_from)
    assert again.missing([finding.task, failed.task]) == [failed.task]


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({}, True),
        ({"mean": 1.0499, "sdev": 0.01}, True),
        ({"mean": 1.051, "sdev": 0.01}, False),
        ({"mean": 0.949, "sdev": 0.01}, False),
        ({"mean": 1.0 + 1e-13, "sdev": 0.0}, True),
        ({"mean": 1.0 + 1e-9, "sdev": 0.0}, False),
        ({"mean": 0.0, "sdev": math.inf}, False),
        ({"mean": math.nan, "sdev": 0.1}, False),
        ({"mean": 1.0, "sdev": math.nan}, False),
    ],
)
def test_right_is_within_five_finite_errors(make_finding, answer, right):
    assert make_finding(**answer).is_right is right


def test_all_structures_must_have_been_shown(make_finding):
    both, one = (
        make_finding(volumes=(0.1, 0.2), n_shown=(1, 9)),
        make_finding(volumes=(0.1, 0.2), n_shown=(0, 9)),
    )
    assert both.is_shown
    assert both.hidden_volume == 0.0
    assert not one.is_shown
    assert one.hidden_volume == 0.1


def test_seeds_differ_between_cases_but_not_between_methods():
    trial, other = Trial("iflow", "peaks", 2, 0.1, 5_000, 1), Trial("vegas", "peaks", 2, 0.1, 5_000, 1)
    assert trial.seed == other.seed
    assert trial.build() == other.build()
    # A place drawn with the method's seed would be at the method's first random numbers.
    assert trial.build().seed != trial.seed
    cases = [
        Trial("iflow", "peaks", dim, value, calls, number)
        for dim in (2, 4)
        for value in (0.1, 0.05)
        for calls in (5_000, 50_000)
        for number in (1, 2)
    ]
    assert len({case.seed for case in cases} | {case.build().seed for case in cases}) == 2 * len(cases)


def test_reports_name_what_went_wrong(make_finding):
    assert "WRONG" in make_finding(mean=2.0).report
    assert "right, doubted" in make_finding(reliable=False).report
    assert "nothing seen" in make_finding(n_shown=(0,)).report
    assert "failed: ValueError" in make_finding(failure="ValueError: nan").report
