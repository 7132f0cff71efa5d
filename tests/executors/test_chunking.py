"""Sizes of chunks: the whole of a batch, driven in virtual time."""

import heapq
import math

import pytest

from iflow.executors.chunking import Chunking, round_size
from iflow.executors.job import Job, Piece
from iflow.executors.payload import Payload
from iflow.executors.schedule import Chunk, Schedule


def cut(n, workers, cost, chunking=None, more_comes=False):
    """Returns the sizes into which a batch is cut, no chunk having come back."""
    chunking, sizes, left = chunking or Chunking(), [], n
    while left:
        under_way = n - left if more_comes else 0
        sizes.append(chunking.size(left, workers, cost, under_way))
        left -= sizes[-1]
    return sizes


def makespan(sizes, workers, cost, handling):
    """Returns when the last of the workers ends, where chunks are handed out one after the other."""
    free, now = [0.0] * workers, 0.0
    for size in sizes:
        now += handling
        heapq.heappush(free, max(heapq.heappop(free), now) + size * cost)
    return max(free)


@pytest.mark.parametrize("workers", [1, 2, 100, 10_000])
@pytest.mark.parametrize("cost", [0.0, 1e-6, 1e-3, 1.0, 100.0])
@pytest.mark.parametrize("n", [1, 2, 17, 65_536])
@pytest.mark.parametrize("under_way", [0, 1, 10**6])
def test_every_size_is_one_that_can_be_cut_off(n, workers, cost, under_way):
    assert 1 <= Chunking().size(n, workers, cost, under_way) <= n


@pytest.mark.parametrize("workers", [2, 7])
def test_few_workers_get_large_chunks_first_and_small_ones_last(workers):
    sizes = cut(10_000, workers, 1e-3)
    assert sizes[0] == pytest.approx(10_000 / (3 * workers), rel=0.42)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes.count(16) >= workers  # as near to 20 ms as a power of two comes
    assert all(size >= 4 for size in sizes[:-1])
    assert len(sizes) < 18 * workers


@pytest.mark.parametrize("workers", [1, 2, 7, 1_000])
@pytest.mark.parametrize("cost", [0.0, 1e-5, 1e-3, 1e-1])
@pytest.mark.parametrize("n", [1, 17, 10_007, 65_536])
def test_sizes_are_powers_of_two(workers, cost, n):
    sizes = {*cut(n, workers, cost)}
    assert all(size.bit_count() == 1 for size in sizes)
    assert len(sizes) <= 1 + math.log2(max(n, 2))


@pytest.mark.parametrize(
    ("wanted", "most", "size"), [(1, 9, 1), (0.1, 9, 1), (11, 99, 8), (12, 99, 16), (12, 15, 8), (100, 1, 1)]
)
def test_the_nearest_power_of_two_by_ratio(wanted, most, size):
    assert round_size(wanted, most) == size


def test_a_worker_that_dies_takes_two_seconds_of_work_with_it_at_most():
    assert max(cut(1_000_000, 2, 1e-3)) == 1_024
    assert max(cut(100, 2, 10.0)) == 1


def test_a_small_batch_is_cut_up_for_all():
    assert cut(40, 4, 1e-3) == [8, 8, 8, 4, 4, 4, 4]
    assert cut(16, 4, 1e-3) == [4, 4, 4, 4]
    assert cut(3, 4, 1.0) == [1, 1, 1]


def test_unknown_cost_gives_shares():
    assert cut(1_200, 4, 0.0)[:2] == [128, 64]  # 100 and 89


def test_two_workers_end_together():
    sizes = cut(10_000, 2, 1e-3)
    assert makespan(sizes, 2, 1e-3, 1e-3) < 1.01 * 5.0


