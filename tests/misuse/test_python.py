"""Every misuse of the Python functions is refused, with a message that says what must hold."""

import re

import pytest

from tests.misuse.outcome import outcome
from tests.misuse.table import CASES, is_command

PYTHON = [case for case in CASES if not is_command(case)]


@pytest.mark.parametrize("case", PYTHON, ids=[f"{case.entry}: {case.what}" for case in PYTHON])
def test_is_refused(case):
    found = outcome(case)
    assert found.error is case.error, found.message
    assert re.search(case.says, found.message), found.message
