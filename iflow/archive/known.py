"""Which objects of this package a file may hold."""

from __future__ import annotations

# What a run consists of. Nothing of these does anything when it is made, but remember: no files, no
# processes, no libraries of others; `executors`, `integrand`, `cli` and the like stay out.
_STORED = frozenset(
    (
        *("batch", "diagnostics", "domain", "engine", "flow", "history", "layout", "maps", "options"),
        *("points", "proposal", "result", "several", "statistics", "training", "weight_statistics"),
    )
)


def is_stored(module: str) -> bool:
    """Returns whether objects of classes of a module, named in full, are read and written."""
    package, *rest = module.split(".")
    return package == "iflow" and bool(rest) and rest[0] in _STORED
