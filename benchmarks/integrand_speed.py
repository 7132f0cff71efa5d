"""How many points a second each example integral takes on one core: points over processor time.

    python -m benchmarks.integrand_speed                  all of them, in 4 dimensions where they allow it
    python -m benchmarks.integrand_speed camel kite       some of them
    python -m benchmarks.integrand_speed --least 2e6      exit status 1 if a formula-like one is slower

"Formula-like" is everything but gluon_scattering, whose amplitude sums over hundreds of orders of gluons.
"""

from __future__ import annotations

import sys
import time
import tracemalloc

import click
import numpy as np

import integrands

NOT_A_FORMULA = {"gluon_scattering"}
_ROW = "{:<20} {:>4} {:>16} {:>14} {:>18}"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--points", default=200_000, show_default=True, help="Points in each call.")
@click.option("--repeats", default=5, show_default=True, help="Calls, of which the fastest counts.")
@click.option("--least", type=float, help="Points a second that each formula must reach.")
def main(names: tuple[str, ...], points: int, repeats: int, least: float | None) -> None:
    """Prints a line for each of NAMES: points a second, and the memory taken over that of the input."""
    click.echo(f"{points:,} points a call, the fastest of {repeats} calls")
    header = _ROW.format("integrand", "dim", "million points/s", "ns/point", "memory/input")
    click.echo(header + "\n" + "-" * len(header))
    slow = []
    for name in names or integrands.names():
        f = integrands.get(name, _dim(integrands.family(name)))
        rate, memory = measure(f, points, repeats)
        click.echo(_ROW.format(name, f.dim, f"{rate / 1e6:.2f}", f"{1e9 / rate:.0f}", f"{memory:.2f}"))
        if least is not None and rate < least and f.name not in NOT_A_FORMULA:
            slow.append(name)
    if slow:
        click.echo(f"slower than {least:,.0f} points a second: {', '.join(slow)}", err=True)
        sys.exit(1)


def _dim(family: integrands.Family) -> int:
    """Returns 4 where the family allows it, else its default."""
    return 4 if 4 in family.dims else family.default_dim


def measure(f: integrands.Integrand, points: int, repeats: int) -> tuple[float, float]:
    """Returns points a second of processor time, and the most memory taken over that of the input."""
    x = np.random.default_rng(1).random((points, f.dim))
    f(x[:5000])
    seconds = []
    for _ in range(repeats):
        begun = time.process_time()
        f(x)
        seconds.append(time.process_time() - begun)
    tracemalloc.start()
    f(x)
    memory = tracemalloc.get_traced_memory()[1] / x.nbytes
    tracemalloc.stop()
    return points / min(seconds), memory


if __name__ == "__main__":
    main()
