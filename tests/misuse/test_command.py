"""Every command line that makes no sense ends with status 1 and a sentence."""

import re

import pytest

from tests.misuse.outcome import outcome
from tests.misuse.table import CASES, is_command

COMMANDS = [case for case in CASES if is_command(case)]


@pytest.mark.parametrize("case", COMMANDS, ids=[f"{case.entry}: {case.what}" for case in COMMANDS])
def test_exits_with_1(case):
    found = outcome(case)
    assert found.error is SystemExit, found.message
    assert found.message.startswith("Error: ")
    assert re.search(case.says, found.message), found.message
