"""Who watches a run: the display, the log, TensorBoard, a function of the user's. None of them changes it."""

from __future__ import annotations

from iflow.options import Target, WatchOptions
from iflow.watching.callback import Callback, Stopped
from iflow.watching.log import Log
from iflow.watching.reporter import Reporter, Reporters

__all__ = ["Callback", "Log", "Reporter", "Reporters", "Stopped", "make_reporter"]


def make_reporter(options: WatchOptions, target: Target) -> Reporter:
    """Returns a reporter for everyone who was asked to watch; functions come last, as they may raise."""
    reporters: list[Reporter] = [Log()]
    if options.progress is True:
        from iflow.watching.display import Display

        reporters.append(Display(target))
    if options.tensorboard is not None:
        from iflow.watching.tensorboard import TensorBoard

        reporters.append(TensorBoard(options.tensorboard))
    functions = (options.progress, options.callback)
    reporters += [Callback(function) for function in functions if callable(function)]
    return Reporters(reporters)
