"""What a run was asked, and by what its integrand is known again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from iflow import archive
from iflow.domain import Domain
from iflow.options import Options
from iflow.options.integrand import CHANGEABLE
from iflow.version import __version__

# Two machines may differ in the last digits of an exponential; two integrands differ in more.
_SAME_VALUE, _SAME_POINT = 1e-6, 1e-9


@dataclass(frozen=True)
class Manifest:
    """What a run was asked.

    Args:
      options: by keyword, as `iflow.integrate` takes them; without `progress` and `checkpoint`.
      region: as it was given; None where it cannot be stored.
      region_text: the region in words.
      name: of the integrand.
      seed: of the run, drawn or given.
      names: of the coordinates of a point.
      x: points that f was probed at, [n, dim].
      values: of f there.
    """

    options: Mapping[str, Any]
    region: Any
    region_text: str
    name: str
    seed: int
    names: list[str]
    x: np.ndarray
    values: np.ndarray

    def text(self) -> str:
        """Returns it as JSON."""
        return self._text({"format": archive.FORMAT, "iflow": __version__})

    @property
    def key(self) -> str:
        """By what a run is known from others: the files of two do not mix.

        It stays the same whatever is changed of what may be changed.
        """
        fixed = {name: value for name, value in self.options.items() if name not in CHANGEABLE}
        return str(archive.seal_of_text(dataclasses.replace(self, options=fixed)._text({})))

    def _text(self, header: Mapping[str, Any]) -> str:
        content = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        try:
            return archive.to_json({**header, **content})
        except TypeError:
            return archive.to_json({**header, **content, "region": None})

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Returns what a file holds.

        Raises:
          ValueError: for a file that is damaged or of another format.
          OSError: if it cannot be read.
        """
        return cls.from_text(archive.read_text(path), path)

    @classmethod
    def from_text(cls, text: str, path: Path) -> Manifest:
        """Returns what `text` wrote.

        Args:
          text: JSON.
          path: of the file that it comes from, for messages.

        Raises:
          ValueError: for a text that is damaged or of another format.
        """
        try:
            archive.require_format(path, json.loads(text)["value"]["format"])
            content = archive.from_json(text)
            del content["format"], content["iflow"]
            manifest = cls(**content)
            manifest._require_types()
            return manifest
        except (TypeError, KeyError, AttributeError, RecursionError, json.JSONDecodeError) as error:
            raise ValueError(f"{path} is damaged or not of iflow: {error!r}") from error
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

    def _require_types(self) -> None:
        texts = (self.region_text, self.name, *self.names)
        if (
            not isinstance(self.options, Mapping)
            or not all(isinstance(text, str) for text in texts)
            or not isinstance(self.seed, int)
            or not all(isinstance(array, np.ndarray) for array in (self.x, self.values))
            or self.x.ndim != 2
            or (isinstance(self.region, int) and self.region != self.x.shape[1])
        ):
            raise TypeError("what was asked is not told as iflow tells it")
        # Where files may be written, and who computes, is not for a file to say.
        differ = set(self.options) ^ set(Options().keywords())
        if differ:
            raise TypeError(f"the options of this version are others: {', '.join(map(str, differ))}")
        Options.from_keywords(**self.options)
        if self.region is not None:
            Domain(self.region)

    def require_same(self, x: np.ndarray, values: np.ndarray, name: str) -> None:
        """Raises a ValueError unless this is the same region and the same integrand.

        Args:
          x: the points that another run with the same seed was probed at, [n, dim].
          values: of its integrand there.
          name: of its integrand.
        """
        if x.shape != self.x.shape or not np.allclose(x, self.x, rtol=_SAME_POINT, atol=0.0):
            raise ValueError(
                f"the region must be the one of the stored run, {self.region_text}: leave region out to "
                "take it"
            )
        if values.shape != self.values.shape:
            raise ValueError(
                f"f must be the stored run's integrand, {self.name}, with values of shape "
                f"{self.values.shape[1:]}; {name} gives {values.shape[1:]}"
            )
        require_equal(self.values, values, x, f"{self.name}, but {name}")


def require_equal(stored: np.ndarray, values: np.ndarray, x: np.ndarray, whose: str) -> None:
    """Raises a ValueError with the first point at which values are not those that are stored."""
    differs = ~np.isclose(values, stored, rtol=_SAME_VALUE, atol=0.0).reshape(len(x), -1).all(axis=1)
    if differs.any():
        first = int(np.argmax(differs))
        raise ValueError(
            f"f must be the stored run's integrand, {whose} gives {values[first].tolist()} instead of "
            f"{stored[first].tolist()} at x = {x[first].tolist()}: resume with that integrand, or begin a "
            "new run for this one"
        )


def name_of(f: Callable[..., Any]) -> str:
    """Returns what an integrand is called in messages."""
    try:
        return str(getattr(f, "__qualname__", None) or getattr(f, "name", None) or type(f).__qualname__)
    except RecursionError:  # an object that inherits from vegas.BatchIntegrand
        return type(f).__qualname__
