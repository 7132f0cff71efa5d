"""What a worker does: it keeps kernels, replies whatever they raise, and leaves the cores to others."""

import multiprocessing
import os
import pickle
import signal
import threading
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
import threadpoolctl

from iflow.executors import work
from iflow.executors.payload import pack
from iflow.executors.work import Reply, WorkerError, compute, compute_here

ITEMS = np.arange(3.0)


class TwoParts(Exception):  # noqa: N818
    """Cannot be unpickled."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")

    def __reduce_ex__(self, protocol):
        return TwoParts, ("one alone",)


class Forgetful(Exception):  # noqa: N818
    """Leaves its notes behind."""

    def __reduce__(self):
        return Forgetful, self.args


class Unspeakable(Exception):  # noqa: N818
    """Cannot be printed."""

    def __init__(self):
        super().__init__(lambda: None)

    def __str__(self):
        raise RuntimeError


def reply_to(error):
    def kernel(items):
        raise error

    return pickle.loads(pickle.dumps(compute_here(kernel, ITEMS)))


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (ValueError("nan"), ValueError, "nan"),
        (Forgetful("oblivion"), Forgetful, "oblivion"),
        # Dask, where it is loaded, has every exception pickled.
        (TwoParts("one", "two"), (WorkerError, TwoParts), "one and two"),
        (OSError(2, "no file", "name"), FileNotFoundError, "no file"),
        (ValueError(threading.Lock()), WorkerError, "ValueError: <unlocked"),
        (Unspeakable(), WorkerError, "raised Unspeakable"),
        (SystemExit(3), WorkerError, "SystemExit: 3"),
        (KeyboardInterrupt(), WorkerError, "KeyboardInterrupt"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, BaseException) else "",
)
def test_whatever_is_raised_comes_back_with_its_notes(error, kind, text):
    error.add_note("at x = 3")
    raised = reply_to(error).raised
    assert isinstance(raised, kind)
    assert text in str(raised)
    assert "at x = 3" in raised.__notes__
    assert "on a worker (" in raised.__notes__[-1]
    assert "in kernel" in raised.__notes__[-1]


def test_a_kernel_that_cannot_be_unpacked_says_so():
    reply = compute("some token", b"rubbish", ITEMS)
    assert any("unpacked the integrand" in note for note in reply.raised.__notes__)


def test_what_is_not_known_is_asked_for():
    payload = pack(np.negative)
    assert compute(payload.token + "?", None, ITEMS).is_unknown
    np.testing.assert_array_equal(compute(payload.token, payload.pickled, ITEMS).values, -ITEMS)
    assert isinstance(compute(payload.token, None, ITEMS), Reply)


def test_ctrl_c_is_left_to_the_process_that_the_user_talks_to():
    def kernel(items):
        signal.raise_signal(signal.SIGINT)
        return -items

    payload = pack(kernel)
    before = signal.getsignal(signal.SIGINT)
    np.testing.assert_array_equal(compute(payload.token, payload.pickled, ITEMS).values, -ITEMS)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_worker_keeps_the_latest_few():
    packed = [pack(lambda x, n=n: n) for n in range(9)]
    for payload in packed:
        assert work.compute(payload.token, payload.pickled, None).error is None
    assert work.compute(packed[0].token, None, None).is_unknown
    assert work.compute(packed[-1].token, None, None).values == 8
    assert len(work._known) <= 4
    work._known.clear()


def test_a_worker_of_this_machine_leaves_cores_and_interrupts_to_others():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        1, mp_context=context, initializer=work.start, initargs=(1, os.getpid())
    ) as pool:
        assert pool.submit(_threads_of_another_library).result() == 1
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
    assert _threads_of_another_library() == 3, "this process is no worker"


def _threads_of_another_library():
    """Threads that one may run which is loaded together with an integrand, and would take three."""
    with threadpoolctl.threadpool_limits(3):
        work._limit_threads()
        return max(pool["num_threads"] for pool in threadpoolctl.threadpool_info())
