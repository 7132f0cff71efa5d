"""Files of events: what was written comes back, for others too."""

import json
import os
import sys

import numpy as np
import pandas
import pyarrow.parquet
import pytest

import iflow


@pytest.fixture(scope="module")
def integrator():
    return iflow.Integrator(lambda x: x[:, 0] + 0.1, 2, rtol=1e-2, seed=1, flow=False)


@pytest.fixture(scope="module", params=["sample", "unweight"])
def events(integrator, request):
    observables = {"cube": lambda x: np.tile(x[:, :, None], 3), "inside": lambda x: x[:, 0] > 0.5}
    return getattr(integrator, request.param)(50, observables=observables)


@pytest.mark.parametrize("ending", ["npz", "parquet", "NPZ"])
def test_events_come_back(events, tmp_path, ending):
    path = tmp_path / f"events.{ending}"
    events.save(path)
    back = iflow.Events.load(path)
    for name in ("names", "integral", "integral_sdev", "n_trials", "seed", "unweighting"):
        assert getattr(back, name) == getattr(events, name), name
    assert np.array_equal(back.points, events.points)
    assert np.array_equal(back.weights, events.weights)
    assert back.observables.keys() == events.observables.keys()
    for name, values in events.observables.items():
        assert np.array_equal(back.observables[name], values)
        assert back.observables[name].dtype == values.dtype
    assert os.listdir(tmp_path) == [path.name]


def test_npz_is_read_by_numpy_alone(events, tmp_path):
    events.save(tmp_path / "events.npz")
    with np.load(tmp_path / "events.npz", allow_pickle=False) as stored:
        assert set(stored.files) == {
            "points",
            "weights",
            "metadata",
            "observable.cube",
            "observable.inside",
        } | {"seal"}
        facts = json.loads(str(stored["metadata"]))
    assert (facts["format"], facts["iflow_version"]) == (2, iflow.__version__)
    assert facts["integral"] == events.integral


def test_parquet_is_read_by_others(events, tmp_path):
    events.save(tmp_path / "events.parquet")
    table = pandas.read_parquet(tmp_path / "events.parquet")
    assert list(table.columns) == ["x0", "x1", "weight", "cube", "inside"]
    assert np.array_equal(table["x1"], events.points[:, 1])
    assert np.array_equal(table["weight"], events.weights)
    metadata = pyarrow.parquet.read_schema(tmp_path / "events.parquet").metadata
    facts = json.loads(metadata[b"iflow"])
    assert (facts["integral"], facts["seed"]) == (events.integral, 1)


def test_dataframe(events):
    table = events.to_dataframe()
    assert table.shape == (50, 5)
    assert np.array_equal(table["x0"], events.points[:, 0])
    assert np.array_equal(table["cube"][7], events.observables["cube"][7])


@pytest.mark.parametrize("name", ["events.root", "events", "npz"])
def test_other_endings(events, tmp_path, name):
    for use in (events.save, iflow.Events.load):
        with pytest.raises(ValueError, match=r"ends in one of \.npz, \.parquet, \.lhe, \.lhe\.gz, got"):
            use(tmp_path / name)


@pytest.mark.parametrize("ending", ["npz", "parquet"])
def test_a_failure_leaves_what_was_there(events, tmp_path, monkeypatch, ending):
    path = tmp_path / f"events.{ending}"
    path.write_text("before")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        events.save(path)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize(
    ("package", "use"),
    [
        ("pyarrow", lambda events, path: events.save(path / "events.parquet")),
        ("pandas", lambda events, path: events.to_dataframe()),
    ],
)
def test_a_missing_library_is_named_with_the_remedy(events, tmp_path, monkeypatch, package, use):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=rf"pip install {package}, or pip install 'iflow\[events\]'"):
        use(events, tmp_path)
    assert os.listdir(tmp_path) == []


def test_files_of_others(tmp_path):
    np.savez(tmp_path / "other.npz", points=np.ones(3))
    with pytest.raises(ValueError, match=r"no file of events.*it has no metadata, weights"):
        iflow.Events.load(tmp_path / "other.npz")
    pandas.DataFrame({"x0": [1.0]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(ValueError, match="no file of events"):
        iflow.Events.load(tmp_path / "other.parquet")


def test_files_of_a_later_format(events, tmp_path):
    events.save(tmp_path / "events.npz")
    with np.load(tmp_path / "events.npz") as stored:
        arrays = dict(stored)
    arrays["metadata"] = np.array(str(arrays["metadata"]).replace('"format": 2', '"format": 9'))
    del arrays["seal"]
    np.savez(tmp_path / "later.npz", **arrays)
    with pytest.raises(ValueError, match="has the format 9"):
        iflow.Events.load(tmp_path / "later.npz")


@pytest.mark.parametrize("name", ["e.npz", "e.parquet"])
def test_what_is_no_file_of_events_is_told_apart(name, tmp_path):
    (tmp_path / name).write_bytes(b"hello")
    with pytest.raises(ValueError, match=f"{name} is no file of events, or it is damaged"):
        iflow.Events.load(tmp_path / name)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    events = iflow.Events(points=np.zeros((1, 1)), weights=np.ones(1), names=("x0",))
    with pytest.raises(FileNotFoundError, match=r"there is no folder '.*absent' to write 'e.npz' in"):
        events.save(tmp_path / "absent" / "e.npz")
