"""Whatever has happened to a file, it is told, and nothing in it is run or believed."""

import pytest

import iflow
from tests.misuse import checkpoints, saved
from tests.misuse.damage import DISKS
from tests.misuse.files import ROWS
from tests.misuse.specimens import bump, integrator


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.entry}: {row.what}")
def test_misuse_is_told(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(row.error, match=f"(?s){row.says}"):
        row.attempt(tmp_path)
    assert not (tmp_path / "executed").exists()


def test_there_are_many_rows_and_no_two_are_the_same():
    assert min(len(checkpoints.ROWS), len(saved.INTEGRATORS) + len(saved.EVENTS)) >= 60
    assert len({(row.entry, row.what) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("disk", DISKS)
def test_a_disk_that_fails_loses_nothing(disk, tmp_path):
    options = {"rtol": 1e-3, "seed": 1, "flow": False}
    begun = iflow.Integrator(bump, 2, checkpoint=tmp_path / "run", **options)
    with DISKS[disk][0]("batch-00000002"):
        found = begun.integrate()
    expected = iflow.integrate(bump, 2, **options)
    assert found == expected
    assert any("could not be written" in text for text in found.circumstances)
    assert iflow.resume(tmp_path / "run", bump) == expected


@pytest.mark.parametrize("disk", DISKS)
def test_a_failed_save_leaves_what_was_there(disk, tmp_path):
    path = tmp_path / "it.npz"
    path.write_text("before")
    with DISKS[disk][0]("it.npz"), pytest.raises(OSError, match="what was there before is as it was"):
        integrator().save(path)
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["it.npz"]
