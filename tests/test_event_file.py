"""`iflow sample`: files of events from the command line."""

import sys

import numpy as np
import pytest
from click.testing import CliRunner

import iflow
from iflow.cli import main
from iflow.cli.program import cli
from iflow.event_file import EventFile


def run(*words):
    result = CliRunner().invoke(cli, ["sample", *map(str, words), "--quiet"], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


@pytest.mark.parametrize("ending", ["npz", "parquet"])
def test_unweighted_events(tmp_path, ending):
    path = tmp_path / f"events.{ending}"
    result = run("camel", "--dim", 2, "--n", 500, "-o", path, "--unweight", "--seed", 1, "--rtol", 0.01)
    assert result.return_value == 0
    for text in ("500 unweighted events in x0, x1", "unweighting efficiency", str(path)):
        assert text in result.output
    events = iflow.Events.load(path)
    assert events.points.shape == (500, 2)
    assert events.seed == 1
    assert np.abs(events.weights - 1).max() < 0.5


def test_weighted_events_with_an_option(tmp_path):
    path = tmp_path / "events.npz"
    run("camel", "--dim", 2, "--n", 300, "--output", path, "--seed", 1, "--option", "minimize=calls")
    events = iflow.Events.load(path)
    assert events.unweighting is None
    assert events.weights.mean() == pytest.approx(events.integral)


def test_the_quantile_is_handed_on(tmp_path):
    path = tmp_path / "events.npz"
    run("gaussian", "--dim", 1, "--n", 100, "-o", path, "--unweight", "--max-quantile", 0.5, "--seed", 1)
    assert iflow.Events.load(path).unweighting.max_quantile == 0.5


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["-o", "{}/events.root"], "ends in one of"),
        (["-o", "{}/events.lhe"], "needs momenta"),
        (["-o", "{}/missing/events.npz"], "there is no folder"),
        (["-o", "{}/events.npz", "--max-quantile", "0.9"], "max_quantile is for events of weight one"),
        (["-o", "{}/events.npz", "--unweight", "--max-quantile", "2"], "max_quantile must be the share"),
        (["-o", "{}/events.npz", "--option", "rtol=0.1"], "there is --rtol for that"),
        ([], "output"),
    ],
)
def test_mistakes_are_told(tmp_path, capsys, words, text):
    with pytest.raises(SystemExit) as end:
        main(["sample", "camel", "--n", "10", "--quiet", *(word.format(tmp_path) for word in words)])
    assert end.value.code == 1
    assert text in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_told_before_f_is_called(tmp_path):
    with pytest.raises(ValueError, match="ends in one of"):
        EventFile(10, str(tmp_path / "events.csv"))


def test_a_missing_library_is_told_before_f_is_called(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match="pip install pyarrow"):
        EventFile(10, str(tmp_path / "events.parquet"))
