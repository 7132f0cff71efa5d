"""The switches that say who computes: the output is that of a run without them."""

import json
import re
import sys
import warnings

import pytest

from iflow.cli import main

USER_FILE = """
import neighbour

class Bell:
    power = 2

def bell(x):
    return neighbour.falling((x**Bell.power).sum(axis=1))
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """The integrand of a file that imports another one."""
    monkeypatch.setattr("sys.path", [*sys.path])
    (tmp_path / "mine.py").write_text(USER_FILE, encoding="utf-8")
    (tmp_path / "neighbour.py").write_text(
        "import numpy as np\ndef falling(t):\n    return np.exp(-t)\n", encoding="utf-8"
    )
    return f"{tmp_path / 'mine.py'}:bell"


@pytest.fixture
def run(capsys):
    """Runs a command in this process; returns its exit status, output and errors."""

    def run(*words):
        with pytest.raises(SystemExit) as end:
            main([*map(str, words)])
        return end.value.code, *capsys.readouterr()

    return run


def without_clock(text):
    return re.sub(r"(\d+\.?\d* s\b)|(wall|time).*", "", text)


OPTIONS = ("--dim", 2, "--seed", 1, "--quiet", "--flow", "no")


def test_integrate_and_resume_with_workers(run, mine, tmp_path):
    def result(*words):
        status, out, err = run(*words, "--quiet", "--json")
        assert status in (0, 3), err
        return json.loads(out) | {"seconds": 0, "warnings": [], "circumstances": []}

    first = ("integrate", mine, *OPTIONS, "--max-neval", 3_000, "--rtol", 1e-9)
    alone = result(*first)
    assert result(*first, "--workers", 1, "--checkpoint", tmp_path / "run") == alone
    further = result("resume", tmp_path / "run", "--max-neval", 6_000, "--workers", 1)
    assert alone["neval"] < further["neval"] <= 6_000


def test_all_commands_on_a_cluster(run, mine, tmp_path):
    distributed = pytest.importorskip("distributed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a port is taken
        cluster = distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, silence_logs=50
        )
    with cluster:
        address = ("--dask", cluster.scheduler_address)
        for command in (
            ("integrate", mine, *OPTIONS, "--max-neval", 3_000),
            ("compare", mine, *OPTIONS, "--max-neval", 2_000),
        ):
            alone, there = run(*command), run(*command, *address)
            assert there[0] == alone[0], there
            assert without_clock(there[1]) == without_clock(alone[1])
        file = tmp_path / "events.npz"
        status, _, err = run("sample", mine, *OPTIONS, "--max-neval", 3_000, "--n", 50, "-o", file, *address)
        assert status == 0, err
        assert file.exists()
        assert not cluster.scheduler.clients.keys() - {"fire-and-forget"}, (
            "the commands have left their clients"
        )


def test_a_cluster_that_does_not_answer(run, mine, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("iflow.executors.dask._PATIENCE", 1)
    status, _, err = run("integrate", mine, *OPTIONS, "--dask", "tcp://127.0.0.1:9")
    assert status == 1
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:9'" in err


def test_dask_that_is_not_installed(run, mine, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    status, _, err = run("integrate", mine, *OPTIONS, "--dask", "tcp://127.0.0.1:9")
    assert status == 1
    assert "pip install 'iflow[dask]'" in err


def test_switches_are_not_given_as_options(run, mine):
    assert "there is --dask for that" in run("integrate", mine, *OPTIONS, "-o", "executor=4")[2]
    assert "there is --workers for that" in run("integrate", mine, *OPTIONS, "-o", "workers=2")[2]
    assert run("integrate", mine, *OPTIONS, "--workers", 0)[0] == 1
