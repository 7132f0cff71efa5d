"""A run that is ten times as long takes up no more memory and files, and its sums are exact."""

import tracemalloc

import pytest

from benchmarks.long_run import run
from iflow import sampler
from iflow.checkpoint import Limits, Tape


@pytest.fixture
def _short_tape(monkeypatch):
    """After 2^15 points a checkpoint holds sums only, as it does in earnest after 2^22."""
    init = Tape.__init__
    monkeypatch.setattr(
        Tape, "__init__", lambda self, folder, **kept: init(self, folder, Limits(1 << 15), **kept)
    )


@pytest.mark.usefixtures("_short_tape")
def test_neither_memory_nor_files_grow_and_counters_agree(tmp_path):
    peaks, outcomes = [], []
    for number, neval in enumerate((200_000, 800_000)):
        tracemalloc.start()
        outcomes.append(run("smooth", neval, tmp_path / str(number)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    short, long = outcomes
    assert long.result.neval > 3.5 * short.result.neval
    # A point takes 88 bytes, and larger batches more in any case.
    assert peaks[1] - peaks[0] < 20 * (long.result.neval - short.result.neval)
    for outcome in outcomes:
        assert outcome.mistakes() == []
        assert outcome.rounding <= 2.0**-52
    # A few more rows, each with a line in the logs; no further batch.
    assert len(long.result.history) <= len(short.result.history) + 3
    ends = short.looks[-1], long.looks[-1]
    assert ends[1].n_files <= ends[0].n_files + 3
    assert ends[1].n_bytes < 1.5 * ends[0].n_bytes


def test_batches_of_another_size_change_no_more_than_rounding(tmp_path, monkeypatch):
    whole = run("peak", 300_000, tmp_path / "whole", checkpoint=None, tensorboard=None)
    monkeypatch.setattr(sampler, "LARGEST_BATCH", 4_096)
    parts = run("peak", 300_000, tmp_path / "parts", checkpoint=None, tensorboard=None)
    assert parts.result.neval == whole.result.neval
    assert parts.result.mean == pytest.approx(whole.result.mean, rel=2e-15, abs=0.0)
    assert parts.result.sdev == pytest.approx(whole.result.sdev, rel=1e-3)
