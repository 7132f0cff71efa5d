"""Files as iflow writes them, made once, for others to break."""

import functools
import json
import math
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np

import iflow
from iflow import archive
from iflow.checkpoint import Command, Folder

RUN, STATE, PREPARED, BATCH = "run.json", "state.npz", "prepared-00000001.npz", "batch-00000001.npz"
# The integral of `bump` over the square.
EXACT = 0.1 * math.pi * math.erf(0.5 / math.sqrt(0.1)) ** 2


def bump(x):
    return np.exp(-10.0 * np.square(x - 0.5).sum(axis=1))


def other_bump(x):
    return np.exp(-11.0 * np.square(x - 0.5).sum(axis=1))


def hollow(x):
    """Another function, with the values of `bump` wherever that is looked at to tell them apart."""
    return bump(x)


@functools.cache
def checkpoint(seed=1, f=bump, rtol=1e-3):
    """Returns the content of all files of a finished run by name."""
    with tempfile.TemporaryDirectory() as folder:
        iflow.integrate(f, 2, rtol=rtol, seed=seed, flow=False, checkpoint=folder)
        Command(f"{Path(__file__).resolve()}:bump", None, ()).write(Folder(folder))
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


@functools.cache
def integrator(f=bump):
    return iflow.Integrator(f, 2, rtol=1e-2, seed=1, flow=False)


@functools.cache
def saved():
    """Returns what `Integrator.save` writes of one that has measured."""
    integrator().integrate()
    with tempfile.TemporaryDirectory() as folder:
        integrator().save(Path(folder) / "it.npz")
        return (Path(folder) / "it.npz").read_bytes()


@functools.cache
def events():
    integrator().integrate()
    return integrator().unweight(200, observables={"r": lambda x: np.hypot(x[:, 0], x[:, 1])})


@functools.cache
def events_file(ending):
    """Returns what `Events.save` writes."""
    with tempfile.TemporaryDirectory() as folder:
        events().save(Path(folder) / f"events.{ending}")
        return (Path(folder) / f"events.{ending}").read_bytes()


def lay(folder, contents, name="run"):
    """Writes files by name into a new folder; returns it."""
    path = folder / name
    path.mkdir()
    for each, content in contents.items():
        (path / each).write_bytes(content)
    return path


def arrays_of(content):
    """Returns the arrays of an npz by name, without its seal."""
    with tempfile.NamedTemporaryFile(suffix=".npz") as file:
        file.write(content)
        file.flush()
        with np.load(file.name, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files if name != "seal"}


def sealed_npz(arrays):
    """Returns an npz of arrays with a seal that fits: what a forger can do, with pickles too."""
    write = np.lib.format.write_array

    def write_any(file, array, **_):
        write(file, array, allow_pickle=True)

    with tempfile.TemporaryDirectory() as folder, patch.object(np.lib.format, "write_array", write_any):
        archive.save_arrays(Path(folder) / "it.npz", arrays)
        return (Path(folder) / "it.npz").read_bytes()


def forged_npz(content, change):
    """Returns an archive whose tree was changed by a function, with a seal that fits."""
    arrays = arrays_of(content)
    tree = json.loads(arrays["tree"].item())
    tree = change(tree) or tree
    return sealed_npz({**arrays, "tree": np.array(json.dumps(tree).encode())})


def forged_json(content, change):
    """Returns a text with a seal that fits, whose content was changed by a function."""
    stored = archive.unsealed(content.decode())
    return archive.sealed(change(stored) or stored).encode()
