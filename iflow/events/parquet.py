"""Events as a table: a column for each coordinate, `weight`, and the observables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from iflow.events import metadata

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from iflow.events.events import Events

_KEY = b"iflow"


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
    table = pyarrow.table({name: _column(pyarrow, values) for name, values in columns(events).items()})
    table = table.replace_schema_metadata({_KEY: metadata.as_text(events)})
    parquet.write_table(table, path)


def read(path: Path) -> dict[str, Any]:
    """Returns the fields of the events in a file.

    Raises:
      ImportError: if pyarrow is not installed.
      ValueError: if the file is not one of events.
    """
    pyarrow, parquet = library()
    try:
        table = parquet.ParquetFile(path).read()
    except pyarrow.ArrowInvalid as error:
        raise ValueError(f"{path} is no file of events, or it is damaged: {error}") from error
    text = (table.schema.metadata or {}).get(_KEY)
    if text is None:
        raise ValueError(f"{path} is no file of events: its schema has no metadata of iflow")
    fields = metadata.from_text(text.decode(), path)
    names = fields["names"]
    arrays = {name: _array(table.column(name).combine_chunks()) for name in table.column_names}
    return {
        **fields,
        "points": np.column_stack([arrays.pop(name) for name in names]),
        "weights": arrays.pop("weight"),
        "observables": arrays,
    }


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
