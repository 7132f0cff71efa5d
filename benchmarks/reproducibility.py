"""Whether equal runs give equal numbers: on one machine bit for bit, on others within a tolerance.

    python -m benchmarks.reproducibility                    the runs without a flow
    python -m benchmarks.reproducibility --all              all of them
    python -m benchmarks.reproducibility --cases grid,flow --settings "1 thread,1 core"

Each run has a process of its own, with the number of threads, the cores, the seed of hashes, and the way of
computing it that the table says. A first one, with whatever threads the libraries choose, is what all
others are compared with: "same" is equal in every bit of every number of the result and of its history;
otherwise it says by how many of its errors the estimate moved, and by which row the histories parted. The
second table stands in for other machines: other processors, by leaving out instructions that this one has,
and another Python, named by --python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from benchmarks.environment import environment
from benchmarks.repeated_run import CASES
from benchmarks.table import print_table

ROOT = Path(__file__).parents[1]
_LONGEST = 1_800.0


@dataclass(frozen=True)
class Setting:
    """What surrounds a run.

    Args:
      name: of it, in the table.
      way: how it is computed, one of `benchmarks.repeated_run.WAYS`.
      threads: that numerical libraries may use; None leaves that to them.
      n_cores: cores that the process may use; None for all.
      variables: of its environment.
      python: the interpreter; None for this one.
    """

    name: str
    way: str = "plain"
    threads: int | None = None
    n_cores: int | None = None
    variables: dict[str, str] = field(default_factory=dict)
    python: str | None = None


# The same machine.
HERE = (
    Setting("once more"),
    Setting("1 thread", threads=1),
    Setting("2 threads", threads=2),
    Setting("4 threads", threads=4),
    Setting("1 core", n_cores=1),
    Setting("hash seed", variables={"PYTHONHASHSEED": "7"}),
    Setting("2 workers", "workers"),
    Setting("3 worker threads", "threads"),
    Setting("measured by workers", "measured by workers"),
    Setting("resumed", "resumed"),
    Setting("from file, 1 thread", "from file", threads=1),
)
# NumPy's loops (by the names of NumPy 2.4), the products of OpenBLAS, TensorFlow's oneDNN and XLA as they
# are on lesser processors.
_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"
ELSEWHERE = (
    Setting("no AVX-512", variables={"NPY_DISABLE_CPU_FEATURES": _AVX512}),
    Setting("no AVX2", variables={"NPY_DISABLE_CPU_FEATURES": f"X86_V3 {_AVX512}"}),
    Setting("BLAS of Nehalem", variables={"OPENBLAS_CORETYPE": "Nehalem"}),
    Setting("no oneDNN", variables={"TF_ENABLE_ONEDNN_OPTS": "0"}),
    Setting("XLA with AVX2", variables={"XLA_FLAGS": "--xla_cpu_max_isa=AVX2"}),
    Setting("XLA with SSE4", variables={"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2"}),
)


@dataclass(frozen=True)
class Gap:
    """How two runs differ.

    Args:
      moved: the largest difference of means, in units of the error there; 0 where they are equal.
      row: the first row of the histories that differs, from 1; 0 where none does.
      is_same: whether all numbers are equal, bit for bit.
    """

    moved: float
    row: int
    is_same: bool

    def __str__(self) -> str:
        """Returns it as it stands in the table."""
        if self.is_same:
            return "same"
        return f"{self.moved:.1e} sdev" + (f", row {self.row}" if self.row else "")


def gap_of(first: dict[str, Any], other: dict[str, Any]) -> Gap:
    """Returns how two runs differ, by what `repeated_run.numbers_of` says of them."""
    means, others, sdevs = (
        [float.fromhex(text) for text in texts] for texts in (first["mean"], other["mean"], first["sdev"])
    )
    moved = max(
        abs(mean - there) / sdev if sdev > 0.0 else float(mean != there)
        for mean, there, sdev in zip(means, others, sdevs, strict=True)
    )
    pairs = list(zip(first["rows"], other["rows"], strict=False))
    parted = next((n for n, (row, there) in enumerate(pairs, start=1) if row != there), 0)
    if not parted and len(first["rows"]) != len(other["rows"]):
        parted = len(pairs) + 1
    return Gap(moved, parted, first["digest"] == other["digest"])


def numbers(case: str, setting: Setting) -> dict[str, Any]:
    """Returns the numbers of a run in a process of its own.

    Raises:
      RuntimeError: if it fails.
    """
    command = [setting.python or sys.executable, "-m", "benchmarks.repeated_run", case, setting.way]
    if setting.n_cores is not None:  # before anything is imported that counts them
        cores = sorted(os.sched_getaffinity(0))[: setting.n_cores]
        confine = f"import os, sys; os.sched_setaffinity(0, {cores}); os.execv(sys.argv[1], sys.argv[1:])"
        command = [command[0], "-c", confine, *command]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(setting.threads) | setting.variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST,
    )
    if done.returncode:
        raise RuntimeError(f"{case}, {setting.name}: {done.stderr.strip().splitlines()[-1]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(case: str, settings: Iterable[Setting]) -> list[tuple[str, str]]:
    """Returns for each setting its name and how its run differs from the first."""
    first, rows = numbers(case, Setting("first")), []
    for setting in settings:
        try:
            told = str(gap_of(first, numbers(case, setting)))
        except RuntimeError as error:
            told = f"failed: {error}"
        rows.append((setting.name, told))
        click.echo(f"{case:<14} {setting.name:<22} {told}", err=True)
    return rows


@click.command()
@click.option("--cases", default="", help=f"Of {', '.join(CASES)}; separated by commas.")
@click.option("--settings", default="", help="Names in the tables, separated by commas.")
@click.option("--all", "with_flow", is_flag=True, help="The runs with a flow too.")
@click.option("--python", "others", multiple=True, help="Another interpreter, with iflow's dependencies.")
def main(cases: str, settings: str, with_flow: bool, others: tuple[str, ...]) -> None:
    """Compares runs that are to be equal; ends with 1 if those of the same machine are not."""
    chosen = (
        cases.split(",") if cases else [n for n, case in CASES.items() if with_flow or not case.takes_seconds]
    )
    wanted = set(settings.split(",")) if settings else None
    elsewhere = (*ELSEWHERE, *(Setting(f"by {path}", python=path) for path in others))
    n_different = 0
    for title, group in (("on this machine", HERE), ("as on others", elsewhere)):
        group = tuple(one for one in group if wanted is None or one.name in wanted)
        if not group:
            continue
        told = {case: dict(compare(case, group)) for case in chosen}
        rows = [(one.name, *(told[case][one.name] for case in chosen)) for one in group]
        print_table(title, ("setting", *chosen), rows)
        if group[0] in HERE:
            n_different = sum(text != "same" for row in rows for text in row[1:])
    sys.exit(1 if n_different else 0)


if __name__ == "__main__":
    main()
