"""Matplotlib's settings for all figures, which hold while one is drawn and not a moment longer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from matplotlib import rc_context, rc_params_from_file, rcParams, rcParamsDefault

_FILE = Path(__file__).with_name("iflow.mplstyle")
STYLE = cast(Mapping[str, Any], rc_params_from_file(_FILE, use_default_template=False))
_P = ParamSpec("_P")
_T = TypeVar("_T")


def styled(draw: Callable[_P, _T]) -> Callable[_P, _T]:
    """Makes a function draw in the style of all figures; matplotlib is set as before when it is done.

    What the user has set stays: a setting that differs from matplotlib's own default, by `rcParams`, a
    style or a `matplotlibrc`, is the user's and wins; the style of iflow fills in the rest.
    """

    @wraps(draw)
    def drawing(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        # One by one: looking at all of them would choose a backend.
        now, usual = cast(Mapping[str, Any], rcParams), cast(Mapping[str, Any], rcParamsDefault)
        ours: Any = {key: value for key, value in STYLE.items() if now[key] == usual[key]}
        with rc_context(ours):
            return draw(*args, **kwargs)

    return drawing
