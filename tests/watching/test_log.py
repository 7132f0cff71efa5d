"""The run as log lines."""

import logging
import math
import subprocess
import sys

import numpy as np
import pytest

import iflow
from iflow.history import Iteration
from iflow.watching.log import line

EASY = {"flow": False, "max_neval": 5_000, "seed": 1, "cost": 1e-3}


def f(x):
    return np.exp(x[:, 0])


def test_a_line_of_training():
    row = Iteration(
        "training",
        2_000,
        12_511,
        1.2,
        0.1,
        3.7,
        0.2,
        proposal="flow",
        beta=0.25,
        n_needed=4e4,
        ess=20.0,
        loss=0.5,
    )
    assert line(row) == (
        "training    flow             12,511 evaluations  1.20(10)  rel. error 8.3e-02  ess 20  "
        "4.0e+04 points to the target  learns |f|^0.25  loss 0.5"
    )


def test_a_line_of_the_measurement_is_about_all_rounds():
    row = Iteration(
        "measurement", 9, 99, 0.0, 9.0, 1.0, 1.0, 2.0, 0.01, proposal="grid", ess=9.0, running_ess=1234.5
    )
    assert line(row) == (
        "measurement grid                 99 evaluations  2.000(10)  rel. error 5.0e-03  ess 1,234"
    )


def test_a_row_that_found_nothing_has_a_line_too():
    row = Iteration("survey", 9, 99, 0.0, math.inf, math.inf, 1.0, ess=0.0, n_needed=math.inf)
    assert "0 +- inf  rel. error inf  ess 0" in line(row)


def test_rows_and_result_are_info_and_decisions_debug(caplog):
    caplog.set_level("DEBUG", "iflow")
    result = iflow.integrate(f, 1, **EASY)
    levels = {
        level: [r.getMessage() for r in caplog.records if r.levelname == level] for level in ("INFO", "DEBUG")
    }
    assert levels["INFO"][: len(result.history)] == [line(row) for row in result.history]
    assert levels["INFO"][len(result.history)].startswith(
        f"result {result} after {result.neval:,} evaluations"
    )
    assert levels["INFO"][len(result.history)].endswith("stopped by target")
    assert any(text.startswith("no further round") for text in levels["DEBUG"])
    assert any(text.startswith("measuring with nets from ") for text in levels["DEBUG"])
    assert {record.name for record in caplog.records} == {"iflow"}


def test_doubts_are_warnings(caplog):
    caplog.set_level("WARNING", "iflow")
    result = iflow.integrate(lambda x: np.zeros(len(x)), 2, max_neval=1_000, seed=1)
    assert not result.reliable
    assert [record.getMessage() for record in caplog.records] == list(result.warnings)


def test_how_the_run_went_is_told_after_the_doubts(caplog):
    caplog.set_level("INFO", "iflow")
    result = iflow.integrate(f, 1, **EASY | {"cost": 1.0})
    (told,) = result.circumstances
    assert told.startswith("a call of f was taken to cost 1 s")
    assert caplog.records[-1].getMessage() == told
    assert caplog.records[-1].levelname == "INFO"


@pytest.mark.parametrize("host", ["", "import logging; logging.basicConfig(level='ERROR')"])
def test_not_a_byte_is_written_unless_the_host_wants_it(host):
    script = (
        f"{host}\nimport numpy as np, iflow\niflow.integrate(lambda x: np.zeros(len(x)), 2, max_neval=1000)"
    )
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert (process.stdout, process.stderr) == (b"", b"")


def test_the_logging_of_the_host_is_left_alone():
    logger, root = logging.getLogger("iflow"), logging.getLogger()
    before = (logger.level, logger.propagate, len(logger.handlers), root.level, list(root.handlers))
    iflow.integrate(f, 1, **EASY)
    assert before == (logger.level, logger.propagate, len(logger.handlers), root.level, list(root.handlers))
    assert (logger.level, logger.propagate) == (logging.NOTSET, True)
    assert [type(handler) for handler in logger.handlers] == [logging.NullHandler]
