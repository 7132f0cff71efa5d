"""Whatever is done to a file, what is read is what was written, or a clear error."""

import contextlib
import functools
import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import iflow
from iflow import archive
from iflow.checkpoint import Command, Folder, open_run
from tests.fuzz.effort import effort
from tests.fuzz.guard import guarded
from tests.fuzz.mutations import mutated_bytes, mutated_tree
from tests.misuse.specimens import (
    BATCH,
    PREPARED,
    RUN,
    STATE,
    arrays_of,
    bump,
    checkpoint,
    events,
    events_file,
    integrator,
    lay,
    saved,
    sealed_npz,
)

_TOLD = (ValueError, OSError)


@functools.cache
def killed():
    """Returns what a run leaves that is killed while it measures, and the result of one that is not."""
    with tempfile.TemporaryDirectory() as folder:
        contents, calls = {}, iter(range(100))

        def f(x):
            if next(calls) == 7:
                contents.update({path.name: path.read_bytes() for path in Path(folder).iterdir()})
            return bump(x)

        result = iflow.integrate(f, 2, rtol=1e-4, seed=1, flow=False, checkpoint=folder)
    assert contents
    return contents, result


@contextlib.contextmanager
def new_folder():
    path = Path(tempfile.mkdtemp())
    try:
        yield path
    finally:
        shutil.rmtree(path)


@functools.cache
def saved_result():
    with new_folder() as folder:
        (folder / "it.npz").write_bytes(saved())
        return iflow.Integrator.load(folder / "it.npz", bump).result


def attempt(read):
    """Returns what is read, or None where the error was one of those that are documented."""
    try:
        with guarded():
            return read()
    except _TOLD:
        return None


@pytest.fixture(scope="module", autouse=True)
def warm():
    """Whatever is imported on the way is imported before it is forbidden to run code."""
    with new_folder() as folder:
        path = lay(folder, checkpoint())
        iflow.resume(path, bump)
        Command.read(Folder(path))
        for name, content in (
            ("it.npz", saved()),
            ("e.npz", events_file("npz")),
            ("e.parquet", events_file("parquet")),
        ):
            (folder / name).write_bytes(content)
        iflow.Integrator.load(folder / "it.npz", bump).integrate()
        for name in ("e.npz", "e.parquet"):
            iflow.Events.load(folder / name)
    killed(), saved_result()


def require_same_events(found):
    expected = events()
    np.testing.assert_array_equal(found.points, expected.points)
    np.testing.assert_array_equal(found.weights, expected.weights)
    np.testing.assert_array_equal(found.observables["r"], expected.observables["r"])
    assert (found.names, found.integral, found.integral_sdev, found.seed, found.unweighting) == (
        expected.names,
        expected.integral,
        expected.integral_sdev,
        expected.seed,
        expected.unweighting,
    )


@pytest.mark.parametrize("ending", ["npz", "parquet"])
@effort(60, 6_000)
@given(data=st.data())
def test_events(ending, data):
    content = data.draw(mutated_bytes(events_file(ending), saved()))
    with new_folder() as folder:
        path = folder / f"e.{ending}"
        path.write_bytes(content)
        found = attempt(lambda: iflow.Events.load(path))
        if found is not None:
            require_same_events(found)


@effort(60, 4_000)
@given(data=st.data())
def test_an_integrator(data):
    content = data.draw(mutated_bytes(saved(), checkpoint()[STATE]))
    with new_folder() as folder:
        path = folder / "it.npz"
        path.write_bytes(content)
        found = attempt(lambda: iflow.Integrator.load(path, bump))
        if found is not None:
            assert found.result == saved_result()


@pytest.mark.parametrize("name", [RUN, STATE, PREPARED, BATCH, "command.json", "lock"])
@effort(6, 1_500)
@given(data=st.data())
def test_the_folder_of_a_finished_run(name, data):
    contents = dict(checkpoint())
    contents[name] = data.draw(mutated_bytes(contents[name], contents[STATE]))
    with new_folder() as folder:
        path = lay(folder, contents)
        expected = open_run(lay(folder, checkpoint(), "whole")).result
        found = attempt(lambda: open_run(path).result)
        assert found is None or found == expected
        found = attempt(lambda: iflow.resume(path, bump))
        assert found is None or found == expected
        found = attempt(lambda: Command.read(Folder(path)))
        assert found is None or found == Command.read(Folder(folder / "whole"))


@effort(10, 2_000)
@given(data=st.data())
def test_the_folder_of_a_run_that_was_killed(data):
    contents, expected = dict(killed()[0]), killed()[1]
    name = data.draw(st.sampled_from(sorted(contents)))
    contents[name] = data.draw(mutated_bytes(contents[name], contents[BATCH]))
    with new_folder() as folder:
        path = lay(folder, contents)
        found = attempt(lambda: iflow.resume(path, bump))
        if found is not None:
            assert (found.mean, found.sdev, found.neval) == (expected.mean, expected.sdev, expected.neval)


def tree_of(content):
    return json.loads(arrays_of(content)["tree"].item())


@effort(12, 6_000)
@given(data=st.data())
def test_a_forged_integrator(data):
    """Another tree, with a seal that fits: it may be any integrator, but no other error, and no code."""
    arrays = arrays_of(saved())
    tree = data.draw(mutated_tree(tree_of(saved())))
    arrays["tree"] = np.array(json.dumps(tree).encode())
    with new_folder() as folder:
        path = folder / "it.npz"
        path.write_bytes(sealed_npz(arrays))
        attempt(lambda: archive.read(path, ("manifest",)))
        attempt(lambda: archive.read(path, ("result", "run"), given=integrator()._given()))


@effort(25, 6_000)
@given(data=st.data())
def test_a_forged_manifest(data):
    text = checkpoint()[RUN].decode()
    content = data.draw(mutated_tree(archive.unsealed(text)))
    with new_folder() as folder:
        path = lay(folder, {**checkpoint(), RUN: archive.sealed(content).encode()})
        attempt(lambda: open_run(path).options)
        found = attempt(lambda: iflow.resume(path, bump))
        assert found is None or found == open_run(lay(folder, checkpoint(), "whole")).result


@effort(40, 3_000)
@given(data=st.data())
def test_a_forged_command(data):
    content = data.draw(mutated_tree(archive.unsealed(checkpoint()["command.json"].decode())))
    with new_folder() as folder:
        path = lay(folder, {**checkpoint(), "command.json": archive.sealed(content).encode()})
        attempt(lambda: Command.read(Folder(path)))
