"""Watching the flow learn
=======================

No grid along the axes can follow two rings through each other. A flow of quadratic couplings begins as the
uniform density and ends on them. The points shown have the same latents in every scene: one sees them flow.

The loop is what training is: draw points, evaluate :math:`f`, let the optimiser lower the divergence on all
that was drawn so far. The mean of :math:`f(x) / q(x)` estimates the integral without bias, whatever the flow
has learned; only the error shrinks. Once the flow is frozen, batches are added up.

Run it with ``python examples/12_learning.py``: it writes ``figures/learning.gif`` and its last scene as PNG.
"""

from pathlib import Path

import numpy as np

import integrands
from iflow.flow import build_flow
from iflow.options import FlowOptions, TrainingOptions
from iflow.plots import Scene, Subject, film
from iflow.training import Trainer

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "learning.gif"
SIDE = 96  # of the lattice that the density is looked at on


def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Trains, measures and films; quick=True takes a few scenes, for tests."""
    f, rng = integrands.get("entangled_circles"), np.random.default_rng(1)
    n_training, n_measuring = (3, 2) if quick else (60, 14)
    flow = build_flow(2, FlowOptions(coupling="quadratic", bins=32), seed=1)
    trainer = Trainer(flow, TrainingOptions(batch=1024))
    middle = (np.arange(SIDE) + 0.5) / SIDE
    lattice = np.stack(np.meshgrid(middle, middle, indexing="ij"), axis=-1).reshape(-1, 2)
    latents, scenes, rows, measured, neval = rng.random((350, 2)), [], [], np.empty(0), 0
    for number in range(n_training + n_measuring):
        training = number < n_training
        x, log_q = flow.place(rng.random((500 if training else 6_000, 2)))
        weight = f(x) / np.exp(log_q)
        neval += len(x)
        measured = measured if training else np.append(measured, weight)
        counted = weight if training else measured
        mean, sdev = counted.mean(), counted.std(ddof=1) / np.sqrt(len(counted))
        density = np.exp(flow.log_density(lattice)).reshape(SIDE, SIDE)
        scenes.append(Scene(density, flow.place(latents)[0], neval, mean, sdev, not training))
        if training:
            rows.append((x, np.log(f(x)), log_q))
            sample = [np.concatenate(each) for each in zip(*rows, strict=True)]
            trainer.fit(*sample, steps=2 + 2 * number // 5, rng=rng)
            if number == n_training - 1:  # at the end, the variance itself
                trainer.polish(*sample, steps=20 if quick else 200, rng=rng)
    print(f"{mean:.7f} +- {sdev:.7f}, pull {(mean - f.exact) / sdev:+.2f}, {neval:,} calls")
    figure.parent.mkdir(parents=True, exist_ok=True)
    film(scenes, Subject(f(lattice).reshape(SIDE, SIDE) / f.exact, f.exact), figure, poster=True)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
