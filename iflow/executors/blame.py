"""Which part of a thing is to blame that it cannot be pickled."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from iflow.executors.pickling import is_picklable

# Of a thing with more parts than this, or parts within parts deeper than this, no culprit is sought.
_MOST_PARTS, _DEEPEST = 200, 6


def culprit(thing: Any, name: str) -> str | None:
    """Returns where in a thing the part is that cannot be pickled, and what it is; None for the whole.

    Args:
      thing: that cannot be pickled.
      name: to call it.
    """
    seen: set[int] = set()
    where, found = name, thing
    for _ in range(_DEEPEST):
        seen.add(id(found))
        part = next(
            (
                (path, one)
                for path, one in _first(_parts(found, where))
                if id(one) not in seen and not is_picklable(one)
            ),
            None,
        )
        if part is None:
            break
        where, found = part
    if found is thing:
        return None
    return f"{where}{', which' if ' uses ' in where else ''} is {_described(found)}"


def _first(parts: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    for _, part in zip(range(_MOST_PARTS), parts, strict=False):
        yield part


def _parts(thing: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yields the parts that are pickled along with a thing, and what to call each."""
    if isinstance(thing, dict):
        yield from ((f"{name}[{key!r}]", value) for key, value in thing.items())
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from ((f"{name}[{number}]", value) for number, value in enumerate(thing))
    elif inspect.ismethod(thing):
        yield f"{name}.__self__", thing.__self__
    elif inspect.isfunction(thing):
        yield from _used_by(thing, name)
    else:
        yield from _attributes(thing, name)


def _used_by(function: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yields what a function uses of what lies around it."""
    uses = f"{name}{', which' if ' uses ' in name else ''} uses"
    for own, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield f"{uses} {own}", cell.cell_contents
        except ValueError:  # not set yet
            continue
    for own in _global_names(function.__code__):
        if own in function.__globals__:
            yield f"{uses} {own}", function.__globals__[own]
    for number, value in enumerate(function.__defaults__ or ()):
        yield f"default {number} of {name}", value
    for key, value in (function.__kwdefaults__ or {}).items():
        yield f"default {key!r} of {name}", value
    for key, value in vars(function).items():
        yield f"{name}.{key}", value


def _global_names(code: Any) -> Iterator[str]:
    """Yields the names that code looks up, and the functions within it."""
    yield from code.co_names
    for constant in code.co_consts:
        if inspect.iscode(constant):
            yield from _global_names(constant)


def _attributes(thing: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yields the attributes of an object; what it says itself is its state comes first."""
    if type(thing).__module__ == "functools":  # partial and its kind
        for own in ("func", "args", "keywords"):
            if hasattr(thing, own):
                yield f"{name}.{own}", getattr(thing, own)
    if isinstance(getattr(thing, "__dict__", None), dict):
        yield from ((f"{name}.{key}", value) for key, value in vars(thing).items())
    for kind in type(thing).__mro__:
        slots = vars(kind).get("__slots__", ())
        for key in (slots,) if isinstance(slots, str) else slots:
            if hasattr(thing, key):
                yield f"{name}.{key}", getattr(thing, key)


def _described(thing: Any) -> str:
    """Returns what a thing is, in a few words."""
    kind = type(thing)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    article = "an" if name.lstrip("_")[0].lower() in "aeiou" else "a"
    return f"{article} {name}"
