"""Ways to break bytes, and disks that fail."""

import contextlib
import errno
import io
import os
import resource
from unittest import mock

from tests.misuse.specimens import events_file


def flip(content, at, bit=0):
    """Returns the same with one bit flipped."""
    broken = bytearray(content)
    broken[at] ^= 1 << bit
    return bytes(broken)


def swap(content, before, after, which=0):
    """Returns the same with one piece of it replaced by another."""
    at = -1
    for _ in range(which + 1):
        at = content.index(before, at + 1)
    return content[:at] + after + content[at + len(before) :]


PICKLE = b"cos\nsystem\n(S'touch executed'\ntR."
BREAKS = {
    "is empty": lambda content: b"",
    "is one byte": lambda content: content[:1],
    "is cut in half": lambda content: content[: len(content) // 2],
    "lacks its last byte": lambda content: content[:-1],
    "begins with a flipped bit": lambda content: flip(content, 0),
    "has a flipped bit in the middle": lambda content: flip(content, len(content) // 2, 3),
    "has a hole of zeros": lambda content: content[:50] + bytes(len(content) - 100) + content[-50:],
    "is all zeros": lambda content: bytes(len(content)),
    "is a pickle": lambda content: PICKLE,
    "is a file of events": lambda content: events_file("npz"),
}


@contextlib.contextmanager
def refusing(call, number, name=""):
    """Has a call of the system fail where a path holds a name."""
    real = getattr(os, call)

    def fail(path, *arguments, **options):
        if name in str(path):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, *arguments, **options)

    with mock.patch.object(os, call, fail):
        yield


@contextlib.contextmanager
def unwritable(number, name=""):
    """Has files whose path holds a name fail when they are opened for writing."""
    real = io.open

    def fail(path, mode="r", *arguments, **options):
        if name in str(path) and set(mode) & set("wax+"):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, mode, *arguments, **options)

    with mock.patch.object(io, "open", fail):
        yield


@contextlib.contextmanager
def room_for(n_bytes):
    """Lets no file grow beyond so many bytes: the system itself refuses, in the middle of a write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


DISKS = {
    "the disk is full": (lambda name: unwritable(errno.ENOSPC, name), "No space left on device"),
    "the disk is read-only": (lambda name: unwritable(errno.EROFS, name), "Read-only file system"),
    "the file belongs to another user": (lambda name: unwritable(errno.EACCES, name), "Permission denied"),
    "the quota is used up": (lambda name: unwritable(errno.EDQUOT, name), ".*[Qq]uota exceeded"),
    "the disk is full in the middle": (lambda name: room_for(700), "File too large"),
    "the disk is full at the rename": (
        lambda name: refusing("replace", errno.ENOSPC, name),
        "No space left on device",
    ),
    "the disk breaks at the rename": (
        lambda name: refusing("replace", errno.EIO, name),
        "Input/output error",
    ),
}
READERS = {
    "belongs to another user": (errno.EACCES, PermissionError, "Permission denied"),
    "is on a broken disk": (errno.EIO, OSError, "Input/output error"),
    "is one file too many": (errno.EMFILE, OSError, "Too many open files"),
    "was on a disk that went away": (errno.ESTALE, OSError, "[Ss]tale"),
}
