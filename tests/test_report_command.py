"""`iflow report DIR` writes a page from what is on disk, and evaluates nothing."""

import numpy as np
import pytest

import iflow
from iflow.cli import main


class StopError(Exception):
    """Ends a run in the middle."""


@pytest.fixture
def folder(tmp_path):
    """The checkpoint of a run that was stopped while it measured."""

    def stop(row):
        if row.phase == "measurement":
            raise StopError

    made = tmp_path / "my run"
    with pytest.raises(StopError):
        iflow.integrate(
            lambda x: np.exp(-20.0 * np.square(x - 0.4).sum(axis=1)),
            2,
            rtol=0.0,
            max_neval=50_000,
            seed=1,
            checkpoint=made,
            callback=stop,
        )
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
    assert page.count("<img") == 5


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
