"""Ways to misuse the folder of a run."""

import contextlib
import json
import multiprocessing
import os
import struct

import numpy as np

import iflow
from iflow.checkpoint import Command, Folder, open_run
from iflow.cli.commands.resume import resume_command
from tests.misuse.case import Misuse
from tests.misuse.damage import BREAKS, DISKS, READERS, refusing, swap
from tests.misuse.specimens import (
    BATCH,
    PREPARED,
    RUN,
    STATE,
    arrays_of,
    bump,
    checkpoint,
    forged_json,
    forged_npz,
    lay,
    other_bump,
    sealed_npz,
)

_DAMAGED = r"damaged|not of iflow"


def resume(path, f=bump, **options):
    return iflow.resume(path, f, **options)


def report(path):
    run = open_run(path)
    return run.result, run.proposal, list(run.batches())


def command(path):
    return resume_command.main([str(path), "--quiet"], standalone_mode=False)


def changed(name, change, use=resume, source=checkpoint):
    """Returns an attempt at a run of which one file was changed by a function of its content."""

    def attempt(folder):
        contents = dict(source())
        contents[name] = change(contents[name])
        return use(lay(folder, contents))

    return attempt


def without(name, use=resume):
    def attempt(folder):
        return use(lay(folder, {each: content for each, content in checkpoint().items() if each != name}))

    return attempt


def exchanged(name, **other):
    """Returns an attempt at a run with a file of another one."""
    return changed(name, lambda content: checkpoint(**other)[name])


def begin(path, **options):
    return iflow.integrate(bump, 2, rtol=1e-3, seed=1, flow=False, checkpoint=path, **options)


def prepared_place(prepare, use):
    """Returns an attempt at a path that is prepared first."""

    def attempt(folder):
        path = folder / "run"
        prepare(path)
        return use(path)

    return attempt


def loop(path):
    path.symlink_to(path.name)


def in_place_of(name, put):
    """Returns an attempt at a run in which something else stands in place of a file."""

    def attempt(folder):
        path = lay(folder, checkpoint())
        (path / name).unlink()
        put(path / name)
        return resume(path)

    return attempt


def with_disk(disk, name, use):
    def attempt(folder):
        with DISKS[disk][0](name):
            return use(folder / "run")

    return attempt


def refused_file(number, name, use=resume):
    def attempt(folder):
        path = lay(folder, checkpoint())
        with refusing("open", number, name):
            return use(path)

    return attempt


def _hold(path, locked, done):
    with Folder(path).locked():
        locked.set()
        done.wait(30)


def while_another_process_writes(use):
    def attempt(folder):
        path = lay(folder, checkpoint())
        context = multiprocessing.get_context("spawn")  # JAX, where it is loaded, warns of a fork
        locked, done = context.Event(), context.Event()
        process = context.Process(target=_hold, args=(path, locked, done))
        process.start()
        try:
            assert locked.wait(30)
            return use(path)
        finally:
            done.set()
            process.join()

    return attempt


def two_runs(folder):
    """The second one begins while the first is under way."""

    def f(x):
        if (folder / "run" / RUN).exists():
            iflow.integrate(bump, 2, checkpoint=folder / "run")
        return bump(x)

    return iflow.integrate(f, 2, rtol=1e-2, seed=1, checkpoint=folder / "run")


def resumed_behind_its_back(folder):
    integrator = iflow.Integrator(bump, 2, rtol=1e-2, seed=1, flow=False, checkpoint=folder / "run")
    integrator.integrate()
    iflow.resume(folder / "run", bump, rtol=3e-3)
    return integrator.integrate(rtol=1e-3)


def bent(path, *keys, to):
    """Returns a function that puts something else into a tree of JSON."""

    def change(tree):
        inner = tree
        for key in (path, *keys)[:-1]:
            inner = inner[key]
        inner[(path, *keys)[-1]] = to

    return change


def forged(*keys, to):
    return lambda content: forged_json(content, bent(*keys, to=to))


def edited(*keys, to):
    """Returns a change of run.json by hand, with the seal as it was."""

    def change(content):
        tree = json.loads(content)
        bent(*keys, to=to)(tree)
        return json.dumps(tree).encode()

    return change


def huge_shape(content):
    """Claims 1e12 numbers in the header of an array, which keeps its length."""
    header = content.index(b"'shape': (", content.index(b"array_0.npy"))
    end = content.index(b"\n", header)
    text = b"'shape': (1000000000000,), }"
    return content[:header] + text + b" " * (end - header - len(text)) + content[end:]


def huge_zip(content):
    """Claims 1 TB for a member in the directory of the file."""
    at = content.rindex(b"PK\x01\x02")
    return content[: at + 20] + struct.pack("<II", 0xFFFFFFF0, 0xFFFFFFF0) + content[at + 28 :]


