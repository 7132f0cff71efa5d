"""Each command once, as small as it gets."""

import pytest
from click.testing import CliRunner

from benchmarks import calibration, calls, hard, time
from benchmarks.methods import METHODS, Method


@pytest.fixture
def invoke():
    def run(command, *arguments):
        return CliRunner().invoke(
            command.main, [*map(str, arguments), "--methods", "vegas", "--threads", "1"]
        )

    return run


def assert_is_picture(path):
    assert path.read_bytes().startswith(b"\x89PNG")


def test_calls(invoke, tmp_path):
    json, figure = tmp_path / "calls.json", tmp_path / "calls.png"
    arguments = ("--rows", 12, "--seeds", 1, "--max-neval-factor", 0.1, "--json", json, "--figure", figure)
    result = invoke(calls, *arguments)
    assert result.exit_code == 0, result.output
    assert "polynomial 18" in result.output
    assert "585,000 i-flow" in result.output
    assert "not reached" in result.output
    assert_is_picture(figure)
    assert len(json.read_text().splitlines()) == 1
    assert "--resume" in invoke(calls, *arguments).output
    again = invoke(calls, *arguments, "--resume")
    assert "0 runs, 1 more" in again.output
    assert again.exit_code == 0


def test_hard(invoke):
    result = invoke(hard, "--rows", "2", "--seeds", 1, "--max-neval-factor", 0.05)
    assert result.exit_code == 0, result.output
    assert "ridge 4 (width=0.01)" in result.output


def test_calibration(invoke, tmp_path, monkeypatch):
    monkeypatch.setattr(calibration, "QUICK", calibration.QUICK[1:2])
    figure = tmp_path / "calibration.png"
    result = invoke(calibration, "--quick", "--seeds", 3, "--figure", figure)
    assert result.exit_code == 0, result.output
    assert "3 numbers tested at a rate of 3.3e-03 each" in result.output
    assert_is_picture(figure)


def test_calibration_fails_when_something_is_outside(invoke, monkeypatch):
    monkeypatch.setattr(calibration, "QUICK", calibration.QUICK[1:2])
    monkeypatch.setattr(
        calibration, "calibration", lambda pulls, _: real([1e3 + pull for pull in pulls], 0.9)
    )
    assert invoke(calibration, "--quick", "--seeds", 3).exit_code == 1


def test_time(invoke, monkeypatch):
    monkeypatch.setattr(time, "_QUICK", time.PROBLEMS[5:6])
    result = invoke(time, "--quick", "--max-neval", 50_000)
    assert result.exit_code == 0, result.output
    assert "vegas: importing took" in result.output


def test_what_is_missing_is_said_and_left_out(monkeypatch):
    monkeypatch.setitem(METHODS, "madnis", Method("benchmarks.methods.madnis", "no-such-package"))
    result = CliRunner().invoke(calls.main, ["--methods", "madnis"])
    assert result.exit_code == 0, result.output
    assert "madnis is not installed and left out" in result.output


def test_unknown_methods_are_refused(invoke):
    result = CliRunner().invoke(calls.main, ["--methods", "magic"])
    assert result.exit_code == 2
    assert "none of iflow, vegas, madnis" in result.output


real = calibration.calibration