@pytest.mark.parametrize("n", [1_000, 4_096, 30_000])
def test_who_hands_out_chunks_does_not_hold_up_a_thousand_workers(n):
    # One point a chunk would take n x handling to hand out, one chunk a worker 1,000 x handling.
    chunking = Chunking(handling=1e-3)
    own = makespan(cut(n, 1_000, 1e-2, chunking), 1_000, 1e-2, 1e-3)
    even = makespan([math.ceil(n / 1_000)] * (n // math.ceil(n / 1_000)), 1_000, 1e-2, 1e-3)
    assert own < 0.75 * n * 1e-3
    assert own < 1.1 * even
    assert own < 4.0 * math.sqrt(n * 1e-2 * 1e-3) + n * 1e-5


def test_chunks_stay_large_where_more_is_to_come():
    # Each second the workers ask for 1,000 / pace chunks, and half of a second is there for handing them out.
    pace = 1_000 * Chunking().handling / 0.5
    assert min(cut(200_000, 1_000, 1e-2, more_comes=True)[:-1]) * 1e-2 >= 0.7 * pace
    assert min(cut(200_000, 1_000, 1e-2)[:-1]) * 1e-2 < 0.1 * pace


def test_what_waits_ahead_is_enough_for_chunks_of_the_pace():
    chunking = Chunking()
    for workers in (2, 100, 1_000, 10_000):
        n = math.ceil(chunking.ahead(workers) / 1e-2)
        pace = workers * chunking.handling / 0.5
        assert n * 1e-2 >= workers
        assert chunking.size(n, workers, 1e-2) * 1e-2 >= min(pace, 2.0) * 0.5


def posted(schedule, n, token="f", more_comes=False):
    """Returns a job of n items that waits in a schedule."""
    job = Job(range(n), Payload(token, None, len))
    job.more_comes = more_comes
    schedule.post(job)
    return job


def test_a_schedule_learns_what_items_take_for_each_kernel():
    schedule = Schedule(2, Chunking())
    points = posted(schedule, 100_000)
    schedule.expect(points, 1.0)  # far too much: the first call has loaded something
    assert schedule.next_chunk(0.0).n == 2
    chunk = schedule.next_chunk(0.0)
    schedule.came_back(chunk, None, 1e-5 * chunk.n)
    assert schedule.cost(points) == pytest.approx(1e-5, rel=0.1)
    assert schedule.next_chunk(0.0).n > 10_000
    batches = posted(schedule, 8, "g")  # items that take seconds each are not lumped together for it
    assert schedule.cost(batches) == 0.0
    schedule.drop(points)
    assert schedule.next_chunk(0.0).n == 2


def test_items_of_another_kernel_do_not_count():
    schedule = Schedule(2, Chunking())
    posted(schedule, 100, "g")
    posted(schedule, 100_000)
    assert schedule.next_chunk(0.0).n == 16  # a sixth of the 100


def test_a_schedule_weighs_what_it_has_seen_by_items_and_by_age():
    schedule = Schedule(1, Chunking())
    job = posted(schedule, 10_000)
    for start, end, seconds in ((0, 1_000, 1.0), (1_000, 1_001, 1.0)):
        schedule.came_back(Chunk(job, start, end), None, seconds)
    assert schedule.cost(job) == pytest.approx(2.0 / 1_001, rel=0.01)
    for start in range(1_001, 2_001):
        schedule.came_back(Chunk(job, start, start + 1), None, 1e-4)
    assert schedule.cost(job) == pytest.approx(1e-4, rel=0.01)


@pytest.mark.parametrize("more_comes", [False, True])
def test_a_schedule_cuts_fine_only_where_the_end_is_near(more_comes):
    schedule = Schedule(100, Chunking(), seconds_each=1e-2)
    posted(schedule, 5_000)
    posted(schedule, 700, more_comes=more_comes)
    sizes = []
    while not schedule.is_idle:
        while (chunk := schedule.next_chunk(0.0)) is not None:
            sizes.append(chunk.n)
        first = next(iter(schedule.under_way))
        schedule.came_back(first, None, first.n * 1e-2)
    # Every job may end with a rest. 100 workers are handed chunks of 80 ms in half of the time.
    small = sorted(sizes)[2]
    assert small == 8 if more_comes else small <= 2


def test_a_job_knows_what_waits_of_it():
    job = Job(range(100), Payload("f", None, len))
    assert [job.cut(30), job.n_waiting, job.cut(1_000), job.n_waiting] == [(0, 30), 70, (30, 100), 0]
    job.add(Piece(0, 30, None, 0.0))
    job.revive([(30, 40)])
    assert job.n_waiting == 60
    assert [job.cut(50), job.n_waiting] == [(40, 90), 10]
