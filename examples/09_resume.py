"""A run that is killed and goes on
================================

Batch queues kill runs. Here a process with a checkpoint gets SIGKILL, which no program can catch, and another
goes on. *To learn:* a kill costs the batch that is under way; nothing on disk is computed again, and the end
is that of a run that nobody disturbed, to the last bit::

    python examples/09_resume.py
"""

import json
import sys
import time
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

import numpy as np
from matplotlib.figure import Figure

import iflow
from iflow.plots import styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "resume.png"


def two_peaks(x, tell=print):
    """Returns f at x [n, 4], [n], at 50 us a point, and tells when it has computed how many."""
    for part in np.array_split(x, len(x) // 250 + 1):
        time.sleep(5e-5 * len(part))
        tell([time.time(), len(part)])
    return sum(np.exp(-25 * np.square(x - centre).sum(axis=1)) for centre in (1 / 3, 2 / 3))


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Kills a run, resumes it, and draws both; quick=True takes a small budget, for tests."""
    rtol, whole, second = 1e-2 if quick else 1e-4, [], []
    alone = iflow.integrate(lambda x: two_peaks(x, whole.append), 4, rtol=rtol, seed=1)
    with TemporaryDirectory() as place:
        run = [sys.executable, "-um", "iflow", "integrate", f"{__file__}:two_peaks", "--dim=4", "--seed=1"]
        with Popen([*run, f"--rtol={rtol}", f"--checkpoint={place}/run"], stdout=PIPE) as child:
            first = [json.loads(child.stdout.readline()) for _ in range(3 * len(whole) // 4)]
            child.kill()
        again = iflow.resume(f"{place}/run", lambda x: two_peaks(x, second.append))
    print(f"undisturbed {alone.mean.hex()}, resumed {again.mean.hex()}, all the same: {again == alone}")
    panel = (canvas := Figure(figsize=(6.0, 4.0), layout="constrained")).subplots()
    kept = again.neval - sum(n for _, n in second)  # but for some by which f is known again
    for rows, t, n, color in ((whole, whole, 0, "0.7"), (first, first, 0, "C0"), (second, first, kept, "C1")):
        panel.step(np.transpose(rows)[0] - t[0][0], n + np.cumsum(rows, axis=0)[:, 1], color=color)
    panel.plot(first[-1][0] - first[0][0], sum(n for _, n in first), "X", color="black", markersize=9)
    panel.set(xlabel="seconds", ylabel="evaluations", title=f"{again} both times, to the last bit")
    panel.legend(["nobody disturbs it", "killed", "resumed", "SIGKILL"])
    figure.parent.mkdir(parents=True, exist_ok=True)
    canvas.savefig(figure, dpi=150)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
