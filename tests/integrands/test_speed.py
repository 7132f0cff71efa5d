"""The speed benchmark runs, measures, and fails when something is slow."""

import subprocess
import sys
from pathlib import Path

import pytest

import integrands

ROOT = Path(__file__).parents[2]


def run(*words):
    command = [sys.executable, "-m", "benchmarks.integrand_speed", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_every_formula_takes_half_a_million_points_a_second():
    """A quarter of what a quiet machine must reach, in processor time: others may be busy here."""
    process = run("--points", 20_000, "--repeats", 3, "--least", 5e5)
    assert process.returncode == 0, process.stdout + process.stderr
    rows = [line.split() for line in process.stdout.splitlines()[3:]]
    assert [row[0] for row in rows] == integrands.names()
    assert dict(row[:2] for row in rows)["ridge"] == "4"
    for _, _, millions, nanoseconds, memory in rows:
        assert float(millions) * float(nanoseconds) == pytest.approx(1000, rel=0.1)
        assert 0 < float(memory) < 4


def test_a_limit_that_nothing_reaches_is_an_error():
    process = run("camel", "gluon_scattering", "--points", 1000, "--repeats", 1, "--least", 1e15)
    assert process.returncode == 1
    assert process.stderr.strip() == "slower than 1,000,000,000,000,000 points a second: camel"
