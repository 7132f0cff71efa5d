"""The one call."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

from iflow.history import Iteration
from iflow.integrator import Integrator
from iflow.result import Result
from iflow.several.results import Results


def integrate(
    f: Callable[..., Any],
    region: Any,
    *,
    rtol: float = 1e-3,
    atol: float = 0.0,
    max_neval: int = 1_000_000,
    max_seconds: float = math.inf,
    seed: int | None = None,
    minimize: str = "time",
    cost: float | None = None,
    points: str = "sobol",
    component: Any = None,
    norm: str | Callable[[Any], Any] = "l2",
    correlate: bool = True,
    log: bool = False,
    on_error: str = "raise",
    on_nonfinite: str = "raise",
    flow: bool | str = "auto",
    coupling: str | type[Any] = "quadratic",
    bins: int = 16,
    hidden: Sequence[int] = (32, 32),
    activation: str = "leaky-relu",
    encoding: str = "one-blob",
    masks: str | Sequence[Sequence[bool]] = "log2",
    repeats: int | None = None,
    dtype: str = "float32",
    divergence: str = "kl",
    learning_rate: float = 3e-3,
    batch: int = 2048,
    steps: int = 60,
    progress: bool | Callable[[Iteration], Any] = False,
    callback: Callable[[Iteration], Any] | None = None,
    tensorboard: str | os.PathLike[str] | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    executor: Any = None,
    workers: int | None = None,
    retries: int = 2,
    timeout: float | None = None,
    offload: str = "auto",
    **unknown: Any,
) -> Result | Results:
    """Integrates f over a region by Monte Carlo with importance sampling from a learned proposal.

        I = integral f(x) dx = E_q[f(x) / q(x)]

    Several kinds of q compete: uniform points, the VEGAS grid, a smooth grid, a mixture of Gaussians, cells
    that are small where f varies (up to 4 dimensions) and the flow. They learn from evaluations of f; the
    best is frozen, and only fresh points drawn from it make up the result, so it is unbiased however well or
    badly it was learned. A kind is tried only where that is expected to save more than it costs, the flow
    last.

    Args:
      f: vectorised function, x float64 [n, dim] -> [n]; never called at the region's boundary. An array
        [n, ...] or a dict of arrays are several integrals at once, with their covariance; values may be
        complex. A function of one point, [dim] -> a number, is recognised and called point by point;
        functions of PyTorch, JAX, numba and C are taken too (see `iflow.integrand.Integrand`). One made of
        TensorFlow's operations is traced, and computed in the graph of the flow that draws its points.
      region: an integer d for the unit cube [0, 1]^d, or a sequence of (low, high) pairs in the units
        of x; infinite limits are allowed, f is then looked for first and the maps are moved to it. Or
        a dict of such pairs by name, {"x": (0, 1), "theta": (0, math.pi)}: f is called as f(x=..., theta=...)
        with arrays [n]. In place of a pair: `iflow.Integers(low, high)` for a sum, an `iflow.Change` of
        variables, `iflow.ball(d)`, `iflow.sphere(d)`, `iflow.simplex(d)` (see `iflow.domain.Domain`).
      rtol: relative error to reach, for every integral unless `component` names one; of a complex one, of
        its absolute value. 0 (with atol = 0) uses the whole budget.
      atol: absolute error to reach, in units of the integral; the larger of the two targets holds.
      max_neval: evaluations of f at most, survey and training included; never exceeded.
      max_seconds: wall-clock limit in seconds, looked at between rounds.
      seed: repeats the run bit for bit on the same machine; None draws one (see `Result.seed`).
      minimize: what the choice of a proposal saves: "time" (the integrand's and the engine's own) or
        "calls".
      cost: seconds of one call of f; when not given it is measured, or, with a seed, taken as 1e-5, so
        that a seed alone repeats a run.
      points: "sobol" measures with scrambled Sobol points in at least 16 replicates, each displaced by some
        of its intervals, "random" with pseudo-random ones.
      component: where f returns several integrals, the one whose error has to meet the target, and whose |f|
        is learned: its name, its index, or (name, index). None for all of them.
      norm: what is learned of all that count, each relative to its own size: "l2", "l1", "max", or a function
        of the values [n, k] -> [n].
      correlate: whether several integrals know their covariance; False for thousands of them.
      log: whether f returns log|f|: for evidences of e^-4000 or e^+2000. See `Result.log_mean`.
      on_error: what becomes of a point at which f raises: "raise" ends the run with that exception, "skip"
        counts f as 0 there. The result tells how many points were skipped, and what they could amount to: it
        is not reliable where that exceeds its error. A batch of a vectorised f that raises is computed
        again in parts until the points that do it are alone; `max_neval` does not bound that, see
        `Result.n_searched`. Wrong shapes end the run in any case, and so do MemoryError, ImportError, and an
        f that raises at more than half of the points.
      on_nonfinite: what becomes of a point at which f is nan or inf (with `log`: nan or +inf): "raise" ends
        the run with a ValueError that tells how many, where, and what; "zero" counts f as 0 there. Of
        several integrals all count as 0 at a point at which one is nan or inf, so that all are over the
        same points. The result tells how many there were (`Result.n_nonfinite`), and what they could
        amount to, as with `on_error`. A run that ended so can go on: `iflow.resume(checkpoint, f,
        on_nonfinite="zero")`.
      flow: "auto" trains a flow where it pays, True always, False never.
      coupling: kind of the flow's densities: "linear" (histograms), "quadratic" or "rational-quadratic",
        or a class of one's own (see `iflow.options.FlowOptions`).
      bins: bins of each of them.
      hidden: hidden layers of the flow's networks.
      activation: between their layers, "leaky-relu", "relu", "elu" or "tanh".
      encoding: what the networks see of a coordinate, "one-blob" or "none".
      masks: which coordinates each coupling draws: "log2", "antichain" (fewer couplings), "random",
        "checkerboard", or booleans [couplings, dim], False where a coupling draws.
      repeats: how often the flow repeats its sequence of masks; None for once, or for twice where that
        would be only two linear couplings.
      dtype: type the flow is trained in, "float32" or "float64"; points are drawn in float64.
      divergence: what training minimises: "kl", "chi2", "exponential", "hellinger" or "jeffreys".
      learning_rate: of the Adam optimiser at the start.
      batch: points of a training minibatch.
      steps: optimiser steps per training iteration.
      progress: True shows on standard error, if that is a terminal or a notebook, what is done, the
        estimate so far and the time left; a function is taken as `callback` is.
      callback: function that is called with each finished `Iteration`; it stops the run by raising
        StopIteration. What it returns is ignored. Rows, decisions and doubts also go to the logger
        "iflow" of the standard module logging.
      tensorboard: folder to write scalars of every row to, for TensorBoard; it takes no TensorFlow. Give
        each run a folder of its own.
      checkpoint: folder, empty or not there yet, in which every batch is written down before it is used:
        whatever ends the run, `iflow.resume(checkpoint, f)` goes on from there.
      executor: computes f on the workers of a `concurrent.futures.Executor`: a pool of processes or threads,
        loky, `mpi4py.futures.MPIPoolExecutor`, a Dask `Client`, `iflow.RayExecutor()`; or a function that
        makes one, which is called again when it breaks. No number depends on it.
      workers: computes f in so many processes of this machine; beside `executor`, how many workers that
        one has, where it does not tell.
      retries: how often a chunk of points may fail on a worker, and go to another, before the run stops.
      timeout: seconds that a worker may take for a chunk; one that takes more than twice as many, having
        another chunk before it, is given up, and the chunk goes elsewhere.
      offload: what workers do: "integrand" computes f there, "measurement" draws the points there too and
        sends back only sums, "auto" does what is faster. No number depends on it.
      **unknown: refused, with the nearest option that exists.

    Returns:
      A `Result`; `mean, sdev = result` unpacks. `Results` of several integrals or complex values.

    Raises:
      TypeError: for an f that cannot be called or returns something else than numbers, a malformed
        region, an unknown option.
      ValueError: for limits or options out of range; for values of f that have the wrong shape, or are nan
        or inf and do not count as 0, with the first such points.
      OSError: for a checkpoint that cannot be written when the run begins, or already holds a run; if no
        TensorBoard log can be written.
      LostWorkersError: if workers die, or fall silent, more often than `retries` allows.
      Exception: what f raises, with a note on the point at which it did, unless such points are skipped;
        and what the callback raises.

    Reference:
      Gao, Isaacson, Krause, i-flow, arXiv:2001.05486; Mueller et al., arXiv:1808.03856.
    """
    integrator = Integrator(
        f,
        region,
        rtol=rtol,
        atol=atol,
        max_neval=max_neval,
        max_seconds=max_seconds,
        seed=seed,
        minimize=minimize,
        cost=cost,
        points=points,
        component=component,
        norm=norm,
        correlate=correlate,
        log=log,
        on_error=on_error,
        on_nonfinite=on_nonfinite,
        flow=flow,
        coupling=coupling,
        bins=bins,
        hidden=hidden,
        activation=activation,
        encoding=encoding,
        masks=masks,
        repeats=repeats,
        dtype=dtype,
        divergence=divergence,
        learning_rate=learning_rate,
        batch=batch,
        steps=steps,
        progress=progress,
        callback=callback,
        tensorboard=tensorboard,
        checkpoint=checkpoint,
        executor=executor,
        workers=workers,
        retries=retries,
        timeout=timeout,
        offload=offload,
        **unknown,
    )
    try:
        return integrator.integrate()
    except Exception as error:
        so_far = integrator.result
        if so_far.neval_measured:
            error.add_note(
                f"measured before it: {so_far} from {so_far.neval_measured:,} points; an Integrator "
                "keeps them and can go on"
            )
        raise
    finally:
        integrator.close()
