"""What came back of a batch that is not complete outlives the process."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import iflow
from iflow.checkpoint import Folder, Manifest
from iflow.checkpoint.pieces import Pieces
from iflow.executors import Piece

ROOT = Path(__file__).parents[1]
VALUES = np.random.default_rng(1).random((100, 2))


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


def piece(start, end, seconds=1.0):
    return Piece(start, end, VALUES[start:end], seconds)


def assert_found(folder, *ranges, key="k"):
    pieces = Pieces(folder)
    with pieces.writing():
        found = pieces.find(key)
    assert [(each.start, each.end) for each in found] == [*ranges]
    for each in found:
        np.testing.assert_array_equal(each.values, VALUES[each.start : each.end])
        assert each.seconds == 1.0


def test_pieces_are_found_by_another_process(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", piece(0, 10))
        pieces.keep("other", piece(0, 3))
        pieces.keep("k", piece(40, 60))
        assert_found(folder, (0, 10), (40, 60))  # before anything is closed
    assert_found(folder, (0, 10), (40, 60))
    assert_found(folder, (0, 3), key="other")
    assert_found(folder, key="unknown")


def test_one_column_and_one_value_a_point_come_back_as_they_were(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        for values in (VALUES[:5, 0], VALUES[:5, ::-1]):
            pieces.keep("k", Piece(0, 5, values, 1.0))
            np.testing.assert_array_equal(pieces.find("k")[-1].values, values)


def test_small_ones_are_gathered(folder):
    pieces = Pieces(folder, worth=1.0)
    with pieces.writing():
        for start in range(3):
            pieces.keep("k", piece(start, start + 1, 0.3))
        assert not folder.piece_keys()
        pieces.keep("k", piece(3, 4, 0.3))
        assert folder.piece_keys() == ["k"]
        assert len(pieces.find("k")) == 4
        pieces.keep("k", piece(4, 5, 0.3))
        assert len(pieces.find("k")) == 4
    with pieces.writing():
        assert len(pieces.find("k")) == 5  # nothing that is there at the end of a run is lost


def test_what_is_on_the_tape_is_forgotten(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        assert pieces.is_empty
        for key in ("a", "b"):
            pieces.keep(key, piece(0, 10))
        pieces.keep("c", piece(0, 10, 0.0))
        assert not pieces.is_empty
        for key in ("a", "b", "c", "unknown"):
            pieces.forget(key)
        assert pieces.is_empty
        assert not folder.piece_keys()
    again = Pieces(folder)
    with again.writing():
        assert again.is_empty


@pytest.mark.parametrize("n_bytes", [1, 40, 200, 400])
def test_a_piece_that_is_cut_off_is_dropped_and_written_over(folder, n_bytes):
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", piece(0, 10))
        pieces.keep("k", piece(10, 20))
    path = folder.pieces("k")
    os.truncate(path, path.stat().st_size - n_bytes)
    assert_found(folder, (0, 10))
    pieces = Pieces(folder)
    with pieces.writing():
        assert len(pieces.find("k")) == 1
        pieces.keep("k", piece(50, 70))
    assert_found(folder, (0, 10), (50, 70))


def test_damaged_values_are_dropped(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", piece(0, 10))
    path = folder.pieces("k")
    stored = bytearray(path.read_bytes())
    stored[-3] ^= 1
    path.write_bytes(stored)
    assert_found(folder)


def test_nothing_is_written_unless_the_folder_is_locked(folder):
    pieces = Pieces(folder)
    pieces.keep("k", piece(0, 10))
    with pieces.writing():
        pass
    pieces.keep("k", piece(0, 10))
    assert not folder.piece_keys()


def test_what_is_no_array_is_left_out(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", Piece(0, 1, {"sum": 1.0}, 1.0))
        pieces.keep("k", Piece(0, 1, np.array([None]), 1.0))
    assert pieces.is_empty


def test_a_full_disk_is_told_and_ends_nothing(folder, monkeypatch):
    monkeypatch.setattr(Folder, "pieces", lambda *_: Path("/dev/full"))
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", piece(0, 10))
        pieces.keep("k", piece(10, 20))
    (remark,) = pieces.remarks
    assert "could not be stored" in remark


def test_a_run_that_begins_anew_clears_them(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", piece(0, 10))
    folder.claim()
    folder.clear()
    assert not folder.piece_keys()


class Slow:
    """A Gaussian that takes time, and writes down what it has computed."""

    def __init__(self, log, seconds=0.0, fails=False):
        self.log, self.seconds, self.fails = log, seconds, fails

    def __call__(self, x):
        time.sleep(self.seconds * len(x))
        if self.fails and len(x) < 40 and (x[:, 0] > 0.97).any():
            raise ArithmeticError("a point that it does not like")
        with open(self.log, "ab") as file:
            file.write(x.tobytes())
        return np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))

    @property
    def points(self):
        return np.fromfile(self.log).reshape(-1, 3)


def assert_same(result, expected):
    """The same but for what is said of faults and of time."""
    assert dataclasses.replace(result, warnings=()) == dataclasses.replace(expected, warnings=())


OPTIONS = {"rtol": 0.0, "max_neval": 3_000, "seed": 5, "flow": False, "cost": 1e-3}


def test_after_a_failure_the_rest_of_the_batch_is_on_disk_until_it_is_complete(tmp_path):
    folder, f = tmp_path / "run", Slow(tmp_path / "log", 1e-3, fails=True)
    with ThreadPoolExecutor(2) as pool:
        with pytest.raises(ArithmeticError, match="does not like"):
            iflow.integrate(f, 3, **OPTIONS, executor=pool, retries=0, checkpoint=folder)
        assert Folder(folder).piece_keys()
        f.fails = False
        result = iflow.resume(folder, f, executor=pool)
    assert not Folder(folder).piece_keys()
    expected = iflow.integrate(Slow(tmp_path / "other"), 3, **OPTIONS)
    assert_same(result, expected)
    # 16 points show that it is the same f; what was under way as it failed had to be computed again.
    assert len(f.points) - expected.neval < 16 + 200


KILLED = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import iflow
from tests_of_pieces import OPTIONS, Slow

if __name__ == "__main__":
    *paths, n_workers = sys.argv[1:]
    folder, log = map(Path, paths)
    workers = {"executor": ThreadPoolExecutor(int(n_workers))} if int(n_workers) else {}
    iflow.integrate(Slow(log, 5e-3), 3, **OPTIONS, **workers, checkpoint=folder)
"""


