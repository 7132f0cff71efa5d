"""A display on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TextIO, cast

from rich.console import Console, RenderableType
from rich.live import Live
from rich.text import Text

_REDRAWS_PER_SECOND = 4.0


class Terminal:
    """Lines at the bottom of a terminal, redrawn four times a second by a thread of their own.

    Args:
      render: returns the lines for so many columns.
      console: to draw on.
    """

    def __init__(self, render: Callable[[int], RenderableType], console: Console):
        def lines() -> RenderableType:
            try:
                return render(console.width)
            except Exception:  # in a thread: it would be printed, and nobody could catch it
                return Text("")

        self._live = Live(
            get_renderable=lines,
            console=console,
            refresh_per_second=_REDRAWS_PER_SECOND,
            transient=True,
            # What f prints appears above the lines; but what goes to a file stays in the file.
            redirect_stdout=_is_terminal(sys.stdout),
            redirect_stderr=_is_terminal(sys.stderr),
        )
        self._live.start()

    def close(self) -> None:
        """Takes the lines away."""
        self._live.stop()


def console_for(stream: TextIO) -> Console:
    """Returns a console that draws on a stream for as long as that takes what it is given."""
    return Console(file=cast(TextIO, _Forgiving(stream)))


class _Forgiving:
    """A stream that falls silent for good where another would raise: closed, or its terminal gone."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._is_broken = False

    def write(self, text: str) -> int:
        self._try(lambda: self._stream.write(text))
        return len(text)

    def flush(self) -> None:
        self._try(self._stream.flush)

    def _try(self, act: Callable[[], Any]) -> None:
        if self._is_broken:
            return
        try:
            act()
        except (OSError, ValueError):  # a broken pipe; a closed file, or letters that it cannot encode
            self._is_broken = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _is_terminal(stream: Any) -> bool:
    return stream is not None and stream.isatty()
