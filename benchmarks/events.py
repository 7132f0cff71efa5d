"""Unweighted events of the camel in 4 dimensions against exact draws, over several seeds.

    python -m benchmarks.events
    python -m benchmarks.events --rtol 1e-3 --seeds 3

For every seed: training to the target, unweighting, a two-sample test of the events, and the efficiency
that is reported against one measured with fresh weighted points. Fails when a test has p < 1e-4 or an
efficiency is off by more than 5%.
"""

from __future__ import annotations

import sys
import time

import click
import numpy as np

import integrands
from benchmarks.camel_events import exact_draws, p_value
from benchmarks.table import print_table
from iflow import Integrator

_LEVEL, _MOST_OFF, _N_FRESH = 1e-4, 0.05, 400_000
_COLUMNS = ("seed", "evaluations", "efficiency", "effective", "off by", "overweights", "largest", "p", "s")


@click.command()
@click.option("--n", default=100_000, show_default=True, help="Events.")
@click.option("--seeds", default=10, show_default=True, help="Runs.")
@click.option("--rtol", default=1e-4, show_default=True, help="Target of the training.")
def main(n: int, seeds: int, rtol: float) -> None:
    """Makes and tests events."""
    rows, n_failed = [], 0
    for seed in range(1, seeds + 1):
        integrator = Integrator(integrands.get("camel", 4), 4, rtol=rtol, seed=seed, flow=False)
        begun = time.perf_counter()
        events = integrator.unweight(n)
        seconds = time.perf_counter() - begun
        report = events.unweighting
        if report is None:
            raise ValueError("unweighted events must have a report, got none")
        fresh = np.abs(integrator.sample(_N_FRESH).weights) / report.maximum
        off = report.efficiency / float(np.minimum(fresh, 1.0).mean()) - 1.0
        p = p_value(events.points, events.weights, exact_draws(n, 4, seed=1_000 + seed))
        n_failed += p < _LEVEL or abs(off) > _MOST_OFF
        numbers = (f"{report.neval:,}", f"{report.efficiency:.4f}", f"{report.effective_efficiency:.4f}")
        overweights = (f"{report.overweight_integral:.2%}", f"{report.largest_overweight:.3f}")
        rows.append([str(seed), *numbers, f"{off:+.2%}", *overweights, f"{p:.3f}", f"{seconds:.1f}"])
    print_table(f"{n:,} unweighted events of camel 4, trained to {rtol:g}", _COLUMNS, rows)
    click.echo(f"failed: {n_failed} of {seeds}; p is that of 22 projections together")
    sys.exit(bool(n_failed))


if __name__ == "__main__":
    main()
