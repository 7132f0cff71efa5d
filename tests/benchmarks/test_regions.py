"""The command that looks at infinite ranges, once as small as it gets."""

import pytest
from click.testing import CliRunner

from benchmarks import regions


def test_regions_prints_a_row_for_each_that_is_asked_for():
    result = CliRunner().invoke(regions.main, ["--seeds", "2", "--rows", "4", "--rows", "7"])
    assert result.exit_code == 0, result.output
    assert "Cauchy" in result.output
    assert "log(1 + x^2)" in result.output
    assert "8-d" not in result.output


@pytest.mark.parametrize(
    ("mean", "reliable", "expected"), [(5.0, True, "1"), (5.0, False, "0"), (0.1, True, "0")]
)
def test_wrong_is_silent_only_where_it_is_called_reliable(mean, reliable, expected):
    row = regions.Row("r", len, [], 0.0)
    run = type("Run", (), {"mean": mean, "sdev": 1.0, "reliable": reliable, "neval": 7})
    assert regions.summary(row, [run])[3] == expected
