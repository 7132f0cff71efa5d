"""Are the quoted errors what they claim to be? Pulls over many seeds, at small budgets.

    python -m benchmarks.calibration                    200 seeds, iflow alone
    python -m benchmarks.calibration --quick            3 functions, 20 seeds: a look, not a proof
    python -m benchmarks.calibration --rtol 1e-3        with a target: what stopping does to the pulls

The pull (mean - exact) / sdev of a calibrated method has mean 0, lies within +-1 in 68.27% of runs and
within +-2 in 95.45%. Bands are such that a calibrated method is outside of any of them with a
probability of at most 1% altogether. Runs that call themselves unreliable are counted apart. The exit
status is 1 when something lies outside, or a run failed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.bands import JOINT_RATE, TESTS_EACH, WITHIN, Calibration, calibration
from benchmarks.problem import Problem, problem
from benchmarks.record import Run, Task
from benchmarks.setup import Setup, figure_option, setup_options
from benchmarks.table import print_table

# With the calls of each run.
PROBLEMS: dict[Problem, int] = {
    problem("gaussian", 4): 20_000,
    problem("gaussian", 8): 50_000,
    problem("camel", 2): 20_000,
    problem("camel", 4): 50_000,
    problem("camel", 8): 200_000,
    problem("entangled_circles", 2): 50_000,
    problem("annulus", 2): 20_000,
    problem("box", 3): 20_000,
    problem("polynomial", 18): 20_000,
    problem("ridge", 4, width=0.05): 100_000,
    problem("peaks", 4, count=3, width=0.1, seed=1): 100_000,
    problem("genz_oscillatory", 4): 20_000,
}
QUICK = (problem("gaussian", 4), problem("camel", 2), problem("annulus", 2))
_QUICK_SEEDS = 20
_COLUMNS = (
    *("integral", "calls", "reliable", "unreliable", "failed", "mean pull", "allowed", "spread"),
    *("within 1 sigma", "allowed", "within 2 sigma", "allowed", "1, 2 sigma of all runs", "outside"),
)


def tasks_of(
    method: str, setup: Setup, seeds: int, problems: Sequence[Problem], **options: object
) -> list[Task]:
    """Returns the runs to make; no two have the same seed, so that their points have nothing in common."""
    return [
        Task(
            method=method,
            problem=each,
            seed=1_000_000 * (place + 1) + seed,
            max_neval=PROBLEMS[each],
            max_seconds=setup.max_seconds,
            **options,  # type: ignore[arg-type]
        )
        for place, each in enumerate(PROBLEMS)
        if each in problems
        for seed in range(1, seeds + 1)
    ]


def reliable(runs: Sequence[Run]) -> list[Run]:
    """Returns those that ended and do not call themselves unreliable."""
    return [run for run in runs if not run.failed and run.outcome.reliable is not False]


@click.command()
@click.option(
    "--seeds", default=200, show_default=True, type=click.IntRange(2), help="Runs of each function."
)
@click.option("--quick", is_flag=True, help=f"{len(QUICK)} functions, {_QUICK_SEEDS} seeds.")
@click.option("--rtol", default=0.0, show_default=True, help="Target; 0 spends all calls.")
@click.option("--minimize", type=click.Choice(["calls", "time"]), default="time", show_default=True)
@click.option("--flow", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@figure_option
@setup_options(default_methods="iflow")
def main(
    seeds: int, quick: bool, rtol: float, minimize: str, flow: str, figure: Path | None, setup: Setup
) -> None:
    """Tests whether quoted errors cover as they should."""
    problems = QUICK if quick else tuple(PROBLEMS)
    seeds = min(seeds, _QUICK_SEEDS) if quick else seeds
    options = {"rtol": rtol, "minimize": minimize, "flow": flow}
    tasks = [t for method in setup.methods for t in tasks_of(method, setup, seeds, problems, **options)]
    runs = setup.run(tasks, fresh=False)
    groups = {
        (method, each): same
        for method in setup.methods
        for each in problems
        if (same := [run for run in runs if (run.task.method, run.task.problem) == (method, each)])
    }
    rate = JOINT_RATE / (TESTS_EACH * max(len(groups), 1))
    lines, results = [], {}
    for (method, each), same in groups.items():
        result = calibration([run.pull for run in reliable(same)], rate)
        lines.append([f"{method}: {each.label}", *_texts(same, result)])
        if result is not None:
            results[f"{method}: {each.label}" if len(setup.methods) > 1 else each.label] = result
    print_table(f"pulls over {seeds} seeds ({setup.versions})", _COLUMNS, lines)
    click.echo(
        f"{TESTS_EACH * len(groups)} numbers tested at a rate of {rate:.1e} each: of a calibrated method one "
        f"or more lie outside with a probability of at most {JOINT_RATE:.0%} (exact binomial for coverage, "
        "t for the mean, Bonferroni)"
    )
    if figure is not None:
        from benchmarks.figures import draw_calibration

        draw_calibration(results, figure)
        click.echo(f"figure: {figure}")
    failed = sum(run.failed for run in runs)
    doubted = len(runs) - failed - len(reliable(runs))
    n_outside = sum(len(result.faults) for result in results.values())
    click.echo(f"outside: {n_outside}; failed runs: {failed}; unreliable runs: {doubted}")
    sys.exit(bool(n_outside or failed))


def _texts(runs: Sequence[Run], result: Calibration | None) -> list[str]:
    n_failed, n_reliable = sum(run.failed for run in runs), len(reliable(runs))
    counts = [
        f"{runs[0].task.max_neval:,}",
        str(n_reliable),
        str(len(runs) - n_failed - n_reliable),
        str(n_failed),
    ]
    if result is None:
        return [*counts, *[""] * 8, "too few"]
    shares = [sum(abs(run.pull) <= k for run in runs) / len(runs) for k in WITHIN]
    texts = [f"{result.mean:+.2f}", f"+-{result.mean_band:.2f}", f"{result.spread:.2f}"]
    for coverage in result.coverages.values():
        low, high = (count / coverage.n for count in coverage.band)
        texts += [f"{coverage.count / coverage.n:.1%}", f"{low:.1%} - {high:.1%}"]
    return [*counts, *texts, ", ".join(f"{share:.1%}" for share in shares), ", ".join(result.faults)]


if __name__ == "__main__":
    main()
