"""The crew, with executors that do what a script says."""

import gc
import itertools
import os
import re
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest

from iflow.executors import crew as crews
from iflow.executors.chunking import Chunking
from iflow.executors.crew import Crew, hire
from iflow.executors.engines import Engine
from iflow.executors.faults import LostWorkersError
from iflow.executors.job import Job, Piece
from iflow.executors.work import hello
from iflow.integrand import Integrand, SkippingIntegrand
from iflow.options import ExecutionOptions

ITEMS = np.arange(200.0)


class Scripted(Executor):
    """Runs what it is handed at once, in the caller's thread, unless its script says otherwise.

    Args:
      fates: what becomes of one call after the other: "ok", "break", "silent", "cancel", or an exception or
        anything else that the future is to hold; "ok" when they are over.
    """

    def __init__(self, fates=()):
        self.fates = iter(fates)
        self.is_broken = self.is_shut_down = False
        self.silent = []
        self.n_calls = 0

    def submit(self, call, *args):
        if self.is_broken:
            raise BrokenExecutor("it broke before")
        future = Future()
        if call is hello:
            self.greet(future)
            return future
        self.n_calls += 1
        fate = next(self.fates, "ok")
        if fate == "cancel":
            future.cancel()
        elif fate == "silent":
            self.silent.append((future, call, args))
        elif fate == "break":
            self.is_broken = True
            for each in [future, *(each for each, _, _ in self.silent)]:
                each.set_exception(BrokenExecutor("a worker died"))
        elif isinstance(fate, BaseException):
            future.set_exception(fate)
        else:
            future.set_result(call(*args) if fate == "ok" else fate)
        return future

    def greet(self, future):
        future.set_result(hello())

    def speak(self):
        """Answers to what it was silent on."""
        for future, call, args in self.silent:
            if not future.cancelled():
                future.set_result(call(*args))
        self.silent = []

    def shutdown(self, *args, **kwargs):
        self.is_shut_down = True


class Kernel:
    """Negates numbers, and remembers which; raises on those that it is told to."""

    def __init__(self, *poison, error=ValueError):
        self.poison, self.error = set(poison), error
        self.seen = []

    def __call__(self, items):
        bad = self.poison & set(items.tolist())
        if bad:
            raise self.error(f"poison {min(bad)}")
        self.seen += items.tolist()
        return -items


def crew_of(*executors, owned=True, n_workers=2, count=None, **options):
    """Returns a crew whose engine takes the next of the executors when one breaks."""
    left = iter(executors)

    def make():
        executor = next(left)
        return Engine(
            executor,
            n_workers,
            Chunking(),
            shares_memory=True,
            renew=make if owned else None,
            kill=executor.shutdown if owned else None,
            count=count,
        )

    return Crew(make, **options)


@pytest.fixture
def compute():
    """Returns a function that computes items by a crew; crews are closed afterwards."""
    crews = []

    def call(crew, kernel, items=ITEMS, key="k"):
        crews.append(crew)
        return crew.wait(crew.post(crew.pack(kernel), items, key=key), np.concatenate)

    yield call
    for crew in crews:
        crew.close()


def assert_computed_once(values, kernel, items=ITEMS):
    np.testing.assert_array_equal(values, -items)
    assert sorted(kernel.seen) == items.tolist()


def test_every_item_is_computed_once(compute):
    kernel = Kernel()
    crew = crew_of(Scripted())
    assert_computed_once(compute(crew, kernel), kernel)
    assert crew.losses.told() == ""
    assert not crew._unfinished


def test_a_pool_that_breaks_is_made_again_and_nothing_is_computed_twice(compute):
    kernel, told = Kernel(), []
    crew = crew_of(Scripted(["ok", "silent", "break"]), Scripted(["silent", "break"]), Scripted())
    crew.tell = told.append
    assert_computed_once(compute(crew, kernel), kernel)
    assert crew.losses.n_broken == 2
    assert crew.losses.n_items > 0
    assert all(text.startswith("workers died") for text in told)
    assert told


