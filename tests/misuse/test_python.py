"""Every misuse of the Python functions is refused, with a message that says what must hold."""

import re

import pytest

from tests.misuse.outcome import outcome
from tests.misuse.table import CASES, ENTRY_POINTS, is_command

# Those of files are tried by themselves, with an eye on what a file could have run.
OF_FILES = {case for cases in ENTRY_POINTS["Reading files"].values() for case in cases}
PYTHON = [case for case in CASES if not is_command(case) and case not in OF_FILES]


@pytest.mark.parametrize("case", PYTHON, ids=[f"{case.entry}: {case.what}" for case in PYTHON])
def test_is_refused(case):
    found = outcome(case)
    assert found.error is case.error, found.message
    assert re.search(case.says, found.message), found.message
