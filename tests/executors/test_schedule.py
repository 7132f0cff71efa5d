"""Every item comes back once and in order, whatever fails, dies, is late, given up and posted again."""

import numpy as np
import pytest

from iflow.executors.chunking import Chunking
from iflow.executors.faults import LostWorkersError
from iflow.executors.job import Job, Piece
from iflow.executors.payload import Payload
from iflow.executors.schedule import Schedule

PAYLOAD = Payload("token", None, abs)


def make_job(n, start=0):
    return Job(np.arange(start, start + n), PAYLOAD, key=str(start))


def make_schedule(n_workers=2, **options):
    return Schedule(n_workers, Chunking(), **options)


def values_of(chunk):
    return -chunk.items


def send_all(schedule, now=0.0):
    chunks = []
    while (chunk := schedule.next_chunk(now)) is not None:
        chunks.append(chunk)
    return chunks


def finish(schedule):
    """Lets every chunk come back until nothing is left to do."""
    for _ in range(1_000):
        send_all(schedule)
        for chunk in [*schedule.under_way]:
            schedule.came_back(chunk, values_of(chunk), 0.0)
        if schedule.is_idle:
            return
    raise AssertionError


class Fates:
    """Sends chunks and lets anything become of them, at random."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        n_workers, retries = self.rng.integers(1, 4), self.rng.integers(0, 3)
        self.schedule = make_schedule(int(n_workers), retries=int(retries), timeout=1.0)
        sizes = self.rng.integers(1, 40, self.rng.integers(1, 4))
        starts = np.cumsum([0, *sizes])
        self.jobs = [make_job(int(n), int(start)) for n, start in zip(sizes, starts[:-1], strict=True)]
        self.late, self.now = [], 0.0
        for job in self.jobs:
            self.schedule.post(job)

    def happen(self):
        """Lets something happen; chunks are sent and come back more often than all else."""
        often = [self.send] * 6 + [self.come_back] * 3 + [self.fail] * 2 + [self.post_again] * 2
        seldom = [self.be_unknown, self.restart, self.give_up, self.lose_everything]
        fates = [*often, *seldom, self.break_pool, self.let_time_pass, self.come_back_late]
        fates[self.rng.integers(len(fates))]()
        self.check()

    def pick(self, those):
        return those[self.rng.integers(len(those))]

    def send(self):
        chunk = self.schedule.next_chunk(self.now)
        assert chunk is None or chunk.n > 0

    def come_back(self):
        if self.schedule.under_way:
            chunk = self.pick([*self.schedule.under_way])
            self.schedule.came_back(chunk, values_of(chunk), 0.01)

    def fail(self):
        if self.schedule.under_way:
            self.schedule.failed(self.pick([*self.schedule.under_way]), ValueError("nan"))

    def be_unknown(self):
        if self.schedule.under_way:
            self.schedule.send_again(self.pick([*self.schedule.under_way]))

    def break_pool(self):
        self.schedule.broke(OSError("killed"))

    def restart(self):
        self.schedule.send_all_again()

    def let_time_pass(self):
        self.now += self.pick([0.5, 5.0])
        self.late += self.schedule.expired(self.now)

    def come_back_late(self):
        if self.late:
            chunk = self.pick(self.late)
            if self.schedule.is_wanted(chunk):
                self.schedule.came_back(chunk, values_of(chunk), 0.01)

    def lose_everything(self):
        self.schedule.lost(LostWorkersError("gone"))

    def give_up(self):
        self.schedule.drop(self.pick(self.jobs))

    def post_again(self):
        job = self.pick(self.jobs)
        job.reopen()
        self.schedule.post(job)

    def check(self):
        """No item is in two places, and none of a job that is worked at is nowhere."""
        schedule = self.schedule
        for job in self.jobs:
            is_posted = job in schedule._jobs
            places = [(start, end) for start, (end, _) in job._pieces.items()]
            chunks = [*schedule.under_way, *schedule._again, *schedule._suspects]
            places += [(chunk.start, chunk.end) for chunk in chunks if chunk.job is job]
            places += job._waiting if is_posted else []
            items = [item for start, end in places for item in range(start, end)]
            assert len(items) == len(set(items))
            assert not is_posted or (len(items) == job.n and job.failure is None)
            assert job.is_complete == (job.n_back == job.n)
            assert job.has_ended or not job.is_complete

    def end_well(self):
        """Lets all that is left come back."""
        for job in self.jobs:
            job.reopen()
            self.schedule.post(job)
        finish(self.schedule)
        for job in self.jobs:
            assert job.failure is None
            np.testing.assert_array_equal(job.joined(np.concatenate), -job.items)


def test_every_item_comes_back_once_and_in_order_whatever_happens():
    for seed in range(300):
        fates = Fates(seed)
        for _ in range(40):
            fates.happen()
        fates.end_well()


def test_a_chunk_may_fail_as_often_as_is_said():
    schedule, job = make_schedule(1, retries=2), make_job(4)
    schedule.post(job)
    for n in range(3):
        assert not job.has_ended
        chunk = schedule.next_chunk(0.0)
        schedule.failed(chunk, ValueError(f"nan {n}"))
    assert str(job.failure) == "nan 2"
    (note,) = job.failure.__notes__
    assert "failed 3 times" in note
    assert f"starts at {chunk.items[0]!r}" in note
    assert schedule.losses.n_failed == 3
    assert schedule.next_chunk(0.0) is None


def work_until_done(schedule, is_deadly, most=60):
    """Lets the pool break on items that are deadly; returns how often it did."""
    n = 0
    for _ in range(most):
        chunks = send_all(schedule)
        if not chunks:
            return n
        if any(map(is_deadly, chunks)):
            schedule.broke(OSError("killed"))
            n += 1
        else:
            for chunk in chunks:
                schedule.came_back(chunk, values_of(chunk), 0.0)
    raise AssertionError


@pytest.mark.parametrize("retries", [0, 2])
def test_the_point_that_ends_workers_is_found_and_no_other_is_blamed(retries):
    schedule, job = make_schedule(2, retries=retries), make_job(4_000)
    schedule.post(job)
    n = work_until_done(schedule, lambda chunk: chunk.start <= 1234 < chunk.end)
    assert isinstance(job.failure, LostWorkersError)
    assert f"the chunk of 1 point that starts at {np.int64(1234)!r}" in str(job.failure)
    assert "with nothing else under way" in str(job.failure)
    assert n <= 2 + 12 + retries + 1
    job.reopen()
    schedule.post(job)
    finish(schedule)
    np.testing.assert_array_equal(job.joined(np.concatenate), -np.arange(4_000))
    assert schedule.losses.n_broken == n


def test_who_was_not_alone_is_suspected_and_not_blamed():
    schedule, job = make_schedule(2, retries=0), make_job(2)
    schedule.post(job)
    for _ in range(2):
        assert len(send_all(schedule)) == 2
        schedule.broke(OSError("killed"))
        assert job.failure is None
    for _ in range(2):
        (chunk,) = send_all(schedule)  # one after the other
        schedule.came_back(chunk, values_of(chunk), 0.0)
    assert job.is_complete


def test_workers_that_die_at_random_are_nobody_s_fault():
    """The seed is fixed."""
    rng = np.random.default_rng(1)
    schedule, job = make_schedule(4, retries=0), make_job(4_000)
    schedule.post(job)
    # The larger a chunk is, the longer it is under way.
    n = work_until_done(schedule, lambda chunk: rng.random() < 0.2 * min(1.0, chunk.n / 10), most=5_000)
    assert n > 10
    assert job.failure is None
    np.testing.assert_array_equal(job.joined(np.concatenate), -np.arange(4_000))


def test_a_late_chunk_goes_elsewhere_and_its_first_answer_counts():
    schedule, job = make_schedule(1, timeout=2.0), make_job(1)
    schedule.post(job)
    chunk = schedule.next_chunk(10.0)
    # Two chunks of 2 s each: it may have waited for another one.
    assert schedule.next_deadline() == 14.0
    assert schedule.expired(14.0) == []
    assert schedule.expired(14.1) == [chunk]
    assert schedule.is_wanted(chunk)
    assert schedule.next_chunk(14.1) is chunk
    schedule.came_back(chunk, np.array([5]), 0.1)
    assert not schedule.is_wanted(chunk)
    assert job.is_complete
    assert schedule.losses.n_timed_out == 1
    assert schedule.is_idle


def test_a_chunk_is_not_cut_so_large_that_it_must_be_late():
    schedule, job = make_schedule(1, timeout=1.0, seconds_each=0.01), make_job(1_000)
    schedule.post(job)
    assert schedule.next_chunk(0.0).n == 16  # 25 would be a quarter of the timeout


def test_whatever_is_left_of_a_batch_is_cut_into_powers_of_two():
    schedule, job = make_schedule(3, seconds_each=0.01), make_job(10_007)
    job.add(Piece(17, 1_000, None, 1.0))
    schedule.post(job)
    sizes = []
    while not schedule.is_idle:
        for chunk in send_all(schedule, 0.0):
            sizes.append(chunk.n)
            schedule.came_back(chunk, values_of(chunk), 0.01 * chunk.n)
    assert sum(sizes) == 10_007 - 983
    assert all(size.bit_count() == 1 for size in sizes)


def test_workers_that_start_are_given_time():
    schedule, job = make_schedule(1, timeout=1.0, ready_at=30.0), make_job(8)
    schedule.post(job)
    first, second = send_all(schedule, 0.0)
    assert schedule.next_deadline() == 30.0
    assert schedule.expired(29.0) == []
    schedule.came_back(first, values_of(first), 0.0)
    schedule.ready_at = -np.inf
    assert schedule.next_deadline() == 2.0
    assert schedule.expired(2.1) == [second]


def test_what_takes_too_long_too_often_is_told():
    schedule, job = make_schedule(1, timeout=1.0, retries=1), make_job(1, 7)
    schedule.post(job)
    for now in (0.0, 10.0):
        schedule.next_chunk(now)
        schedule.expired(now + 5.0)
    assert "did not come back within timeout = 1 s, twice" in str(job.failure)
    assert repr(np.int64(7)) in str(job.failure)


def test_a_job_that_is_complete_leaves_nothing_behind():
    schedule, job = make_schedule(), make_job(30)
    schedule.post(job)
    finish(schedule)
    schedule.post(job)
    assert not schedule._jobs
    assert job.has_ended
    assert schedule.is_idle


def test_one_failed_job_does_not_disturb_the_next():
    schedule, first, second = make_schedule(1, retries=0), make_job(4), make_job(4, 4)
    schedule.post(first)
    schedule.post(second)
    schedule.failed(schedule.next_chunk(0.0), ValueError("nan"))
    assert first.failure is not None
    finish(schedule)
    assert second.is_complete
    assert second.failure is None


@pytest.mark.parametrize(
    ("stored", "n_back"),
    [
        ([(0, 3), (3, 5)], 5),
        ([(3, 5), (0, 3)], 5),
        ([(0, 3), (2, 5)], 3),
        ([(0, 11)], 0),
        ([(-1, 2), (4, 4)], 0),
    ],
)
def test_only_pieces_that_fit_are_recalled(stored, n_back):
    class Store:
        def find(self, key):
            return [Piece(start, end, np.zeros(max(0, end - start)), 0.5) for start, end in stored]

        def keep(self, *args):
            raise AssertionError("it is stored already")

    job = Job(np.arange(10), PAYLOAD, key="k", store=Store())
    job.recall()
    assert job.n_back == n_back
    schedule = make_schedule()
    job._store = None
    schedule.post(job)
    finish(schedule)
    assert len(job.joined(np.concatenate)) == 10