def test_a_pool_that_cannot_be_made_again_ends_the_run_and_what_came_back_stays(compute):
    kernel, executor = Kernel(), Scripted(["ok", "ok", "break"])
    crew = crew_of(executor, owned=False)
    with pytest.raises(LostWorkersError, match=r"Scripted is broken.*resume\(checkpoint, f, executor"):
        compute(crew, kernel)
    n_seen = len(kernel.seen)
    assert n_seen > 0
    with pytest.raises(LostWorkersError):
        compute(crew, kernel)
    assert len(kernel.seen) == n_seen
    executor.is_broken = False
    assert_computed_once(compute(crew, kernel), kernel)


class Stillborn(Scripted):
    """Breaks before any worker is up."""

    def greet(self, future):
        self.is_broken = True
        future.set_exception(BrokenExecutor("initializer raised"))


def test_workers_that_never_start_are_told_from_points_that_end_them(compute):
    crew = crew_of(*(Stillborn() for _ in range(20)))
    with pytest.raises(LostWorkersError, match=r"died 6 times before they were up.*initializer raised"):
        compute(crew, Kernel())
    crew = crew_of(*(Scripted(["break"]) for _ in range(40)))
    with pytest.raises(LostWorkersError, match=re.escape(f"1 point that starts at {np.float64(0.0)!r}")):
        compute(crew, Kernel())


def test_pools_that_break_as_they_start_are_nobody_s_fault(compute):
    kernel, executors = Kernel(), []
    for _ in range(4):
        executors += [Stillborn() for _ in range(4)] + [Scripted(["ok", "break"])]
    crew = crew_of(*executors, Scripted(), retries=0)
    assert_computed_once(compute(crew, kernel), kernel)
    assert crew.losses.n_broken >= 5  # four times before a worker was up, and once after


def test_an_executor_that_takes_nothing_is_not_asked_for_ever(compute):
    broken = Scripted()
    broken.is_broken = True
    crew = crew_of(*itertools.repeat(broken, 20))
    with pytest.raises(LostWorkersError, match="before they were up"):
        compute(crew, Kernel())


def test_an_executor_that_cannot_be_made_again_is_told(compute):
    kernel = Kernel()
    crew = crew_of(Scripted(["ok", "break"]))  # there is no other one
    with pytest.raises(LostWorkersError, match="StopIteration"):
        compute(crew, kernel)


def test_what_fails_is_tried_again_and_then_raised_with_the_point(compute):
    kernel = Kernel(150.0, error=ArithmeticError)
    crew = crew_of(Scripted(), retries=2)
    with pytest.raises(ArithmeticError, match=r"poison 150") as caught:
        compute(crew, kernel)
    assert any("failed 3 times" in note and "starts at" in note for note in caught.value.__notes__)
    assert 150.0 not in kernel.seen


def test_after_a_failure_only_what_is_missing_is_computed(compute):
    for _ in range(30):  # it is a race between threads
        kernel = Kernel(150.0)
        crew = crew_of(Scripted(), retries=0)
        with pytest.raises(ValueError, match="poison"):
            compute(crew, kernel)
        kernel.poison = set()
        assert_computed_once(compute(crew, kernel), kernel)


def test_a_failing_job_leaves_the_others_alone(compute):
    good, bad = Kernel(), Kernel(3.0)
    crew = crew_of(Scripted(), retries=0)
    jobs = [crew.post(crew.pack(kernel), ITEMS, key=key) for kernel, key in ((bad, "a"), (good, "b"))]
    assert_computed_once(crew.wait(jobs[1], np.concatenate), good)
    with pytest.raises(ValueError, match="poison 3"):
        crew.wait(jobs[0], np.concatenate)
    crew.close()


@pytest.mark.parametrize("rubbish", [None, "nothing", 3.5, KeyError("lost"), "cancel"], ids=repr)
def test_an_executor_that_returns_rubbish_is_asked_again(compute, rubbish):
    kernel = Kernel()
    crew = crew_of(Scripted([rubbish, "ok", rubbish]), owned=False)
    assert_computed_once(compute(crew, kernel), kernel)
    assert crew.losses.n_failed == 2
    assert "chunks of points failed twice" in crew.losses.told()


def test_rubbish_too_often_is_an_error(compute):
    crew = crew_of(Scripted([None] * 50), retries=1)
    with pytest.raises(TypeError, match="Scripted returned NoneType"):
        compute(crew, Kernel())


