"""Each command once, as small as it gets."""

import pytest
from click.testing import CliRunner

from benchmarks import calls, hard, time
from benchmarks.calibration import __main__ as calibration
from benchmarks.calibration.plan import cells
from benchmarks.journal import Journal
from benchmarks.methods import METHODS, Method
from benchmarks.record import Outcome, Run, Task, dumps


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


def test_calibration(invoke, tmp_path):
    json, figure, table = (tmp_path / name for name in ("runs.json", "calibration.png", "calibration.md"))
    arguments = ("--methods", "vegas_frozen", "--rows", "2", "--seeds", 6, "--json", json)
    result = CliRunner().invoke(calibration.main, [*map(str, arguments), "--threads", "1"])
    assert result.exit_code == 0, result.output
    assert len(json.read_text().splitlines()) == 6 * 4  # three budgets, and one of several integrals
    assert "numbers of vegas tested at a rate of" in result.output
    result = invoke(calibration, "--read", json, "--figure", figure, "--table", table)
    assert result.exit_code == 0, result.output
    assert_is_picture(figure)
    assert "| camel 2 | 18 | 18 |" in table.read_text()


def test_calibration_takes_journals_of_slices_and_fails_when_something_is_outside(invoke, tmp_path):
    (cell,) = cells(["frozen"], [2], [1])
    paths = tmp_path / "first.json", tmp_path / "second.json"
    for number, path in enumerate(paths):
        for seed in range(1, 11):
            outcome = Outcome(mean=1e3 + seed, sdev=1.0, reliable=True, stop_reason="max_neval")
            task = cell.task("iflow", 10 * number + seed)
            Journal(path, resume=True).add(Run(task, outcome, cell.problem.exact, 1.0))
    result = invoke(calibration, "--read", paths[0], "--read", paths[1])
    assert result.exit_code == 1, result.output
    assert "Outside: 5" in result.output
    paths[1].write_text(dumps(Run(Task("iflow", cell.problem, 1, 0.0, 10), outcome, 1.0, 1.0)) + "\n")
    result = invoke(calibration, "--read", paths[0], "--read", paths[1])
    assert result.exit_code == 1
    assert "one of this study" in result.output


def test_calibration_has_four_modes(invoke):
    assert "none of frozen, stopped, joint, flow" in invoke(calibration, "--modes", "melted").output


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
    assert "none of iflow, vegas, vegas_frozen, madnis" in result.output
