"""Signals that ask a run to end, held back while an evaluated batch is not on disk yet."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruptions:
    """Lets SIGINT and SIGTERM through at once, but for the moments between a value of f and its file.

    Used as a context manager around whatever evaluates; handlers are those of before when it ends. Where it
    is entered by another thread than the main one, which Python does not tell of signals, it does nothing.
    A second signal is not held back. SIGTERM, where nobody handles it, ends the process as it does by
    default, but only after what has come back from workers is written.

    Attributes:
      has_come: whether a signal has asked the run to end since this was entered.
    """

    has_come = False

    def __init__(self) -> None:
        self._handlers: dict[int, Any] = {}
        self._is_held = False
        self._pending: int | None = None
        self._fatal: int | None = None

    def __enter__(self) -> Interruptions:
        """Takes the signals."""
        self._is_held, self._pending, self._fatal, self.has_come = True, None, None, False
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                handler = signal.getsignal(number)
                if handler is not None and handler != signal.SIG_IGN:
                    self._handlers[number] = handler
                    signal.signal(number, self._take)
        self._is_held = False
        if self._pending is not None:  # it came in the middle of this
            self.__exit__()
        return self

    def __exit__(self, *error: object) -> None:
        """Gives them back; ends the process where SIGTERM asked for that."""
        self._is_held = True
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._take:  # f may have put another one there
                signal.signal(number, handler)
        self._handlers.clear()
        left = self._pending if self._fatal is None else self._fatal
        self._fatal = self._pending = None
        if left is not None:  # one that ends the process, or that came while an exception was on its way
            signal.raise_signal(left)

    @property
    def ends_process(self) -> bool:
        """Whether a signal ends the process as soon as this is left."""
        return self._fatal is not None

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Holds signals back during the block; lets them through at its end."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        self._deliver()

    @contextmanager
    def let_through(self) -> Iterator[None]:
        """Lets signals through during a block within one that holds them back."""
        before, self._is_held = self._is_held, False
        self._deliver()
        try:
            yield
        finally:
            self._is_held = before

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._is_held and self._pending is None:
            self._pending = number
        else:
            self._let_through(number, frame)

    def _deliver(self) -> None:
        number, self._pending = self._pending, None
        if number is not None:
            self._let_through(number, None)

    def _let_through(self, number: int, frame: FrameType | None) -> None:
        self.has_come = True
        handler = self._handlers.get(number, signal.SIG_DFL)
        if callable(handler):
            handler(number, frame)
            return
        self._fatal = number
        raise SystemExit(128 + number)