def test_silent_workers_of_others_are_left_alone_and_their_late_answers_taken(compute):
    kernel, executor = Kernel(), Scripted(["silent", "silent"])
    crew = crew_of(executor, owned=False, timeout=0.1, retries=5)
    np.testing.assert_array_equal(compute(crew, kernel), -ITEMS)
    assert crew.losses.n_timed_out >= 1
    executor.speak()
    np.testing.assert_array_equal(compute(crew, kernel), -ITEMS)


def test_a_late_answer_that_is_first_counts():
    kernel, executor = Kernel(), Scripted(["silent"] * 50)
    crew = crew_of(executor, owned=False, n_workers=1, timeout=0.05, retries=1_000)
    job = crew.post(crew.pack(kernel), ITEMS[:1])
    while not executor.silent:
        time.sleep(0.01)
    first = executor.silent[0][0]
    first.set_running_or_notify_cancel()  # from now on it cannot be cancelled
    while executor.n_calls < 2:
        time.sleep(0.01)
    call, args = executor.silent[0][1:]
    first.set_result(call(*args))
    np.testing.assert_array_equal(crew.wait(job, np.concatenate), -ITEMS[:1])
    assert kernel.seen == [0.0]
    crew.close()


def test_silent_workers_of_its_own_are_ended(compute):
    kernel, first = Kernel(), Scripted(["ok", "silent"])
    crew = crew_of(first, Scripted(), timeout=0.1)
    assert_computed_once(compute(crew, kernel), kernel)
    assert first.is_shut_down
    assert crew.losses.n_timed_out == 1


def test_silence_too_often_is_an_error(compute):
    crew = crew_of(*(Scripted(["silent"] * 9) for _ in range(9)), timeout=0.05, retries=1)
    with pytest.raises(LostWorkersError, match=r"did not come back within timeout = 0.05 s, twice"):
        compute(crew, Kernel())


def test_ctrl_c_while_waiting_keeps_what_came_back(compute):
    kernel, executor = Kernel(), Scripted(["ok", "ok", "silent", "silent", "silent", "silent"])
    crew = crew_of(executor, owned=False)
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        compute(crew, kernel)
    timer.join()
    assert kernel.seen
    executor.speak()
    assert_computed_once(compute(crew, kernel), kernel)


def test_closing_wakes_who_waits():
    executor = Scripted(["silent"] * 9)
    crew = crew_of(executor)
    job = crew.post(crew.pack(Kernel()), ITEMS)
    timer = threading.Timer(0.1, crew.close)
    timer.start()
    with pytest.raises(LostWorkersError, match="dismissed"):
        crew.wait(job, np.concatenate)
    timer.join()
    assert isinstance(job.failure, LostWorkersError)
    assert executor.is_shut_down


def test_a_pool_that_breaks_as_the_crew_closes_is_not_made_again():
    first, second = Scripted(["silent"] * 9), Scripted()
    crew = crew_of(first, second)
    crew.post(crew.pack(Kernel()), ITEMS)
    foreman = crew._foreman
    while not first.silent:
        time.sleep(0.01)
    foreman.stop()
    for future, _, _ in first.silent:
        if not future.done():
            future.set_exception(BrokenExecutor("killed"))
    foreman._thread.join()
    assert not second.is_shut_down  # it would have been, had it been made


def test_a_crew_that_nobody_needs_ends_its_workers():
    executor = Scripted(["silent"] * 9)
    crew = crew_of(executor)
    crew.post(crew.pack(Kernel()), ITEMS, key="k")
    thread = crew._foreman._thread
    del crew
    gc.collect()
    thread.join(5.0)
    assert not thread.is_alive()
    assert executor.is_shut_down


def test_it_computes_again_after_it_was_closed(compute):
    kernel = Kernel()
    crew = crew_of(Scripted(), Scripted())
    compute(crew, kernel)
    crew.close()
    kernel.seen.clear()
    assert_computed_once(compute(crew, kernel), kernel)


class Store:
    """Keeps pieces in memory, or cannot."""

    def __init__(self, pieces=(), error=None):
        self.pieces, self.error = list(pieces), error

    def find(self, key):
        return self.pieces

    def keep(self, key, piece):
        if self.error:
            raise self.error
        self.pieces.append(piece)


