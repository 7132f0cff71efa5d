"""The table of misuses covers everything that is public, and says what is told today."""

import inspect
import sys
from collections import Counter
from importlib.metadata import version

import pytest

import iflow
from iflow.cli.commands import COMMANDS
from tests.misuse.outcome import outcome
from tests.misuse.page import PAGE, REMAKE, markdown, plain
from tests.misuse.table import CASES, ENTRY_POINTS, LEAST

ENTRIES = {case.entry for case in CASES}


@pytest.mark.parametrize("entry_point", ENTRY_POINTS)
def test_every_entry_point_has_enough_rows(entry_point):
    assert sum(map(len, ENTRY_POINTS[entry_point].values())) >= LEAST


def takes_arguments(function):
    parameters = inspect.signature(function).parameters.values()
    return any(p.name not in ("self", "cls") for p in parameters)


def public_entries():
    """Yields the functions and classes of iflow, and methods that take arguments and are its own."""
    for name in iflow.__all__:
        thing = getattr(iflow, name)
        if not callable(thing):
            continue
        yield name
        for method, function in inspect.getmembers(thing, callable) if inspect.isclass(thing) else ():
            own = getattr(function, "__module__", "") or ""
            if not method.startswith("_") and own.startswith("iflow") and takes_arguments(function):
                yield f"{name}.{method}"


# `Executor`'s own interface, which only iflow calls, and what `Change` has for its region.
INTERFACES = {"RayExecutor.submit", "RayExecutor.share", "Change.look", "Change.forward_and_log_det"}


@pytest.mark.parametrize("entry", sorted(set(public_entries()) - INTERFACES))
def test_everything_public_occurs(entry):
    # A class that only iflow makes occurs by its methods.
    assert any(each == entry or each.startswith(f"{entry}.") for each in ENTRIES)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_occurs(command):
    assert f"iflow {command.name} (command)" in ENTRIES


def test_no_row_is_there_twice():
    counts = Counter((case.entry, case.what) for case in CASES)
    assert [row for row, n in counts.items() if n > 1] == []


def test_messages_are_complete_sentences():
    bare = ("Traceback", "NoneType' object", "object is not iterable", "unsupported operand", "0x")
    told = {case.what: plain(outcome(case).message) for case in CASES}
    assert [what for what, text in told.items() if any(word in text for word in bare)] == []


def is_older(package, least):
    return tuple(map(int, version(package).split(".")[:2])) < least


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the page has what Python 3.11 itself says")
@pytest.mark.skipif(
    is_older("numpy", (2, 4)) or is_older("click", (8, 4)),
    reason="the page has what NumPy 2.4 and click 8.4 themselves say",
)
def test_page_is_what_the_table_makes():
    assert PAGE.read_text(encoding="utf-8") == markdown(), f"run: {REMAKE}"
