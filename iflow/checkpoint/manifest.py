"""What a run was asked, and by what its integrand is known again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from iflow import archive
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
        content = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        header = {"format": archive.FORMAT, "iflow": __version__}
        try:
            return archive.to_json(header | content)
        except TypeError:
            return archive.to_json(header | content | {"region": None})

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Returns what a file holds.

        Raises:
          ValueError: for a file that is damaged or of another format.
        """
        return cls.from_text(path.read_text(encoding="utf-8", errors="replace"), path)

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
            content = archive.from_json(text)
            archive.require_format(path, content.pop("format"))
            content.pop("iflow")
            return cls(**content)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"{path} is damaged or not of iflow: {error!r}") from error
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error

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
