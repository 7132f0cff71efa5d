"""What a worker does: it keeps kernels, says what is wrong, and leaves the cores to others."""

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import threadpoolctl

from iflow.executors import work
from iflow.executors.payload import pack


def test_a_worker_that_has_not_got_it_says_so():
    reply = work.compute("never sent", None, np.ones((2, 2)))
    assert reply.is_unknown
    assert reply.error is None


def test_a_worker_keeps_the_latest_few():
    packed = [pack(lambda x, n=n: n) for n in range(9)]
    for payload in packed:
        assert work.compute(payload.token, payload.pickled, None).error is None
    assert work.compute(packed[0].token, None, None).is_unknown
    assert work.compute(packed[-1].token, None, None).values == 8
    assert len(work._known) <= 4
    work._known.clear()


def test_what_cannot_be_unpacked_is_told():
    reply = work.compute("token", b"no pickle", None)
    assert any("while worker" in note and "unpacked" in note for note in reply.error.__notes__)


def test_a_worker_of_this_machine_leaves_cores_and_interrupts_to_others():
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context, initializer=work.start, initargs=(1,)) as pool:
        assert pool.submit(_threads_of_another_library).result() == 1
        assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN
    assert _threads_of_another_library() == 3, "this process is no worker"


def _threads_of_another_library():
    """Threads that one may run which is loaded together with an integrand, and would take three."""
    with threadpoolctl.threadpool_limits(3):
        work._limit_threads()
        return max(pool["num_threads"] for pool in threadpoolctl.threadpool_info())
