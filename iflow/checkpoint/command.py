"""What the command line was given for a run that is kept: `iflow resume` needs no more than the folder."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from iflow import archive
from iflow.checkpoint.folder import Folder


@dataclass(frozen=True)
class Command:
    """Names an integrand.

    Args:
      integrand: name of an example integral, or "/absolute/path/to/file.py:function".
      dim: its number of coordinates; None for its own.
      parameters: "name=number" each.
    """

    integrand: str
    dim: int | None
    parameters: tuple[str, ...]

    def write(self, folder: Folder) -> None:
        """Notes it in a folder.

        Raises:
          OSError: if it cannot be written.
        """
        archive.replace_text(folder.command, archive.sealed(asdict(self)))

    @classmethod
    def read(cls, folder: Folder) -> Command:
        """Returns what is noted in a folder.

        Raises:
          FileNotFoundError: if nothing is.
          PermissionError: if another user has noted a file of Python, which would run as this one.
          ValueError: if what is noted is damaged, or names a file within the folder.
          OSError: if it cannot be read.
        """
        text = archive.read_text(folder.command)
        try:
            found = archive.unsealed(text)
            command = cls(found["integrand"], found["dim"], tuple(found["parameters"]))
            command._require_types()
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{folder.command} is damaged or not of iflow: {error}; name the integrand by --integrand"
            ) from error
        if ":" in command.integrand:
            _require_trust(folder, command.integrand)
        return command

    def _require_types(self) -> None:
        texts: tuple[Any, ...] = (self.integrand, *self.parameters)
        is_number = self.dim is None or (isinstance(self.dim, int) and not isinstance(self.dim, bool))
        if not is_number or not all(isinstance(text, str) for text in texts):
            raise TypeError("it must have an integrand, a dim and parameters")
        for text in self.parameters:
            name, _, number = text.partition("=")
            if not name.strip():
                raise ValueError(f"a parameter must be name=number, got {text!r}")
            float(number)


def _require_trust(folder: Folder, integrand: str) -> None:
    """Raises an error where the user may not know of the code that a name in the folder would run.

    A checkpoint may have been handed over by somebody else; the code that it names is run only where this
    user has noted it, and where it did not come with the folder.
    """
    remedy = f"if you trust it, name it yourself: --integrand {integrand}"
    owner = os.stat(folder.command).st_uid
    if hasattr(os, "geteuid") and owner != os.geteuid():
        raise PermissionError(
            f"{folder.command} belongs to another user (number {owner}), and names code to run: {remedy}"
        )
    path = Path(integrand.rpartition(":")[0])
    if not path.is_absolute() or folder.path.resolve() in path.resolve().parents:
        raise ValueError(f"{folder.command} names code that lies within the checkpoint: {remedy}")
