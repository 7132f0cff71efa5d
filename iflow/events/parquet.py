"""Events as a table: a column for each coordinate, `weight`, and the observables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow import archive
from iflow.events import metadata

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from iflow.events.events import Events

_KEY = b"iflow"
_COMPONENTS = "component_weights"
# Equal numbers take next to no room in a file, but pages have heads: it does not hold more than this many
# times its own bytes.
_MOST_SQUEEZED = 10_000


def columns(events: Events) -> dict[str, np.ndarray]:
    """Returns arrays by name whose first axis is that of the events."""
    coordinates = {name: events.points[:, axis] for axis, name in enumerate(events.names)}
    return {**coordinates, "weight": events.weights, **events.observables}


def to_dataframe(events: Events) -> pandas.DataFrame:
    """Returns a table of pandas; arrays of several axes become columns of lists."""
    try:
        import pandas
    except ImportError as error:
        raise _not_installed("a table of pandas", "pandas") from error
    return pandas.DataFrame(
        {name: values if values.ndim == 1 else list(values) for name, values in columns(events).items()}
    )


def write(path: Path, events: Events) -> None:
    """Writes events.

    Raises:
      ImportError: if pyarrow is not installed.
    """
    pyarrow, parquet = library()
    arrays = columns(events)
    if events.component_weights is not None:
        arrays[_COMPONENTS] = events.component_weights
    checked = metadata.arrays_of(events.points, events.weights, events.component_weights)
    checked |= {f"observable.{name}": values for name, values in events.observables.items()}
    table = pyarrow.table({name: _column(pyarrow, values) for name, values in arrays.items()})
    table = table.replace_schema_metadata({_KEY: metadata.as_text(events, checked)})
    with path.open("wb") as file:
        parquet.write_table(table, file)


def read(path: Path) -> dict[str, Any]:
    """Returns the fields of the events in a file.

    Raises:
      ImportError: if pyarrow is not installed.
      ValueError: if the file is not one of events, or damaged.
      OSError: if it cannot be read.
    """
    pyarrow, parquet = library()
    with archive.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        try:
            stored = parquet.ParquetFile(file)
            _require_modest(stored, size)
            table = stored.read()
            return _fields(table, path)
        except (pyarrow.ArrowException, MemoryError, KeyError, TypeError, UnicodeError) as error:
            raise ValueError(f"{path} is no file of events, or it is damaged: {error}") from error
        except OSError as error:  # Arrow's own word for damage has no number
            if error.errno is not None:
                raise
            raise ValueError(f"{path} is no file of events, or it is damaged: {error}") from error
        except ValueError as error:
            if str(path) in str(error):
                raise
            raise ValueError(f"{path} is no file of events, or it is damaged: {error}") from error


def _fields(table: pyarrow.Table, path: Path) -> dict[str, Any]:
    text = (table.schema.metadata or {}).get(_KEY)
    if text is None:
        raise ValueError(f"{path} is no file of events: its schema has no metadata of iflow")
    fields, checksums = metadata.from_text(text.decode(), path)
    arrays = {name: _array(table.column(name).combine_chunks()) for name in table.column_names}
    points = [arrays.pop(name) for name in fields["names"]]
    if any(axis.ndim != 1 for axis in points):
        raise ValueError(f"{path} is damaged: a coordinate is one number for each event")
    fields |= {"points": np.column_stack(points), "weights": arrays.pop("weight")}
    if fields.get("component_names") and _COMPONENTS in arrays:
        fields[_COMPONENTS] = arrays.pop(_COMPONENTS)
    fields["observables"] = arrays
    metadata.require_whole(fields, checksums, path)
    return fields


def _require_modest(stored: Any, size: int) -> None:
    """Raises a ValueError for a table that does not agree with itself, or is too large for its file.

    Arrow makes room for as many numbers as are claimed, in any of several places.
    """
    widths = [_width(field.type) for field in stored.schema_arrow]
    facts = stored.metadata
    claimed = facts.num_rows * sum(n * n_bytes for n, n_bytes in widths)
    if not 0 <= claimed <= _MOST_SQUEEZED * size:
        raise ValueError(f"it claims {claimed:,.0f} bytes of numbers, and has {size:,} bytes itself")
    groups = [facts.row_group(number) for number in range(facts.num_row_groups)]
    if sum(group.num_rows for group in groups) != facts.num_rows or facts.num_columns != len(widths):
        raise ValueError(f"its groups do not add up to {facts.num_rows} rows")
    for group in groups:
        for place, (n, _) in enumerate(widths):
            column = group.column(place)
            if (
                column.num_values != n * group.num_rows
                or not 0 <= column.total_compressed_size <= size
                or not 0 <= column.total_uncompressed_size <= _MOST_SQUEEZED * size
            ):
                raise ValueError(f"its column {place} does not have {n} times {group.num_rows} values")


def _width(kind: Any) -> tuple[int, float]:
    """Returns how many numbers a row of a column has, and their bytes; a ValueError for no numbers."""
    n = 1
    while hasattr(kind, "list_size"):
        n, kind = n * kind.list_size, kind.value_type
    return n, kind.bit_width / 8


def _column(pyarrow: Any, values: np.ndarray) -> pyarrow.Array:
    """Returns an array of Arrow; further axes become lists of fixed length."""
    column = pyarrow.array(np.ascontiguousarray(values).reshape(-1))
    for size in reversed(values.shape[1:]):
        column = pyarrow.FixedSizeListArray.from_arrays(column, size)
    return column


def _array(column: Any) -> np.ndarray:
    """Returns what `_column` was given."""
    shape = [len(column)]
    while hasattr(column.type, "list_size"):
        shape.append(column.type.list_size)
        column = column.flatten()
    return np.array(column.to_numpy(zero_copy_only=False)).reshape(shape)


def library() -> tuple[Any, Any]:
    """Returns pyarrow and pyarrow.parquet.

    Raises:
      ImportError: with the command that installs them.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise _not_installed("a file .parquet", "pyarrow") from error
    return pyarrow, pyarrow.parquet


def _not_installed(what: str, package: str) -> ImportError:
    return ImportError(
        f"{what} needs {package}: pip install {package}, or pip install 'iflow[events]' for all kinds of "
        "files of events"
    )
