"""What a file says of its events besides the columns."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from iflow.events.unweighting import Unweighting
from iflow.version import __version__

if TYPE_CHECKING:
    from iflow.events.events import Events

_FORMAT = 1
_FACTS = ("names", "integral", "integral_sdev", "n_trials", "seed", "of_norm", "component_names")


def as_text(events: Events) -> str:
    """Returns the metadata as JSON; what is not a number is written as NaN or Infinity."""
    facts = {name: getattr(events, name) for name in _FACTS}
    report = asdict(events.unweighting) if events.unweighting else None
    return json.dumps({"format": _FORMAT, "iflow_version": __version__, **facts, "unweighting": report})


def from_text(text: str, path: object) -> dict[str, Any]:
    """Returns fields of events.

    Raises:
      ValueError: for a file of a later format.
    """
    try:
        found = json.loads(text)
        found["format"], found["iflow_version"], found["unweighting"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is no file of events, or it is damaged: its metadata are not those"
        ) from error
    if found["format"] != _FORMAT:
        raise ValueError(
            f"{path} has the format {found['format']}, written by iflow {found['iflow_version']}; this is "
            f"iflow {__version__}, which reads format {_FORMAT}: install a newer one"
        )
    fields = {name: found[name] for name in _FACTS if name in found}
    fields |= {name: tuple(fields[name]) for name in ("names", "component_names") if name in fields}
    report = found["unweighting"]
    if report:
        report = Unweighting(**report | {"warnings": tuple(report["warnings"])})
    return {**fields, "unweighting": report}
