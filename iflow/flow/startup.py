"""Starts TensorFlow without its greeting.

TensorFlow's C++ side writes several lines on CPUs, CUDA and logging straight to file descriptor 2, in
the middle of the user's table or progress bar. They are kept back, and shown only if the start fails.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stderr_held_back() -> Iterator[None]:
    """Keeps back what is written to file descriptor 2; writes it out if the block raises."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        original = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(original, held.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(original, 2)
            os.close(original)


def start_tensorflow() -> None:
    """Imports TensorFlow and TensorFlow Probability and looks for devices, which is what greets."""
    if "tensorflow" in sys.modules:
        return
    with stderr_held_back():
        import tensorflow as tf
        import tensorflow_probability as tfp

        _ = tfp.bijectors.Bijector
        tf.zeros([])
