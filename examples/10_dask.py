"""On a Dask cluster
=================

An integrand of 5 ms a point on 1, 2 and 4 workers. *To learn:* ``executor=client`` is all it takes, and the
numbers are the same to the last bit. A bar is a chunk of points on a worker, as the cluster tells it. The
workers are threads here; on a batch system the client is that of a ``SLURMCluster`` of dask-jobqueue::

    python examples/10_dask.py
"""

import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "dask.png"


def simulation(x):
    """Returns two peaks at x [n, 3], [n]; it waits, as for a program, a server or a GPU."""
    time.sleep(5e-3 * len(x))
    return sum(np.exp(-4.0 * np.square(x - centre).sum(axis=1)) for centre in (0.3, 0.7))


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Integrates on ever more workers; quick=True takes a small budget, for tests."""
    try:
        from distributed import Client, get_task_stream
    except ImportError:
        raise SystemExit("this example needs Dask: pip install 'iflow[dask]'") from None
    canvas, crowds = Figure(figsize=(6.0, 4.5), layout="constrained"), (1, 2) if quick else (1, 2, 4)
    panels = canvas.subplots(len(crowds), sharex=True, height_ratios=crowds)
    options = {"rtol": 0.0, "max_neval": 100 if quick else 2_000, "seed": 1, "cost": 5e-3, "flow": False}
    quiet = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}
    with Client(n_workers=1, threads_per_worker=1, processes=False, **quiet) as client:
        for n, panel in zip(crowds, panels, strict=True):
            client.cluster.scale(n)
            client.wait_for_workers(n)
            with get_task_stream(client) as stream:
                result = iflow.integrate(simulation, 3, executor=client, **options)
            speed = f"{n} worker{'s' * (n > 1)}: {result.neval / result.seconds:,.0f} calls per second"
            start, stop = ([task["startstops"][0][end] for task in stream.data] for end in ("start", "stop"))
            lanes, times = [task["worker"] for task in stream.data], np.subtract([start, stop], min(start))
            panel.barh(lanes, times[1] - times[0], left=times[0], color="#0072B2", edgecolor="white")
            panel.set(title=speed, yticks=[])
            print(f"{speed}, {result}")
    panels[-1].set(xlabel="seconds")
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
