"""Watching the flow learn
==========================

Two thin rings through each other, each bright on its outer side: no grid along the axes can follow them. A
flow of quadratic couplings begins as the uniform density and ends on the rings. The points that are shown are
made of the same latents in every scene, so that one sees them flow.

The loop is what training is: draw points, evaluate :math:`f`, let the optimiser lower the divergence on all
that was drawn so far. The mean of :math:`f(x) / q(x)` estimates the integral without bias, whatever the flow has
learned; only the error shrinks. Once the flow is frozen, batches are added up.

Run it with ``python examples/12_learning.py``: it writes ``figures/learning.gif`` and its last scene as PNG.
"""

from pathlib import Path

import numpy as np

import integrands
from iflow.options import FlowOptions, TrainingOptions
from iflow.plots import Scene, Subject, film

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "learning.gif"
SIDE = 96


def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Trains, measures and films; quick=True takes a few scenes, for tests."""
    from iflow.flow import build_flow
    from iflow.training import Trainer

    f, rng = integrands.get("entangled_circles"), np.random.default_rng(1)
    flow = build_flow(2, FlowOptions(coupling="quadratic", bins=32), seed=1)
    trainer = Trainer(flow, TrainingOptions(batch=1024))
    middle = (np.arange(SIDE) + 0.5) / SIDE
    lattice = np.stack(np.meshgrid(middle, middle, indexing="ij"), axis=-1).reshape(-1, 2)
    latents, scenes, neval = rng.random((350, 2)), [], 0
    rows, measured, n_training, n_measuring = [], np.empty(0), *((3, 2) if quick else (60, 14))
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
            trainer.fit(*map(np.concatenate, zip(*rows, strict=True)), steps=2 + 2 * number // 5, rng=rng)
    pull = (mean - f.exact) / sdev
    print(f"{mean:.7f} +- {sdev:.7f}, exact {f.exact:.7f}, pull {pull:+.2f}, {neval:,} calls")
    figure.parent.mkdir(parents=True, exist_ok=True)
    film(scenes, Subject(f(lattice).reshape(SIDE, SIDE) / f.exact, f.exact), figure, poster=True)
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