@pytest.mark.parametrize("n_workers", [0, 4])
def test_a_kill_in_mid_batch_loses_seconds_and_not_the_batch(tmp_path, n_workers):
    folder, log = tmp_path / "run", tmp_path / "log"
    (tmp_path / "tests_of_pieces.py").write_text(Path(__file__).read_text())
    (tmp_path / "killed.py").write_text(KILLED)
    command = [sys.executable, tmp_path / "killed.py", folder, log, str(n_workers)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": f"{ROOT}:{tmp_path}"})
    deadline = time.monotonic() + 60.0
    while not any(path.stat().st_size > 1_000 for path in folder.glob("pieces-*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (path,) = folder.glob("pieces-*")
    pieces = Pieces(Folder(folder), run_key=Manifest.read(folder / "run.json").key)
    with pieces.writing():
        n_stored = sum(len(each.values) for each in pieces.find(path.stem.partition("-")[2]))
    assert n_stored > 20
    n_before = len(Slow(log).points)
    with ThreadPoolExecutor(2) as pool:
        result = iflow.resume(folder, Slow(log), **({"executor": pool} if n_workers else {}))
    expected = iflow.integrate(Slow(tmp_path / "other"), 3, **OPTIONS)
    assert_same(result, expected)
    points = Slow(log).points
    n_again = len(points) - expected.neval - 16
    # No point that was stored, nor any batch before: only what had come back in the last tenths of a second.
    assert n_again <= n_before - n_stored
    assert n_again < 120
    assert not Folder(folder).piece_keys()


def test_a_flipped_bit_anywhere_costs_pieces_and_changes_none(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", piece(0, 3))
        pieces.keep("k", piece(3, 6))
    path = folder.pieces("k")
    whole = path.read_bytes()
    for bit in range(0, 8 * len(whole), 19):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        with pieces.writing():
            found = pieces.find("k")
        for each in found:
            np.testing.assert_array_equal(each.values, VALUES[each.start : each.end])
            assert each.seconds == 1.0


def test_a_claim_of_many_values_makes_no_room_for_them(folder):
    pieces = Pieces(folder)
    with pieces.writing():
        pieces.keep("k", piece(0, 3))
    path = folder.pieces("k")
    content = path.read_bytes()
    at = content.index(b"(3, 2)")
    end = content.index(b"\n", at)
    claim = b"(1000000000000, 2), }"
    path.write_bytes(content[:at] + claim + b" " * (end - at - len(claim)) + content[end:])
    assert_found(folder)
