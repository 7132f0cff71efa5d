"""An expensive integrand on many workers
======================================

A call takes a millisecond in which f waits, as for a program of its own, a server or a GPU. *To learn:*
threads are enough then, and for an f that computes in Python ``workers=N`` makes N processes. The numbers are
always the same::

    python examples/17_workers.py
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "workers.png"
CALL = 1e-3


def simulation(x):
    """Returns two peaks at x [n, 3], [n]; it waits for a millisecond a point."""
    time.sleep(CALL * len(x))
    return sum(np.exp(-4.0 * np.square(x - centre).sum(axis=1)) for centre in (0.3, 0.7))


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates with ever more workers; quick=True takes a small budget, for tests."""
    crowds = (1, 4) if quick else (1, 2, 4, 8, 16, 32)
    neval, speeds, results = 400 if quick else 10_000, [], []
    options = {"rtol": 0.0, "max_neval": neval, "seed": 1, "cost": CALL, "flow": False}
    for n in crowds:
        with ThreadPoolExecutor(n) as pool:
            result = iflow.integrate(simulation, 3, executor=pool, **options)
        results, speeds = [*results, result], [*speeds, result.neval / result.seconds]
        print(f"{n:3} workers  {result}  {result.seconds:6.2f} s  {speeds[-1]:8,.0f} calls per second")
    print(f"the same result, whoever computed: {all(each == results[0] for each in results)}")
    panel = (picture := Figure(figsize=(6.0, 4.0), layout="constrained")).subplots()
    panel.plot(crowds, np.array(crowds) / CALL, color="0.7", label="if all workers always computed")
    panel.plot(crowds, speeds, "o-", color="#0072B2", label="whole runs")
    for n, speed in zip(crowds, speeds, strict=True):
        panel.annotate(f"{speed * CALL / n:.0%}", (n, speed), (6, -14), textcoords="offset points")
    panel.set(xscale="log", yscale="log", xlabel="workers", ylabel="calls per second")
    panel.margins(0.1)
    panel.xaxis.set(major_locator=FixedLocator(crowds), minor_locator=NullLocator(), major_formatter="{x:g}")
    panel.set(title=f"{results[0]} every time, from {results[0].neval:,} calls of 1 ms")
    panel.legend(frameon=False)
    figure.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
