"""`iflow report DIR` writes a page from what is on disk, and evaluates nothing."""

import sys
import types

import numpy as np
import pytest

from iflow.batch import Batch
from iflow.cli import main


@pytest.fixture
def folder(tmp_path, monkeypatch, make_result):
    """A checkpoint, as it is opened."""

    class View:
        result = make_result(stop_reason="not finished", converged=False)
        names = ("a<b", "c")

        @property
        def options(self):
            return {"rtol": 1e-3, "max_neval": 50_000}

        def batches(self):
            x = np.random.default_rng(1).random((500, 2))
            yield "measurement", "flow", Batch(x, x, np.ones(500), x[:, 0], np.zeros(500))

    module = types.ModuleType("iflow.checkpoint")
    module.open_run = lambda folder: View()
    monkeypatch.setitem(sys.modules, "iflow.checkpoint", module)
    made = tmp_path / "my run"
    made.mkdir()
    return made


def run(*words):
    with pytest.raises(SystemExit) as exit_:
        main([str(word) for word in words])
    return exit_.value.code


def test_report_writes_where_it_is_told(folder, tmp_path, capsys):
    path = tmp_path / "page.html"
    assert run("report", folder, "-o", path, "--title", "tt") == 0
    assert f"page: {path}" in capsys.readouterr().out
    page = path.read_text(encoding="utf-8")
    assert "<h1>tt</h1>" in page
    assert "max_neval=50000" in page
    assert "This run has not come to its end" in page
    assert page.count("<img") == 6


def test_report_has_a_place_and_a_title_of_its_own(folder, monkeypatch):
    drawn = []
    monkeypatch.setattr("iflow.html.page.pictures", lambda result, cloud: drawn.append(cloud) or "figures")
    assert run("report", folder, "--points", 0) == 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "<h1>my run</h1>" in page
    assert drawn == [None]


def test_report_refuses_places_that_are_not_there(folder, tmp_path, capsys):
    assert run("report", tmp_path / "nowhere") == 1
    assert "does not exist" in capsys.readouterr().err
    assert run("report", folder, "-o", tmp_path / "no" / "page.html") == 1
    assert "there is no folder" in capsys.readouterr().err
