"""Signals wait for what has been evaluated to be on disk, and for nothing else."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import iflow
from iflow.checkpoint import Tape, open_run
from iflow.checkpoint.interruptions import Interruptions
from iflow.executors import crew
from iflow.executors.foreman import Foreman

ROOT = Path(__file__).parents[1]
# Points that f is looked at as a run goes on, to see that it is the same.
MOST_LOOKS = 20


def gaussian(x):
    return np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))


def test_a_signal_waits_for_the_end_of_the_block():
    done = []

    def write(interruptions):
        with interruptions, interruptions.held_back():
            signal.raise_signal(signal.SIGINT)
            done.append("written")

    with pytest.raises(KeyboardInterrupt):
        write(Interruptions())
    assert done == ["written"]


def between(interruptions):
    with interruptions:
        signal.raise_signal(signal.SIGINT)
        raise AssertionError


def within_f(interruptions):
    with interruptions, interruptions.held_back(), interruptions.let_through():
        signal.raise_signal(signal.SIGINT)
        raise AssertionError


def before_f(interruptions):
    with interruptions, interruptions.held_back():
        signal.raise_signal(signal.SIGINT)
        with interruptions.let_through():
            raise AssertionError


def twice(interruptions):
    with interruptions, interruptions.held_back():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError


@pytest.mark.parametrize("when", [between, within_f, before_f, twice])
def test_elsewhere_it_is_let_through_at_once(when):
    with pytest.raises(KeyboardInterrupt):
        when(Interruptions())


def test_handlers_are_those_of_before(monkeypatch):
    taken = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: taken.append(number))
    mine = signal.getsignal(signal.SIGTERM)
    try:
        with Interruptions() as interruptions, interruptions.held_back():
            signal.raise_signal(signal.SIGTERM)
            assert taken == []
        assert taken == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is mine
    finally:
        signal.signal(signal.SIGTERM, before)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("number", [1, 2])
def test_sigterm_ends_the_process_as_ever_while_handlers_are_taken_and_given_back(number):
    script = f"""
import signal
from iflow.checkpoint.interruptions import Interruptions
change, numbers = signal.signal, iter(range(100))
def changed(*args):
    change(*args)
    if next(numbers) == {number}:
        signal.raise_signal(signal.SIGTERM)
signal.signal = changed
with Interruptions():
    pass
"""
    process = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, timeout=120)
    assert process.returncode == -signal.SIGTERM


def test_what_is_ignored_stays_ignored_and_other_threads_are_not_asked():
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with Interruptions():
            signal.raise_signal(signal.SIGTERM)
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
    found = []

    def enter():
        with Interruptions():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]


@pytest.mark.parametrize("at", ["write", "use"])
def test_ctrl_c_after_f_has_returned_loses_nothing(tmp_path, monkeypatch, at):
    expected = iflow.integrate(gaussian, 3, rtol=1e-3, seed=5)
    evaluated = []

    def f(x):
        evaluated.append(x.copy())
        return gaussian(x)

    integrator = iflow.Integrator(f, 3, rtol=1e-3, seed=5, checkpoint=tmp_path / "run")
    record, calls = Tape.record, iter(range(100))

    def interrupted(self, *args, **kwargs):
        number = next(calls)
        if number == 3 and at == "write":
            signal.raise_signal(signal.SIGINT)
        record(self, *args, **kwargs)
        if number == 3 and at == "use":
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Tape, "record", interrupted)
    assert integrator.integrate().stop_reason == "interrupted"
    stored = [each.batch.x for each in open_run(tmp_path / "run").batches()]
    # Of the probe 11 evaluations are counted, and one more of what its points are known by.
    assert sum(map(len, stored)) == sum(map(len, evaluated)) - 11
    assert integrator.integrate() == expected
    assert sum(map(len, evaluated)) == expected.neval


def test_ctrl_c_waits_for_what_workers_are_at(tmp_path):
    first, second, pressed = [], [], []

    def slow(x):
        if not pressed and sum(map(len, first)) > 2_000:
            pressed.append(True)
            os.kill(os.getpid(), signal.SIGINT)
        if pressed:
            time.sleep(0.3)
        first.append(x.copy())
        return gaussian(x)

    def fast(x):
        second.append(x.copy())
        return gaussian(x)

    with ThreadPoolExecutor(2) as pool:
        stopped = iflow.integrate(slow, 3, rtol=1e-3, seed=5, checkpoint=tmp_path / "run", executor=pool)
    assert stopped.stop_reason == "interrupted"
    assert pressed
    assert iflow.resume(tmp_path / "run", fast) == iflow.integrate(gaussian, 3, rtol=1e-3, seed=5)
    known = {point.tobytes() for point in np.concatenate(first)}
    assert sum(point.tobytes() in known for point in np.concatenate(second)) <= MOST_LOOKS


def test_a_second_ctrl_c_does_not_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(crew, "_GRACE", 60.0)
    released, pressed, settle = threading.Event(), [], Foreman.settle

    def settle_disturbed(self, seconds):
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        settle(self, seconds)

    monkeypatch.setattr(Foreman, "settle", settle_disturbed)

    def stuck(x):
        if len(x) > 100 and not pressed:
            pressed.append(True)
            os.kill(os.getpid(), signal.SIGINT)
            released.wait(60.0)
        return gaussian(x)

    begun = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        stopped = iflow.integrate(stuck, 3, rtol=1e-3, seed=5, checkpoint=tmp_path / "run", executor=pool)
        waited = time.monotonic() - begun
        released.set()
    assert stopped.stop_reason == "interrupted"
    assert 0.1 < waited < 30.0


def test_sigterm_ends_the_process_as_ever_when_the_batch_is_written(tmp_path):
    script = f"""
import os, signal, numpy as np, iflow
from iflow.checkpoint import Tape
record = Tape.record
def recorded(self, *args, **kwargs):
    if self.number == 3:
        os.kill(os.getpid(), signal.SIGTERM)
    record(self, *args, **kwargs)
Tape.record = recorded
f = lambda x: np.exp(-50.0 * np.square(x - 0.5).sum(axis=1))
iflow.integrate(f, 3, rtol=1e-3, seed=5, checkpoint={str(tmp_path / "run")!r})
"""
    process = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, timeout=120)
    assert process.returncode == -signal.SIGTERM
    assert len([*open_run(tmp_path / "run").batches()]) == 4
    assert iflow.resume(tmp_path / "run", gaussian) == iflow.integrate(gaussian, 3, rtol=1e-3, seed=5)
