"""The folder of a run: names, and the lock that keeps a second writer out."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from iflow import archive

_RUN, _STATE, _LOCK, _COMMAND = "run.json", "state.npz", "lock", "command.json"
# Bytes of a lock that are looked at.
_MOST = 4096
_BATCH, _PREPARED, _PIECES = "batch-", "prepared-", "pieces-"


class Folder:
    """Where a run is kept.

    Args:
      path: of the folder, which may not be there yet.

    Attributes:
      path: absolute, so that a change of the working folder does no harm.
      run: file that says what was asked; without it there is no run.
      state: file with the state of the run.
      command: file with what the command line was given.
    """

    def __init__(self, path: str | os.PathLike[str]):
        self.path = Path(path).absolute()
        self.run, self.state, self.command = (self.path / name for name in (_RUN, _STATE, _COMMAND))

    def batch(self, number: int) -> Path:
        """Returns the file of a batch; the first one has the number 1."""
        return self.path / f"{_BATCH}{number:08d}.npz"

    def prepared(self, number: int) -> Path:
        """Returns a file of the preparation."""
        return self.path / f"{_PREPARED}{number:08d}.npz"

    def pieces(self, key: str) -> Path:
        """Returns the file of what has come back of a batch that is not complete."""
        return self.path / f"{_PIECES}{key}.npys"

    def piece_keys(self) -> list[str]:
        """Returns the keys of the batches of which there are pieces."""
        return [each.stem[len(_PIECES) :] for each in self.path.glob(f"{_PIECES}*.npys")]

    def batch_numbers(self) -> list[int]:
        """Returns the numbers of the batches that are there, in order."""
        return _numbers(self.path, _BATCH)

    def prepared_numbers(self) -> list[int]:
        """Returns the numbers of the preparations that are there, in order."""
        return _numbers(self.path, _PREPARED)

    def claim(self) -> None:
        """Makes the folder and sees to it that a run can begin there.

        Raises:
          FileExistsError: if it holds a run already, or anything else.
          OSError: if it cannot be made or written.
        """
        import tempfile  # only where there is a checkpoint, as below: `import iflow` is to be quick

        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise type(error)(
                error.errno,
                f"checkpoint must be a folder that can be written: {error.strerror}",
                str(self.path),
            ) from error
        if os.path.lexists(self.run):
            raise FileExistsError(
                f"checkpoint {str(self.path)!r} already holds a run: iflow.resume({str(self.path)!r}, f) "
                "goes on with it; give another folder for a new one"
            )
        foreign = [entry.name for entry in self.path.iterdir() if not _is_own(entry.name)]
        if foreign:
            raise FileExistsError(
                f"checkpoint must be a folder that is empty or not there yet, but {str(self.path)!r} holds "
                f"{min(foreign)!r}"
            )

    def require_run(self) -> None:
        """Raises an OSError unless there is a run in the folder.

        Raises:
          FileNotFoundError: if there is none.
          NotADirectoryError: if it is no folder.
        """
        if self.path.is_file():
            raise NotADirectoryError(
                f"checkpoint must be the folder of a run, but {str(self.path)!r} is a file: what "
                "Integrator.save has written is read by iflow.Integrator.load(path, f)"
            )
        if not os.path.lexists(self.run):
            what = "holds no run" if self.path.is_dir() else "is not there"
            raise FileNotFoundError(
                f"checkpoint {str(self.path)!r} {what}: begin one by iflow.integrate(f, region, "
                f"checkpoint={str(self.path)!r})"
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other writers out during the block; the system lets go of it however the process ends.

        Raises:
          RuntimeError: if another writer holds it, with its process and machine.
          OSError: if the lock cannot be written.
        """
        import socket

        path = self.path / _LOCK
        with ExitStack() as stack:
            with archive.told(
                path, "the lock of the run cannot be written", "copy the folder to where you may"
            ):
                file = stack.enter_context(path.open("a+b", buffering=0))
                if not _lock(file.fileno()):
                    file.seek(0)
                    raise RuntimeError(
                        f"checkpoint {str(self.path)!r} is being written by {_holder(file.read(_MOST))}: "
                        f"wait for it or end it; if there is no such process, delete {str(path)!r}"
                    )
                with suppress(OSError):  # on a full disk: it is ours all the same
                    file.truncate(0)
                    file.write(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}).encode())
            yield

    def clear(self) -> None:
        """Deletes what is left of a run that was killed before it was one."""
        pieces = map(self.pieces, self.piece_keys())
        for path in (self.state, *map(self.batch, self.batch_numbers()), *pieces):
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Deletes what a process that was killed had half written."""
        for path in self.path.glob("*.unfinished"):
            path.unlink(missing_ok=True)


def _is_own(name: str) -> bool:
    own = name in (_STATE, _LOCK, _COMMAND) or name.startswith((_BATCH, _PREPARED, _PIECES))
    return own or name.endswith(".unfinished")


def _numbers(path: Path, prefix: str) -> list[int]:
    digits = [each.name[len(prefix) : -len(".npz")] for each in path.glob(f"{prefix}*.npz")]
    return sorted(int(text) for text in digits if text.isdigit())


def _holder(text: bytes) -> str:
    try:
        who = json.loads(text)
        return f"process {who['pid']} on {who['host']}"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "another process"


def _lock(descriptor: int) -> bool:
    """Returns whether the lock is ours; also where the file system knows no locks."""
    try:
        import fcntl
    except ImportError:  # not a Unix
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
