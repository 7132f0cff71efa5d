"""Plain Monte Carlo, VEGAS and iflow at equal numbers of calls, over several seeds.

    python -m benchmarks.equal_budget                       the default integrands, 500,000 calls
    python -m benchmarks.equal_budget camel:4 --seeds 5     one of them

Prints the median and the range of the relative error that each method reports, and its largest pull
against the exact value. All methods run one after the other in the same process, on the same cores.
"""

from __future__ import annotations

import math
from statistics import median

import click

import integrands
from iflow import Comparison, compare

DEFAULT = ("camel:4", "entangled_circles:2", "box:3", "gaussian:4")
_COLUMNS = "{:<22} {:<18} {:>8} {:>19} {:>8} {:>8} {:>10} {:>10}"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seeds", default=5, show_default=True, help="Runs of each integrand.")
@click.option("--max-neval", default=500_000, show_default=True, help="Calls of each method.")
@click.option("--dtype", default="float32", show_default=True, help="Type the flow computes in.")
def main(names: tuple[str, ...], seeds: int, max_neval: int, dtype: str) -> None:
    """Compares the methods on integrands NAMES, each as name:dim."""
    header = _COLUMNS.format(
        "integrand", "method", "median", "range", "largest", "doubted", "calls", "seconds"
    )
    click.echo(f"relative errors at {max_neval:,} calls, {seeds} seeds, flow in {dtype}")
    click.echo(header + "\n" + "-" * len(header))
    for name in names or DEFAULT:
        family, _, dim = name.partition(":")
        f = integrands.get(family, int(dim) if dim else None)
        runs = [
            compare(f, f.dim, max_neval=max_neval, seed=seed, dtype=dtype) for seed in range(1, seeds + 1)
        ]
        if f.exact is None:
            raise click.ClickException(f"{name} has no exact value to compare with")
        for line in _lines(f"{family} {f.dim}", runs, f.exact):
            click.echo(line)


def _lines(label: str, comparisons: list[Comparison], exact: float) -> list[str]:
    """Returns a line a method."""
    lines = []
    for same_method in zip(*(comparison.runs for comparison in comparisons), strict=True):
        errors = [run.sdev / abs(run.mean) if run.mean else math.inf for run in same_method]
        pulls = [abs(run.pull(exact)) for run in same_method]
        doubted = [run.reliable for run in same_method].count(False)
        lines.append(
            _COLUMNS.format(
                label,
                same_method[0].method,
                f"{median(errors):.1e}",
                f"{min(errors):.1e} to {max(errors):.1e}",
                f"{max(pulls):.1f} sd",
                f"{doubted}" if same_method[0].reliable is not None else "",
                f"{max(run.neval for run in same_method):,}",
                f"{median(run.seconds for run in same_method):.1f}",
            )
        )
    return lines


if __name__ == "__main__":
    main()
