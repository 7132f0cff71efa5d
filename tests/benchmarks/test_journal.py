import gzip

import pytest

from benchmarks.journal import Journal, runs_in


def test_what_has_ended_is_not_run_again(tmp_path, make_run):
    path, runs = tmp_path / "runs.json", [make_run(seed=seed) for seed in (1, 2, 3)]
    tasks = [run.task for run in runs]
    journal = Journal(path)
    journal.add(runs[0])
    journal.add(runs[2])
    again = Journal(path, resume=True)
    assert again.missing(tasks) == [tasks[1]]
    assert again.runs(tasks) == [runs[0], runs[2]]


def test_a_failed_run_is_tried_again(tmp_path, make_run):
    path = tmp_path / "runs.json"
    failed, fine = make_run(stop_reason="failed: no end"), make_run()
    Journal(path).add(failed)
    journal = Journal(path, resume=True)
    assert journal.missing([failed.task]) == [failed.task]
    journal.add(fine)
    assert Journal(path, resume=True).runs([fine.task]) == [fine]


def test_a_line_cut_short_is_forgotten(tmp_path, make_run):
    path, first, second = tmp_path / "runs.json", make_run(seed=1), make_run(seed=2)
    journal = Journal(path)
    journal.add(first)
    journal.add(second)
    path.write_bytes(path.read_bytes()[:-20])
    journal = Journal(path, resume=True)
    assert journal.missing([first.task, second.task]) == [second.task]
    journal.add(second)
    assert Journal(path, resume=True).runs([first.task, second.task]) == [first, second]


def test_a_file_is_not_mixed_up_with_another_benchmark(tmp_path, make_run):
    path = tmp_path / "runs.json"
    Journal(path).add(make_run())
    with pytest.raises(FileExistsError, match="--resume"):
        Journal(path)


def test_no_file_keeps_runs_all_the_same(make_run):
    journal, run = Journal(None), make_run()
    journal.add(run)
    assert journal.runs([run.task]) == [run]


def test_a_packed_file_is_read_as_it_was_before(tmp_path, make_run):
    path, runs = tmp_path / "runs.json", [make_run(seed=seed) for seed in (1, 2)]
    journal = Journal(path)
    for run in runs:
        journal.add(run)
    packed = tmp_path / "runs.json.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert runs_in(packed) == runs_in(path) == runs
