"""Events as a Les Houches file, written by pylhe.

Reference:
  Alwall et al., hep-ph/0609017; Boos et al., hep-ph/0109068 for weights and their strategy.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.version import __version__

if TYPE_CHECKING:
    from iflow.events.events import Events
    from iflow.events.particles import Particles

# Relative to the energy that comes in: imbalance of momenta that rounding does not make, and masses that
# it does make.
_IMBALANCE, _LEAST_MASS = 1e-6, 1e-6
_UNIT, _WEIGHTED = 3, 4
# Events whose momenta are in memory as Python's numbers at once.
_AT_ONCE = 8_192
# All digits of a float: nine of them would break the balance of momenta.
_PARTICLE = (
    "{id:5d} {status:3d} {mother1:3d} {mother2:3d} {color1:3d} {color2:3d} {px: .16e} {py: .16e} "
    "{pz: .16e} {e: .16e} {m: .16e} {lifetime:.1f} {spin:.1f}"
)


def write(path: Path, events: Events, particles: Particles) -> None:
    """Writes events.

    Unit weights are written as such (strategy 3), others in units of the integral, which their mean then
    is (strategy 4); the sign of the strategy says that there are negative ones. The integral is taken to
    be a cross-section in pb.

    Raises:
      ImportError: if pylhe is not installed.
      ValueError: for momenta of the wrong shape, or that do not balance.
    """
    pylhe = library()
    weights, strategy = _weights(events)
    beams = particles.beams or _beams(events, particles)
    info = pylhe.LHEInitInfo(
        *(int(beam[0]) for beam in beams),
        *(float(beam[1]) for beam in beams),
        *(0, 0, 0, 0),  # parton densities: none that are known here
        weightingStrategy=strategy,
        numProcesses=1,
    )
    process = pylhe.LHEProcInfo(
        events.integral, events.integral_sdev, unitWeight=float(np.abs(weights).max()), procId=1
    )
    generator = pylhe.LHEGenerator(name="iflow", version=__version__, description="")
    init = pylhe.LHEInit(initInfo=info, procInfo=[process], generators=[generator])
    file = pylhe.LHEFile(init=init, events=_events(pylhe, events, particles, weights))
    file.tofile(path, pylhe.LHEXMLFormat(particle=_PARTICLE, compress=path.suffix == ".gz"))


def _weights(events: Events) -> tuple[np.ndarray, int]:
    sign = -1 if (events.weights < 0.0).any() else 1
    if np.all(np.abs(events.weights) == 1.0) and events.unweighting:
        return events.weights, sign * _UNIT
    mean = float(events.weights.mean())
    if mean == 0.0:
        raise ValueError("the weights of a file .lhe are in units of their mean, but that is 0")
    return events.weights * (events.integral / mean), sign * _WEIGHTED


def _beams(events: Events, particles: Particles) -> list[tuple[int, float]]:
    """Returns the two that come in, as beams, if they always have the same energies."""
    energies = _momenta(events, particles, 0, _AT_ONCE)[:, :2, 0]
    if np.any(np.abs(energies - energies[0]) > _IMBALANCE * energies[0]):
        raise ValueError(
            "beams=((PDG number, energy), ...) must be given where the energies of the particles that come "
            f"in differ from event to event, here from {energies.min(axis=0)} to {energies.max(axis=0)} GeV"
        )
    return [(particles.ids[k], float(energies[0, k])) for k in range(2)]


def _momenta(events: Events, particles: Particles, start: int, end: int) -> np.ndarray:
    """Returns momenta of some events, float64 [n, particles, 4], checked."""
    given = particles.momenta
    if isinstance(given, str):
        if given not in events.observables:
            raise ValueError(
                f"momenta must be a function, an array, or the name of an observable, got {given!r}; "
                f"observables are {', '.join(events.observables) or 'none'}"
            )
        given = events.observables[given]
    try:
        found = given(events.points[start:end]) if callable(given) else given[start:end]
    except Exception as error:
        error.add_note(f"raised by momenta, for events from {start:,} on")
        raise
    p = np.asarray(found)
    if p.dtype.kind not in "fiu":
        shown = f"dtype {p.dtype}" if p.ndim else repr(found)
        raise TypeError(f"momenta must be real numbers, (E, px, py, pz) of each particle, got {shown}")
    p = p.astype(float)
    expected = (len(events.points[start:end]), len(particles.ids), 4)
    if p.shape != expected:
        raise ValueError(f"momenta must be (E, px, py, pz) of shape {expected}, got {p.shape}")
    _require_physical(p, np.asarray(particles.statuses), start)
    return p


def _require_physical(p: np.ndarray, status: np.ndarray, start: int) -> None:
    """Raises unless energies are as large as momenta, and what comes in goes out."""
    energy = p[..., 0]
    size = np.sqrt(np.square(p[..., 1:]).sum(axis=-1))
    bad = ~(energy * (1.0 + _IMBALANCE) >= size).all(axis=1)
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(
            f"momenta (E, px, py, pz) need E >= |p|, with E first, but in event {start + row} they are "
            f"{p[row].tolist()}"
        )
    signs = np.select([status == -1, status == 1], [1.0, -1.0], 0.0)
    rest = np.abs(np.einsum("k,nkm->nm", signs, p)).max(axis=1)
    bad = ~(rest <= _IMBALANCE * energy[:, :2].sum(axis=1))
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(
            "the momenta (E, px, py, pz) that come in must equal those that go out, but in event "
            f"{start + row} they differ by up to {rest[row]:.3g} GeV: {p[row].tolist()}"
        )


def _events(pylhe: Any, events: Events, particles: Particles, weights: np.ndarray) -> Iterator[Any]:
    """Yields events one by one, so that they are never all in memory as objects."""
    colours = particles.colours or [(0, 0)] * len(particles.ids)
    fixed = [
        (int(identity), int(status), *((0, 0) if k < 2 else (1, 2)), int(colour[0]), int(colour[1]))
        for k, (identity, status, colour) in enumerate(
            zip(particles.ids, particles.statuses, colours, strict=True)
        )
    ]
    for start in range(0, len(events), _AT_ONCE):
        p = _momenta(events, particles, start, start + _AT_ONCE)
        masses = _masses(p, particles)
        scales = np.sqrt(np.maximum(_squares(p[:, :2].sum(axis=1)), 0.0)).tolist()
        rows = np.concatenate([p[:, :, 1:], p[:, :, :1], masses[:, :, None]], axis=2).tolist()
        for row, scale, weight in zip(rows, scales, weights[start : start + _AT_ONCE].tolist(), strict=True):
            info = pylhe.LHEEventInfo(
                nparticles=len(fixed), pid=1, weight=weight, scale=scale, aqed=-1.0, aqcd=-1.0
            )
            # Lifetime 0 and spin 9: not known.
            yield pylhe.LHEEvent(
                eventinfo=info,
                particles=[
                    pylhe.LHEParticle(*what, *where, 0.0, 9.0) for what, where in zip(fixed, row, strict=True)
                ],
            )


def _squares(p: np.ndarray) -> np.ndarray:
    """Returns E^2 - |p|^2 of momenta [..., 4]."""
    squares: np.ndarray = 2.0 * np.square(p[..., 0]) - np.square(p).sum(axis=-1)
    return squares


def _masses(p: np.ndarray, particles: Particles) -> np.ndarray:
    """Returns masses [n, particles] of momenta [n, particles, 4]."""
    if particles.masses is not None:
        return np.broadcast_to(np.asarray(particles.masses, dtype=float), p.shape[:2])
    squares = _squares(p)
    return np.where(squares > np.square(_LEAST_MASS * p[..., 0]), np.sqrt(np.maximum(squares, 0.0)), 0.0)


def library() -> Any:
    """Returns pylhe.

    Raises:
      ImportError: with the command that installs it.
    """
    try:
        import pylhe
    except ImportError as error:
        raise ImportError(
            "a file .lhe needs pylhe: pip install 'pylhe>=2.0', or pip install 'iflow[events]' for all kinds "
            "of files of events"
        ) from error
    return pylhe
