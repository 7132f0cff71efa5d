"""Ways to misuse a file of an integrator, or of events."""

import math
import os
import struct

import numpy as np
import pyarrow
import pyarrow.parquet

import iflow
from iflow import archive
from tests.misuse.case import Misuse
from tests.misuse.checkpoints import bent, deep, huge_shape, huge_zip, loop
from tests.misuse.damage import BREAKS, DISKS, READERS, flip, refusing, swap
from tests.misuse.specimens import (
    arrays_of,
    bump,
    checkpoint,
    events,
    events_file,
    forged_npz,
    integrator,
    lay,
    other_bump,
    saved,
    sealed_npz,
)

_DAMAGED = r"damaged|not of iflow"
_NO_EVENTS = r"is no file of events, or it is damaged|is damaged"


def load(path, f=bump, **options):
    return iflow.Integrator.load(path, f, **options)


def loads(content, *arguments, **options):
    """Returns an attempt to load an integrator from bytes."""

    def attempt(folder):
        (folder / "it.npz").write_bytes(content())
        return load(folder / "it.npz", *arguments, **options)

    return attempt


def reads(content, ending="npz"):
    """Returns an attempt to load events from bytes."""

    def attempt(folder):
        (folder / f"events.{ending}").write_bytes(content())
        return iflow.Events.load(folder / f"events.{ending}")

    return attempt


def broken(change, source=saved):
    return lambda: change(source())


def forged(change):
    """Returns a saved integrator with another tree, and a seal that fits."""
    return lambda: forged_npz(saved(), change)


def forged_class(name, state):
    """Puts an object of another class where the sums are."""
    return forged(bent("content", "run", to={"$object": name, "state": state}))


def forged_events(**changes):
    """Returns a file of events with other arrays, of the format that had no checksums."""

    def make():
        arrays = arrays_of(events_file("npz"))
        text = str(arrays["metadata"]).replace('"format": 2', '"format": 1')
        text = text[: text.index('"checksums"')].rstrip().rstrip(",") + "}"
        return sealed_npz(
            {
                name: array
                for name, array in (arrays | {"metadata": np.array(text)} | changes).items()
                if array is not None
            }
        )

    return make


def table(change):
    """Returns a Parquet file of events that was changed as a table."""

    def make():
        stored = pyarrow.parquet.read_table(pyarrow.BufferReader(events_file("parquet")))
        sink = pyarrow.BufferOutputStream()
        pyarrow.parquet.write_table(change(stored), sink)
        return sink.getvalue().to_pybytes()

    return make


def refused(number, use, name):
    def attempt(folder):
        (folder / name).write_bytes(saved() if name == "it.npz" else events_file(name.split(".")[1]))
        with refusing("open", number, name):
            return use(folder / name)

    return attempt


def special(name, put, use):
    """Returns an attempt to read what is no file."""

    def attempt(folder):
        put(folder / name)
        return use(folder / name)

    return attempt


def save(path):
    integrator().save(path)


def save_events(path):
    events().save(path)


def on_disk(disk, use, name):
    def attempt(folder):
        with DISKS[disk][0](name.split(".")[0]):
            return use(folder / name)

    return attempt


def with_many_rows(content):
    """Claims 1e12 rows in the directory of a Parquet file: 200 rows are a varint of 2 bytes, twice 200."""
    rows = bytes([0x90, 0x03])
    at = content.rindex(b"\x16" + rows)
    grown = b"\x16" + bytes([0x80, 0xC0, 0xCA, 0xF3, 0x84, 0xA3, 0x02])
    length = struct.unpack("<I", content[-8:-4])[0] + len(grown) - 3
    return content[:at] + grown + content[at + 3 : -8] + struct.pack("<I", length) + content[-4:]


def unnamed(stored):
    return stored.replace_schema_metadata({})


def text_of(stored, before, after):
    text = stored.schema.metadata[b"iflow"].decode()
    assert before in text
    return stored.replace_schema_metadata({b"iflow": text.replace(before, after)})


def with_column(stored, name, values):
    return stored.set_column(stored.column_names.index(name), name, pyarrow.array(values))


