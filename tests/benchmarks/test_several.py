"""The command that compares errors of ratios with their spread, once as small as it gets."""

from click.testing import CliRunner

from benchmarks import several


def test_several_prints_a_row_for_each():
    result = CliRunner().invoke(several.main, ["--seeds", "2", "--rtol", "1e-2"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert "2 seeds, rtol = 0.01" in lines[0]
    assert any("iflow" in line for line in lines)
    assert any("vegas" in line for line in lines)


def test_the_ratio_knows_its_correlation():
    ratio = several.with_iflow(1, 1e-2)
    assert ratio.quoted < 1.05 * ratio.uncorrelated
    assert abs(ratio.mean - 0.5) < 4.5 * ratio.quoted
