"""What no file may lead to: code that runs, memory without end, a wait without end."""

import builtins
import contextlib
import marshal
import pickle
import resource
import signal
from unittest import mock

_SECONDS, _BYTES = 60, 1 << 30


class ForbiddenError(BaseException):
    """Not an Exception: whoever catches those is not to hide it."""


def _forbidden(name):
    def call(*_, **__):
        raise ForbiddenError(f"{name} was called")

    return call


def _too_long(*_):
    raise ForbiddenError(f"nothing came back within {_SECONDS} seconds")


@contextlib.contextmanager
def guarded():
    """Refuses, during the block, whatever a file must not lead to."""
    with contextlib.ExitStack() as stack:
        for module, names in (
            (pickle, ("load", "loads", "Unpickler", "_loads", "_Unpickler")),
            (marshal, ("load", "loads")),
            (builtins, ("eval", "exec", "compile")),
        ):
            for name in names:
                stack.enter_context(mock.patch.object(module, name, _forbidden(name)))
        before = resource.getrlimit(resource.RLIMIT_AS)
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + _BYTES, before[1]))
        stack.callback(resource.setrlimit, resource.RLIMIT_AS, before)
        stack.callback(signal.signal, signal.SIGALRM, signal.signal(signal.SIGALRM, _too_long))
        signal.setitimer(signal.ITIMER_REAL, _SECONDS)
        stack.callback(signal.setitimer, signal.ITIMER_REAL, 0)
        yield
