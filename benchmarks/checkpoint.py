"""What a checkpoint costs, and whether a run that is killed ends as if it had not been.

    python -m benchmarks.checkpoint                     25 random kills, and the overhead at batch 10,000
    python -m benchmarks.checkpoint --kills 3 --pairs 10

The overhead is a ratio within one process: batches with and without a checkpoint take turns, of an
integrand that takes 10 microseconds a call. Kills are real: SIGKILL at a random one of all the places before
and after each evaluation, and before and after each file gets its name; a run is killed up to three times,
and its points are counted by what the integrand itself has written down.
"""

from __future__ import annotations

import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np

import iflow
from benchmarks import killed_run
from benchmarks.table import print_table
from iflow.checkpoint import open_run

ROOT = Path(__file__).parents[1]
_COST, _BATCH = 1e-5, 10_000


@click.command()
@click.option("--kills", default=25, show_default=True, type=click.IntRange(0), help="Runs to kill.")
@click.option("--pairs", default=100, show_default=True, type=click.IntRange(1), help="Batches of each kind.")
@click.option("--seed", default=1, show_default=True, help="Of the places to kill at.")
def main(kills: int, pairs: int, seed: int) -> None:
    """Measures checkpoints."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [overhead(Path(folder, str(dim)), dim, pairs) for dim in (4, 8, 16)]
        columns = ("dim", "plain ms", "kept ms", "overhead", "state ms")
        print_table(f"a batch of {_BATCH:,} calls of {1e6 * _COST:g} us", columns, rows)
        if kills:
            click.echo(f"\n{killed_runs(Path(folder), kills, random.Random(seed))}")


def overhead(folder: Path, dim: int, pairs: int) -> tuple[str, ...]:
    """Returns medians: a batch without and with a checkpoint, and the state of the run."""
    integrator = iflow.Integrator(_busy, dim, checkpoint=folder, seed=1)
    sampler, recorder, rng = integrator._sampler, integrator._recorder, np.random.default_rng(1)
    assert recorder is not None
    seconds: dict[str, list[float]] = {"plain": [], "kept": [], "state": []}
    for _ in range(pairs):
        for kind, phase in (("plain", ""), ("kept", "measurement")):
            u = rng.random((_BATCH, dim))
            begun = time.perf_counter()
            sampler.draw(u, sampler.uniform, phase)
            seconds[kind].append(time.perf_counter() - begun)
        begun = time.perf_counter()
        recorder.keep()
        seconds["state"].append(time.perf_counter() - begun)
    plain, kept, state = (statistics.median(seconds[kind]) for kind in ("plain", "kept", "state"))
    return (
        str(dim),
        f"{1e3 * plain:.2f}",
        f"{1e3 * kept:.2f}",
        f"{kept / plain - 1.0:.2%}",
        f"{1e3 * state:.2f}",
    )


def _busy(x: np.ndarray) -> np.ndarray:
    """A Gaussian that takes 10 microseconds a point."""
    end = time.perf_counter() + _COST * len(x)
    values: np.ndarray = killed_run.integrand(x)
    while time.perf_counter() < end:
        pass
    return values


def killed_runs(folder: Path, n: int, rng: random.Random) -> str:
    """Returns what became of runs that were killed, in a sentence."""
    n_sites = int(run_until(folder / "whole", folder / "whole points", None).stdout)
    expected = open_run(folder / "whole").result
    same = n_kills = again = n_processes = 0
    for number in range(n):
        where, log = folder / f"run {number}", folder / f"points {number}"
        for site in [*(rng.randint(1, n_sites) for _ in range(rng.randint(1, 3))), None]:
            before, n_before = stored_points(where), len(logged_points(log))
            process = run_until(where, log, site)
            n_kills += process.returncode == -signal.SIGKILL
            again += sum(point in before for point in logged_points(log)[n_before:])
            n_processes += bool(before)
        same += open_run(where).result == expected
    return (
        f"{n} runs, {n_kills} kills at random among {n_sites} places: {same} of {n} results identical, "
        f"evaluations counted included; of the points that were on disk, {again} were computed again by "
        f"{n_processes} resumptions: {again / max(n_processes, 1):.1f} each, to see that f is the same"
    )


def stored_points(folder: Path) -> set[bytes]:
    """Returns the points that are on disk."""
    if not (folder / "run.json").exists():
        return set()
    return {point.tobytes() for each in open_run(folder).batches() for point in each.batch.x}


def run_until(folder: Path, log: Path, site: int | None) -> subprocess.CompletedProcess[str]:
    """Begins a run, or goes on with it, in a process that kills itself at a site; None lets it live."""
    command = [sys.executable, "-m", "benchmarks.killed_run", str(folder), str(log), str(site or -1)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    if process.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(process.stderr)
    return process


def logged_points(log: Path) -> list[bytes]:
    """Returns the points that an integrand has written down, in order."""
    points = np.fromfile(log).reshape(-1, killed_run.DIM) if log.exists() else []
    return [point.tobytes() for point in points]


if __name__ == "__main__":
    main()
