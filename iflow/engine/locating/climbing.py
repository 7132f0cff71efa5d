"""From points where f is not 0 to where it is largest: the modes of |f|, and how wide they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iflow.engine.locating.glimpses import ExhaustedError, Glimpses

_MOST_MODES, _MOST_STEPS = 6, 60
# Candidates for another mode, and points between each and a known one.
_N_CANDIDATES, _BETWEEN = 16, (0.25, 0.5, 0.75)
# By so much log|f| must dip between two points for a valley to separate them.
_VALLEY = 0.5
# Step of differences, relative to the coordinate and absolute; log|f| of a Gaussian is exact with any.
_RELATIVE_STEP, _LEAST_STEP = 1e-5, 1e-7
# Distances at which the width of a mode is looked for, relative to its coordinates or to 1.
_RUNGS = 4.0 ** np.arange(-12, 9)


@dataclass(frozen=True)
class Mode:
    """A place where |f| is large.

    Args:
      center: point of the box, [dim].
      width: distance along each axis over which |f| falls by about e^(-1/2), [dim].
      log_f: log|f| at the centre.
    """

    center: np.ndarray
    width: np.ndarray
    log_f: float


def find_modes(glimpses: Glimpses) -> list[Mode]:
    """Returns the modes that lead up from the points seen, at most 6, until calls run out.

    A point that is separated from every mode by a valley of log|f| leads up to another one. So may the
    mirror images of a mode, many integrands being even.

    Args:
      glimpses: must have found something.
    """
    modes: list[Mode] = []
    try:
        t, log_f = glimpses.best(1)
        while len(t) and len(modes) < _MOST_MODES:
            modes.append(_with_width(glimpses, *_climb(glimpses, t[0], float(log_f[0]))))
            if len(modes) == 1:
                glimpses.look_inside(_mirrored(modes[0].center))
            t, log_f = _candidates(glimpses, modes)
            beyond = np.full(len(t), True)
            for mode in modes:
                beyond[beyond] = _is_beyond_valley(glimpses, t[beyond], log_f[beyond], mode)
            t, log_f = t[beyond], log_f[beyond]
    except ExhaustedError:
        pass
    return modes


def _mirrored(t: np.ndarray) -> np.ndarray:
    """Returns a point [dim] with all signs changed, and with each one alone, [1 + dim, dim]."""
    return np.vstack([-t, _one_by_one(t, -t)])


def _candidates(glimpses: Glimpses, modes: list[Mode]) -> tuple[np.ndarray, np.ndarray]:
    """Returns points that may lead to another mode, and log|f| there, best first.

    Those of largest |f|, and those where it is larger than normal laws around the modes would have it.
    """
    t, log_f = glimpses.best(glimpses.n)
    expected = [m.log_f - 0.5 * np.square((t - m.center) / m.width).sum(axis=1) for m in modes]
    surprising = np.argsort(np.max(expected, axis=0) - log_f, kind="stable")
    rows = np.union1d(np.arange(min(_N_CANDIDATES, len(t))), surprising[:_N_CANDIDATES])
    return t[rows], log_f[rows]


def _climb(glimpses: Glimpses, start: np.ndarray, log_f: float) -> tuple[np.ndarray, float]:
    """Returns the point that quasi-Newton steps with differences lead to, and log|f| there.

    Reference:
      Byrd, Lu, Nocedal, Zhu, SIAM J. Sci. Comput. 16 (1995) 1190.
    """
    from scipy.optimize import minimize

    box, best, worst = glimpses.box, (start, log_f), 1e3 - log_f

    def fall(t: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal best
        step = np.maximum(_RELATIVE_STEP * np.abs(t), np.where(box.integer, 1.0, _LEAST_STEP))
        ahead, behind = (np.clip(t + s, box.least, box.largest) for s in (step, -step))
        points = np.concatenate([t[np.newaxis], _one_by_one(t, ahead), _one_by_one(t, behind)])
        values = glimpses.look(points)
        if values[0] > best[1]:
            best = t.copy(), float(values[0])
        values = np.maximum(values, -worst)
        rise = (values[1 : len(t) + 1] - values[len(t) + 1 :]) / (ahead - behind)
        return -float(values[0]), -rise

    minimize(
        fall,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(box.least, box.largest, strict=True)),
        options={"maxfun": _MOST_STEPS, "ftol": 1e-7, "gtol": 1e-4},
    )
    return best


def _one_by_one(t: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Returns points [dim, dim], each with one coordinate of t [dim] moved."""
    return np.where(np.eye(len(t), dtype=bool), moved, t)


def _with_width(glimpses: Glimpses, center: np.ndarray, log_f: float) -> Mode:
    """Returns a mode, the middle of where |f| is above 1/e of its largest along each axis."""
    dim, box = len(center), glimpses.box
    rungs = np.maximum(np.abs(center), 1.0) * _RUNGS[:, np.newaxis]
    sides = []
    for sign in (1.0, -1.0):
        points = np.concatenate([_one_by_one(center, center + sign * rung) for rung in rungs])
        log_there = glimpses.look_inside(points).reshape(len(rungs), dim)
        # Up to the first rung at which it has fallen, and half of the way there in the logarithm.
        fallen = np.vstack([log_there < log_f - 1.0, np.full(dim, True)])
        sides.append(rungs[0] / 2.0 * 4.0 ** np.argmax(fallen, axis=0))
    middle = np.clip(center + (sides[0] - sides[1]) / 2.0, box.least, box.largest)
    return Mode(middle, np.sqrt(0.5) * (sides[0] + sides[1]) / 2.0, log_f)


def _is_beyond_valley(glimpses: Glimpses, t: np.ndarray, log_f: np.ndarray, mode: Mode) -> np.ndarray:
    """Returns which points t [n, dim] are separated from a mode by a valley, bool [n]."""
    between = np.concatenate([mode.center + share * (t - mode.center) for share in _BETWEEN])
    lowest = glimpses.look(between).reshape(len(_BETWEEN), len(t)).min(axis=0)
    return lowest < np.minimum(log_f, mode.log_f) - _VALLEY