def test_what_was_stored_is_not_computed(compute):
    kernel, crew = Kernel(), crew_of(Scripted())
    crew.store = Store([Piece(10, 60, -ITEMS[10:60], 1.5), Piece(150, 200, -ITEMS[150:], 1.5)])
    np.testing.assert_array_equal(compute(crew, kernel), -ITEMS)
    assert sorted(kernel.seen) == [*range(10), *range(60, 150)]


class Watchful(Store):
    """Remembers how much of a job had come back, by the job's own count, when each piece was kept."""

    job, seen = None, ()

    def keep(self, key, piece):
        super().keep(key, piece)
        self.seen += (self.job.n_back,)


def test_the_piece_that_completes_a_batch_is_kept_before_anyone_is_told():
    store = Watchful()
    store.job = job = Job(ITEMS, None, key="k", store=store)
    job.add(Piece(0, 150, -ITEMS[:150], 1.0))
    job.add(Piece(150, 200, -ITEMS[150:], 3600.0))
    assert job.has_ended
    assert [piece.end for piece in store.pieces] == [150, 200]
    assert store.seen == (0, 150)


def in_a_fork(call):
    """Returns what a call comes to in a forked process, as text; it gets ten seconds."""
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        signal.alarm(10)
        try:
            told = repr(call())
        except BaseException as error:
            told = f"{type(error).__name__}: {error}"
        os.write(writer, told.encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(process, 0)
    with os.fdopen(reader, "rb") as pipe:
        return pipe.read().decode()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # JAX, where it is loaded, does not like forks
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_workers_of_a_process_are_not_waited_for_in_one_forked_from_it(compute):
    executor = Scripted()
    crew = crew_of(executor)
    compute(crew, Kernel())
    told = in_a_fork(lambda: compute(crew, Kernel(), key="other"))
    assert told.startswith("LostWorkersError")
    assert f"process {os.getpid()}, which this one was forked from" in told

    def ended():
        foreman = crew._foreman
        crew.close()
        foreman.stop()
        return executor.is_shut_down

    assert in_a_fork(ended) == "False"  # they are not its own to end


def test_f_that_integrates_by_the_pool_it_is_computed_by_is_not_waited_for_ever():
    with ThreadPoolExecutor(1) as pool:
        options = ExecutionOptions(executor=pool)
        assert hire(options) is not None
        assert pool.submit(hire, options).result(10.0) is None


def test_a_mistake_in_its_thread_is_raised_where_one_waits(compute):
    crew = crew_of(Scripted())
    crew.store = Store(error=OSError("no space left"))
    with pytest.raises(OSError, match="no space left"):
        compute(crew, Kernel())


def test_workers_that_cannot_be_counted_still_get_work(compute):
    def count():
        raise OSError("no answer")

    kernel = Kernel()
    assert_computed_once(compute(crew_of(Scripted(), count=count), kernel), kernel)


def test_given_up_batches_do_not_pile_up(compute):
    executor = Scripted(["silent"] * 10_000)
    crew = crew_of(executor, owned=False)
    for number in range(200):
        crew.give_up(crew.post(crew.pack(abs), ITEMS + number, key=str(number)))
    assert len(crew._unfinished) == len(crew._given_up) <= 64
    crew.close()


@pytest.mark.parametrize("kind", [Integrand, SkippingIntegrand])
def test_no_points_are_no_work_for_workers(kind):
    with ThreadPoolExecutor(1) as pool:
        crew = hire(ExecutionOptions(executor=pool))
        f = kind(lambda x: x[:, :2], 3, crew=crew)
        f.probe(np.random.default_rng(0).random((f.probe_size, 3)))
        assert f(np.empty((0, 3))).shape == (0, 2)
        crew.close()


def test_who_waits_is_told_how_far_a_batch_has_come(compute, monkeypatch):
    monkeypatch.setattr(crews, "_LOOK", 0.01)
    crew, told = crew_of(Scripted(["ok", "silent"])), []
    crew.report = told.append
    job = crew.post(crew.pack(Kernel()), ITEMS)
    timer = threading.Timer(0.3, crew.close)
    timer.start()
    with pytest.raises(LostWorkersError, match="dismissed"):
        crew.wait(job, np.concatenate)
    timer.join()
    assert 0 < max(told) == job.n_back < len(ITEMS)