def deep(content):
    return b"[" * 200_000 + b"]" * 200_000


def with_pickle(content):
    arrays = arrays_of(content)
    arrays["tree"] = np.array(None, dtype=object)
    return sealed_npz(arrays)


def with_command(**changes):
    def attempt(folder):
        path = lay(folder, checkpoint())
        fields = {"integrand": str(path.parent / "f.py:f"), "dim": None, "parameters": ()} | changes
        Command(**fields).write(Folder(path))
        return command(path)

    return attempt


def brought_along(folder):
    path = lay(folder, checkpoint())
    (path / "f.py").write_text("open('executed', 'w')")
    Command(f"{path}/f.py:f", None, ()).write(Folder(path))
    return command(path)


def anothers_command(folder):
    path = lay(folder, checkpoint())
    os.chown(path / "command.json", 12345, -1)
    return command(path)


# What it leads to in a text depends on what stands in the middle.
FLIPPED = "has a flipped bit in the middle"

ROWS = [
    *(
        Misuse("iflow.resume", f"{name} {what}", changed(name, change), ValueError, rf"{name}.*({_DAMAGED})")
        for name in (RUN, STATE, PREPARED)
        for what, change in BREAKS.items()
        if not (what == FLIPPED and name == RUN)
    ),
    *(
        Misuse(
            "iflow report",
            f"{name} {what}",
            changed(name, BREAKS[what], report),
            ValueError,
            rf"{name}.*({_DAMAGED})",
        )
        for name in (RUN, STATE, PREPARED)
        for what in ("is empty", "is cut in half", "has a hole of zeros", "is a pickle")
    ),
    *(
        Misuse(
            "iflow.resume",
            f"a batch that was learned from {what}",
            changed(BATCH, BREAKS[what]),
            ValueError,
            rf"{BATCH}.*learned from, is damaged.*put back a copy",
        )
        for what in ("is empty", "is cut in half", "has a flipped bit in the middle", "is a pickle")
    ),
    *(
        Misuse(
            "iflow.resume", f"{name} {what}", refused_file(number, name), error, rf"cannot be read: {says}"
        )
        for name in (RUN, STATE, BATCH)
        for what, (number, error, says) in READERS.items()
    ),
    *(
        Misuse("iflow.resume", f"{name} is {what}", in_place_of(name, put), error, says)
        for name in (RUN, STATE, PREPARED)
        for what, put, error, says in (
            ("a folder", lambda path: path.mkdir(), ValueError, "must be a file .* it is a folder"),
            ("a pipe", os.mkfifo, ValueError, "must be a file .* it is a pipe"),
            ("a loop of links", loop, OSError, "Too many levels of symbolic links"),
            (
                "an endless device",
                lambda path: path.symlink_to("/dev/zero"),
                ValueError,
                "a pipe or a device",
            ),
        )
    ),
    Misuse(
        "iflow.resume", "run.json is missing", without(RUN), FileNotFoundError, "holds no run: begin one by"
    ),
    Misuse("iflow.resume", "state.npz is missing", without(STATE), ValueError, "state.npz' is missing"),
    Misuse(
        "iflow.resume", "what was learned is missing", without(PREPARED), ValueError, "prepared.* is missing"
    ),
    Misuse(
        "iflow.resume",
        "a batch is missing",
        without(BATCH),
        ValueError,
        "is missing, which the run has learned",
    ),
    Misuse(
        "iflow.resume",
        "nothing is there",
        lambda folder: resume(folder / "run"),
        FileNotFoundError,
        "is not there: begin one by iflow.integrate",
    ),
    Misuse("iflow.resume", "the folder is empty", resume, FileNotFoundError, "holds no run"),
    Misuse(
        "iflow.resume",
        "the folder is a file",
        prepared_place(lambda path: path.write_text("x"), resume),
        NotADirectoryError,
        r"is a file: .*Integrator\.load",
    ),
    Misuse(
        "iflow.resume",
        "the folder is a loop of links",
        prepared_place(loop, resume),
        OSError,
        "is not there|Too many levels",
    ),
    Misuse(
        "iflow.resume",
        "another function",
        lambda folder: resume(lay(folder, checkpoint()), other_bump),
        ValueError,
        "bump, but other_bump gives .* at x = .*: resume with that integrand",
    ),
    Misuse(
        "iflow.resume",
        "a function of another dimension",
        lambda folder: resume(lay(folder, checkpoint()), bump, region=3),
        ValueError,
        "region must be the one of the stored run",
    ),
    Misuse(
        "iflow.resume",
        "a function of two values",
        lambda folder: resume(lay(folder, checkpoint()), lambda x: np.stack([bump(x), bump(x)], axis=1)),
        ValueError,
        r"values of shape \(\); .* gives \(2,\)",
    ),
    Misuse(
        "iflow.resume",
        "another region",
        lambda folder: resume(lay(folder, checkpoint()), bump, region=[(0, 1), (0, 2)]),
        ValueError,
        "region must be the one of the stored run",
    ),
    Misuse(
        "iflow.resume",
        "an option that does not exist",
        lambda folder: resume(lay(folder, checkpoint()), seeed=1),
        TypeError,
        "unknown option 'seeed': did you mean 'seed'",
    ),
    Misuse(
        "iflow.resume",
        "a target out of range",
        lambda folder: resume(lay(folder, checkpoint()), rtol=-1.0),
        ValueError,
        "rtol must be",
    ),
    Misuse(
        "iflow.resume",
        "a newer format of run.json",
        changed(RUN, forged("value", "format", to=99)),
        ValueError,
        "format is 99.*a newer iflow; upgrade",
    ),
    Misuse(
        "iflow.resume",
        "an older format of run.json",
        changed(RUN, forged("value", "format", to=2)),
        ValueError,
        "format is 2.*an older iflow; go on with that one",
    ),
    *(
        Misuse(
            "iflow.resume",
            f"{what} format of {name}",
            changed(name, lambda content, number=number: sealed_npz(arrays_of(content) | {"format": number})),
            ValueError,
            f"{name}.*format is {number}",
        )
        for name in (STATE, PREPARED)
        for what, number in (("a newer", np.array(7)), ("an older", np.array(1)))
    ),
    *(
        Misuse(
            "iflow.resume",
            f"run.json with another {what}, by hand",
            changed(RUN, change),
            ValueError,
            "its seal",
        )
        for what, change in (
            ("seed", edited("value", "seed", to=2)),
            ("target", edited("value", "options", "rtol", to=0.5)),
            ("budget", edited("value", "options", "max_neval", to=10)),
            ("region", edited("value", "region", to=3)),
            ("name", edited("value", "name", to="g")),
            ("value of f", edited("arrays", "array_1", "values", 0, to="0.5")),
        )
    ),
    *(
        Misuse(
            "iflow.resume", f"run.json {what}, with a seal that fits", changed(RUN, change), ValueError, says
        )
        for what, change, says in (
            ("whose options are a list", forged("value", "options", to=[1]), _DAMAGED),
            ("whose seed is a text", forged("value", "seed", to="one"), _DAMAGED),
            ("whose names are a number", forged("value", "names", to=2), _DAMAGED),
            (
                "without a region",
                lambda c: forged_json(c, lambda t: t["value"].pop("region") and None),
                _DAMAGED,
            ),
            ("that is a list", lambda content: b"[]", _DAMAGED),
            ("that is nested without end", deep, _DAMAGED),
        )
    ),
    Misuse(
        "iflow.resume",
        "run.json of another seed",
        exchanged(RUN, seed=2),
        ValueError,
        "state.npz' is of another",
    ),
    Misuse(
        "iflow.resume",
        "run.json of another target",
        exchanged(RUN, rtol=1e-2),
        ValueError,
        "is of another run than",
    ),
    Misuse(
        "iflow.resume",
        "state.npz of another run",
        exchanged(STATE, seed=2),
        ValueError,
        "is of another run than",
    ),
    Misuse(
        "iflow.resume",
        "what another run has learned",
        exchanged(PREPARED, rtol=1e-2),
        ValueError,
        "prepared.*is not the file that was written with the others",
    ),
    Misuse(
        "iflow.resume",
        "a batch of another run",
        exchanged(BATCH, seed=2),
        ValueError,
        f"{BATCH}' is not the batch that the run has learned from",
    ),
    *(
        Misuse("iflow.resume", f"{name} {what}", changed(name, change), ValueError, rf"{name}.*({_DAMAGED})")
        for name in (STATE, PREPARED)
        for what, change in (
            ("claims an array of 1e12 numbers", huge_shape),
            ("claims a member of 4 GB", huge_zip),
            ("has numbers in another order of bytes", lambda c: swap(c, b"'<f8'", b"'>f8'")),
            ("holds a pickle among its arrays", with_pickle),
            ("lost the name of an array", lambda c: swap(c, b"array_0.npy", b"array_9.npy", which=1)),
            ("has no seal", lambda c: swap(swap(c, b"seal.npy", b"sail.npy"), b"seal.npy", b"sail.npy")),
        )
        if not (what == "holds a pickle among its arrays" and name == PREPARED)
    ),
    *(
        Misuse("iflow.resume", f"state.npz {what}, forged", changed(STATE, change), ValueError, says)
        for what, change, says in (
            (
                "without its sums",
                lambda c: forged_npz(c, lambda t: t["content"].pop("run") and None),
                _DAMAGED,
            ),
            ("whose sums are a text", lambda c: forged_npz(c, bent("content", "run", to="x")), _DAMAGED),
            (
                "that is nested without end",
                lambda c: sealed_npz(arrays_of(c) | {"tree": np.array(deep(c))}),
                _DAMAGED,
            ),
            (
                "that refers out of the folder",
                lambda c: forged_npz(c, bent("content", "run", to={"$stored": ["../../x.npz", "y", ""]})),
                "no file of the checkpoint",
            ),
        )
    ),
    *(
        Misuse("iflow.integrate", f"checkpoint: {disk}", with_disk(disk, name, begin), OSError, says)
        for name in ("run",)
        for disk, (_, says) in DISKS.items()
    ),
    Misuse(
        "iflow.integrate",
        "checkpoint in a folder that holds a run",
        lambda folder: begin(lay(folder, checkpoint())),
        FileExistsError,
        r"already holds a run: iflow\.resume",
    ),
    Misuse(
        "iflow.integrate",
        "checkpoint in a folder that holds something else",
        prepared_place(lambda path: (path.mkdir(), (path / "notes.txt").touch()), begin),
        FileExistsError,
        "empty or not there yet.*notes.txt",
    ),
    *(
        Misuse("iflow.integrate", f"checkpoint {what}", prepared_place(prepare, use), OSError, says)
        for what, prepare, use, says in (
            ("is a file", lambda path: path.touch(), begin, "must be a folder that can be written"),
            ("lies within a file", lambda path: path.touch(), lambda p: begin(p / "x"), "must be a folder"),
            ("is a loop of links", loop, begin, "must be a folder that can be written"),
            ("lies within a loop", loop, lambda p: begin(p / "x"), "must be a folder that can be written"),
            (
                "has too long a name",
                lambda path: None,
                lambda p: begin(p / ("x" * 300)),
                "File name too long",
            ),
        )
    ),
    Misuse("iflow.integrate", "two runs in one folder", two_runs, FileExistsError, "already holds a run"),
    Misuse(
        "iflow.resume",
        "another process writes",
        while_another_process_writes(resume),
        RuntimeError,
        r"is being written by process \d+ on .*: wait for it or end it",
    ),
    Misuse(
        "Integrator.integrate",
        "the run went on elsewhere",
        resumed_behind_its_back,
        RuntimeError,
        r"was changed by another run since: go on with iflow\.resume",
    ),
    Misuse(
        "iflow.resume",
        "the lock is a folder",
        in_place_of("lock", lambda p: p.mkdir()),
        OSError,
        "lock.*director",
    ),
    Misuse(
        "iflow.resume",
        "the lock is a loop of links",
        in_place_of("lock", loop),
        OSError,
        "lock.*symbolic links",
    ),
    Misuse(
        "iflow.resume",
        "the disk is read-only",
        lambda folder: with_read_only(lay(folder, checkpoint())),
        OSError,
        "lock of the run cannot be written: Read-only file system; copy the folder",
    ),
    *(
        Misuse(
            "iflow resume", f"command.json {what}", changed("command.json", change, command), ValueError, says
        )
        for what, change, says in (
            *(
                (what, BREAKS[what], "name the integrand by --integrand")
                for what in BREAKS
                if what != FLIPPED
            ),
            ("with a number for a name", forged("integrand", to=7), "damaged or not of iflow"),
            ("with a text for a dimension", forged("dim", to="two"), "damaged or not of iflow"),
            ("with numbers for parameters", forged("parameters", to=[1]), "damaged or not of iflow"),
            (
                "with a parameter without a number",
                forged("parameters", to=["a=b"]),
                "damaged or not of iflow",
            ),
            ("edited by hand", lambda c: swap(c, b":bump", b":b\\u0075mp2"), "changed by hand"),
        )
    ),
    Misuse(
        "iflow resume",
        "code that came with the folder",
        brought_along,
        ValueError,
        "within the checkpoint.*--integr",
    ),
    Misuse(
        "iflow resume",
        "code that another user names",
        anothers_command,
        PermissionError,
        "another user .*--integr",
    ),
    Misuse(
        "iflow resume",
        "a file of code that is gone",
        with_command(),
        Exception,
        "f.py",
    ),
    Misuse(
        "iflow resume",
        "an integral that there is not",
        with_command(integrand="nonsense"),
        Exception,
        "nonsense",
    ),
    Misuse(
        "iflow report",
        "another format",
        changed(RUN, forged("value", "format", to=99), report),
        ValueError,
        "upgrade",
    ),
    Misuse(
        "iflow report",
        "nothing is there",
        lambda folder: report(folder / "x"),
        FileNotFoundError,
        "is not there",
    ),
    Misuse("iflow report", "state.npz is missing", without(STATE, report), FileNotFoundError, "state.npz"),
]


def with_read_only(path):
    with DISKS["the disk is read-only"][0]("run"), contextlib.suppress(FileExistsError):
        return resume(path)
