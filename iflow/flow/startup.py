"""Starts TensorFlow without its greeting.

TensorFlow's C++ side writes several lines on CPUs, CUDA and logging straight to file descriptor 2, in
the middle of the user's table or progress bar. They are kept back, and shown only if the start fails.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = threading.RLock()


@contextmanager
def stderr_held_back() -> Iterator[None]:
    """Keeps back what is written to file descriptor 2; writes it out if the block raises.

    Of several threads one at a time: the last to leave would else put back the first one's file.
    """
    with _STDERR, _descriptor_held_back():
        yield


@contextmanager
def _descriptor_held_back() -> Iterator[None]:
    try:
        original = os.dup(2)
    except OSError:  # there is no standard error to keep clean
        yield
        return
    with tempfile.TemporaryFile() as held:
        _flush()
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(original, held.read())
            raise
        finally:
            _flush()
            os.dup2(original, 2)
            os.close(original)


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Lets Ctrl-C take effect only after the block: half an import of TensorFlow cannot be repeated."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt


def start_tensorflow() -> None:
    """Imports TensorFlow and TensorFlow Probability and looks for devices, which is what greets."""
    with interrupts_held_back(), stderr_held_back():
        import tensorflow as tf
        import tensorflow_probability as tfp

        _ = tfp.bijectors.Bijector
        tf.zeros([])