_PLACES = (
    ("is a folder", lambda path: path.mkdir(), "is a folder"),
    ("is a pipe", os.mkfifo, "is a pipe or a device"),
    ("is an endless device", lambda path: path.symlink_to("/dev/zero"), "is a pipe or a device"),
    ("is a loop of links", loop, "Too many levels of symbolic links|there is no file"),
    ("is not there", lambda path: None, "cannot be read: No such file|there is no file"),
    (
        "is a link to nothing",
        lambda path: path.symlink_to("nothing"),
        "cannot be read: No such file|there is no file",
    ),
)
_TARGETS = (
    (
        "is a folder",
        lambda folder, name: ((folder / name).mkdir(), folder / name)[1],
        "is a folder|s a directory|got the folder",
    ),
    ("is in no folder", lambda folder, name: folder / "none" / name, "No such file|no folder"),
    (
        "is in a file",
        lambda folder, name: ((folder / "x").touch(), folder / "x" / name)[1],
        "ot a directory|no folder",
    ),
    ("has too long a name", lambda folder, name: folder / ("x" * 300 + name), "File name too long"),
)


def to_target(make, use, name):
    return lambda folder: use(make(folder, name))


INTEGRATORS = [
    *(
        Misuse("Integrator.load", what, loads(broken(change)), ValueError, rf"it\.npz.*({_DAMAGED})")
        for what, change in BREAKS.items()
    ),
    *(
        Misuse("Integrator.load", what, loads(broken(change)), ValueError, rf"it\.npz.*({_DAMAGED})")
        for what, change in (
            ("claims an array of 1e12 numbers", huge_shape),
            ("claims a member of 4 GB", huge_zip),
            ("has numbers in another order of bytes", lambda c: swap(c, b"'<f8'", b"'>f8'")),
            ("has numbers of another type", lambda c: swap(c, b"'<f8'", b"'<i8'")),
            ("has an array of fewer numbers", lambda c: swap(c, b"'shape': (", b"'shape': (0, ")),
            ("has an array in Fortran's order", lambda c: swap(c, b"False", b"True ")),
            ("has a compressed member", lambda c: flip(c, c.rindex(b"PK\x01\x02") + 10, 3)),
            ("has an encrypted member", lambda c: flip(c, c.rindex(b"PK\x01\x02") + 8)),
            ("has a flipped checksum", lambda c: flip(c, c.rindex(b"PK\x01\x02") + 16)),
            ("lost its directory", lambda c: swap(c, b"PK\x05\x06", b"PK\x05\x07")),
            (
                "has half of another file",
                lambda c: c[: len(c) // 2] + checkpoint()["state.npz"][-len(c) // 2 :],
            ),
        )
    ),
    Misuse("Integrator.load", "holds a pickle", loads(lambda: pickled()), ValueError, _DAMAGED),
    Misuse("Integrator.load", "is a single array", loads(lambda: npy()), ValueError, _DAMAGED),
    *(
        Misuse("Integrator.load", what, loads(make), ValueError, says)
        for what, make, says in (
            (
                "a newer format",
                lambda: sealed_npz(arrays_of(saved()) | {"format": np.array(9)}),
                "9.*upgrade",
            ),
            (
                "an older format",
                lambda: sealed_npz(arrays_of(saved()) | {"format": np.array(2)}),
                "2.*begin anew",
            ),
            (
                "a format that is a text",
                lambda: sealed_npz(arrays_of(saved()) | {"format": np.array("x")}),
                "names no format",
            ),
            ("a class of another package", forged_class("os:system", {}), "no class of iflow"),
            (
                "a class that starts programs",
                forged_class("iflow.executors.pools:Pool", {}),
                "no class of iflow",
            ),
            ("the module of the program", forged_class("iflow.__main__:main", {}), "no class of iflow"),
            ("a function for a class", forged_class("iflow.batch:concatenate", {}), "no class of iflow"),
            ("a class that there is not", forged_class("iflow.batch:Crate", {}), "has no Crate"),
            (
                "an object that turns into another",
                forged_class("iflow.batch:Batch", {"__class__": {"$class": "tempfile:_TemporaryFileCloser"}}),
                "can have no member '__class__'",
            ),
            (
                "an object that lacks members",
                forged_class("iflow.batch:Batch", {"x": 1}),
                "Batch lacks y.*version",
            ),
            (
                "seeds that need 8 TB",
                forged(bent("content", "run", to={"$seeds": {"pool_size": 10**12}})),
                "pool_size",
            ),
            (
                "a number of 1 TB",
                forged(bent("content", "run", to={"$scalar": "V999999999", "value": 0})),
                "no number",
            ),
            ("a reference to nothing", forged(bent("content", "run", to={"$ref": 10**9})), _DAMAGED),
            (
                "a kind of node that there is not",
                forged(bent("content", "run", to={"$code": "1"})),
                "no kind",
            ),
            (
                "a generator of another kind",
                forged(bent("content", "run", to={"$generator": "os"})),
                "no random gen",
            ),
            ("a number that is too large", forged(bent("content", "run", to={"$float": "1e999"})), _DAMAGED),
            (
                "an endless nest",
                lambda: sealed_npz(arrays_of(saved()) | {"tree": np.array(deep(b""))}),
                _DAMAGED,
            ),
            ("no manifest", forged(lambda tree: tree["content"].pop("manifest") and None), _DAMAGED),
            ("a manifest that is a number", forged(bent("content", "manifest", to=3)), _DAMAGED),
            (
                "an integrator without members",
                forged(bent("content", "run", "integrator", to={})),
                _DAMAGED,
            ),
            (
                "an integrator with more members",
                forged(bent("content", "run", "integrator", "x", to=1)),
                "another ver",
            ),
            ("sums that are a list", forged(bent("content", "run", to=[])), _DAMAGED),
            (
                "a file that is elsewhere",
                forged(bent("content", "run", to={"$stored": ["x", "y"]})),
                "in another file",
            ),
        )
    ),
    Misuse(
        "Integrator.load",
        "another function",
        loads(saved, other_bump),
        ValueError,
        "bump, but other_bump gives",
    ),
    Misuse(
        "Integrator.load",
        "another region",
        loads(saved, bump, region=3),
        ValueError,
        "region must be the one",
    ),
    Misuse("Integrator.load", "no function", loads(saved, "bump"), TypeError, "f must be|callable"),
    Misuse(
        "Integrator.load",
        "an unknown option",
        loads(saved, bump, proggress=1),
        TypeError,
        "did you mean 'progress'",
    ),
    Misuse(
        "Integrator.load",
        "the folder of a run",
        lambda folder: load(lay(folder, checkpoint())),
        IsADirectoryError,
        r"is a folder: .*iflow\.resume",
    ),
    *(
        Misuse("Integrator.load", what, refused(number, load, "it.npz"), error, f"cannot be read: {says}")
        for what, (number, error, says) in READERS.items()
    ),
    *(
        Misuse("Integrator.load", what, special("it.npz", put, load), (OSError, ValueError), says)
        for what, put, says in _PLACES
    ),
    *(
        Misuse(
            "Integrator.save",
            disk,
            on_disk(disk, save, "it.npz"),
            OSError,
            f"cannot be written: {says}; what was",
        )
        for disk, (_, says) in DISKS.items()
    ),
    *(
        Misuse("Integrator.save", what, to_target(make, save, "it.npz"), OSError, says)
        for what, make, says in _TARGETS
    ),
    Misuse(
        "Integrator.save",
        "an option that is a function",
        lambda folder: iflow.Integrator(
            lambda x: x, 2, norm=lambda values: np.abs(values).max(axis=1), rtol=1e-2, seed=1
        ).save(folder / "it.npz"),
        TypeError,
        "norm.* cannot be stored",
    ),
]


def pickled():
    import io

    file = io.BytesIO()
    np.savez(file, format=np.array(archive.FORMAT), tree=np.array([{"a": 1}], dtype=object))
    return file.getvalue()


def npy():
    import io

    file = io.BytesIO()
    np.save(file, np.ones(100))
    return file.getvalue()


EVENTS = [
    *(
        Misuse(
            "Events.load", f".{ending} {what}", reads(broken(change, source), ending), ValueError, _NO_EVENTS
        )
        for ending, source in (
            ("npz", lambda: events_file("npz")),
            ("parquet", lambda: events_file("parquet")),
        )
        for what, change in BREAKS.items()
        if not (ending == "npz" and what == "is a file of events")
        and not (ending == "parquet" and what.startswith("begins"))  # which loses nothing
    ),
    *(
        Misuse(
            "Events.load",
            f".npz {what}",
            reads(lambda change=change: change(events_file("npz"))),
            ValueError,
            says,
        )
        for what, change, says in (
            ("claims a member of 4 GB", huge_zip, _NO_EVENTS),
            (
                "claims more numbers",
                lambda c: swap(c, b"'shape': (200, 2)", b"'shape': (2**9,2)"),
                _NO_EVENTS,
            ),
            (
                "claims fewer numbers",
                lambda c: swap(c, b"'shape': (200, 2)", b"'shape': (100, 2)"),
                _NO_EVENTS,
            ),
            (
                "has numbers in another order",
                lambda c: swap(c, b"'fortran_order': False", b"'fortran_order': True "),
                _NO_EVENTS,
            ),
            ("is an integrator", lambda c: saved(), "it has no metadata"),
        )
    ),
    *(
        Misuse("Events.load", f".npz {what}", reads(make), ValueError, says)
        for what, make, says in (
            ("without weights", forged_events(weights=None), "it has no weights"),
            (
                "with nan among the points",
                forged_events(points=np.full((200, 2), math.nan)),
                "points must be finite",
            ),
            (
                "with an infinite weight",
                forged_events(weights=np.full(200, math.inf)),
                "weights must be finite",
            ),
            (
                "with weights that are texts",
                forged_events(weights=np.full(200, "x")),
                "weights must be finite",
            ),
            ("with fewer weights than points", forged_events(weights=np.ones(199)), "need other shapes"),
            (
                "with points of another dimension",
                forged_events(points=np.ones((200, 3))),
                "need other shapes",
            ),
            ("with metadata of no JSON", forged_events(metadata=np.array("{")), _NO_EVENTS),
            ("with metadata that are a list", forged_events(metadata=np.array("[]")), _NO_EVENTS),
            ("with metadata of numbers", forged_events(metadata=np.ones(3)), _NO_EVENTS),
            (
                "of a newer format",
                forged_events(metadata=np.array('{"format": 9, "iflow_version": "9"}')),
                "install a n",
            ),
            (
                "of format nothing",
                forged_events(metadata=np.array('{"format": null, "iflow_version": 0}')),
                "format Non",
            ),
            ("with endless metadata", forged_events(metadata=np.array("[" * 100_000)), _NO_EVENTS),
            ("with objects", lambda: pickled(), _NO_EVENTS),
        )
    ),
    *(
        Misuse("Events.load", f".parquet {what}", reads(make, "parquet"), ValueError, says)
        for what, make, says in (
            ("claims 1e12 rows", lambda: with_many_rows(events_file("parquet")), _NO_EVENTS),
            ("of another program", table(unnamed), "no metadata of iflow"),
            ("with another seed", table(lambda t: text_of(t, '"seed": 1', '"seed": 2')), "changed by hand"),
            (
                "with another integral",
                table(lambda t: text_of(t, '"integral": 0', '"integral": 1')),
                "changed by hand",
            ),
            (
                "of a newer format",
                table(lambda t: text_of(t, '"format": 2', '"format": 3')),
                "install a newer one",
            ),
            (
                "with another weight",
                table(lambda t: with_column(t, "weight", np.full(200, 2.0))),
                "weights is not what",
            ),
            (
                "with another point",
                table(lambda t: with_column(t, "x0", np.full(200, 0.5))),
                "points is not what",
            ),
            (
                "with another observable",
                table(lambda t: with_column(t, "r", np.ones(200))),
                "observable.r is not what",
            ),
            (
                "with numbers of less precision",
                table(lambda t: with_column(t, "r", np.ones(200, "f4"))),
                "is not what",
            ),
            ("with texts for weights", table(lambda t: with_column(t, "weight", ["a"] * 200)), _NO_EVENTS),
            ("without a column", table(lambda t: t.drop_columns(["x1"])), _NO_EVENTS),
            ("with fewer rows", table(lambda t: t.slice(0, 100)), "is not what was written"),
            (
                "with other rows first",
                table(lambda t: t.take(list(range(199, -1, -1)))),
                "is not what was written",
            ),
            (
                "with two columns of one name",
                table(lambda t: t.append_column("x0", t.column("x0"))),
                _NO_EVENTS,
            ),
            (
                "with an unexpected column",
                table(lambda t: t.append_column("z", t.column("x0"))),
                "is not what was",
            ),
        )
    ),
    *(
        Misuse(
            "Events.load",
            f"{name} {what}",
            refused(number, iflow.Events.load, name),
            error,
            f"cannot be read: {says}",
        )
        for name in ("events.npz", "events.parquet")
        for what, (number, error, says) in READERS.items()
    ),
    *(
        Misuse(
            "Events.load",
            f"{name} {what}",
            special(name, put, iflow.Events.load),
            (OSError, ValueError),
            says,
        )
        for name in ("events.npz", "events.parquet")
        for what, put, says in _PLACES
    ),
    Misuse(
        "Events.load",
        "another ending",
        lambda f: iflow.Events.load(f / "e.root"),
        ValueError,
        "ends in one of",
    ),
    Misuse("Events.load", "momenta", lambda f: iflow.Events.load(f / "e.lhe"), ValueError, "pylhe"),
    *(
        Misuse(
            "Events.save",
            f"{name}: {disk}",
            on_disk(disk, save_events, name),
            OSError,
            f"be written: {says}; they",
        )
        for name in ("events.npz", "events.parquet")
        for disk, (_, says) in DISKS.items()
    ),
    *(
        Misuse("Events.save", f"{name} {what}", to_target(make, save_events, name), OSError, says)
        for name in ("events.npz", "events.parquet")
        for what, make, says in _TARGETS
    ),
]

ROWS = [*INTEGRATORS, *EVENTS]
