"""float32 against float64: bias of the estimate, deviation of the weights, seconds.

    python -m benchmarks.precision            6 integrals, 2 seeds each
    python -m benchmarks.precision --quick    1 seed, little training, fewer points: a look

Flows are trained in either type with the same seeds, calls and steps. How biased their estimates are is
told from pairs of weights at common latents (`benchmarks.paired_bias`), held against a copy of the flow in
float64 throughout: first of points in float64 from networks of the type that was trained, which is what
users get; then of points in float32, for contrast; last the copy itself is held against numerical
derivatives of its points. All are mixed with the uniform share that the engine mixes in. The worst of the
seeds is shown.

An error of 1e-5 is told as it is where bias is below a tenth of it: the two add up in squares, to 0.5% more.
So the exit status is 1 where, for the library's default, the bias plus 4.5 of its standard errors may be
above 1e-6: what is not known well enough fails too.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median, quantiles

import click
import numpy as np

from benchmarks import methods
from benchmarks.flows import PROBLEMS as FLOW_PROBLEMS
from benchmarks.paired_bias import MOST_ERRORS, ByDifferences, ByHand, PairedBias, in_float64, paired_biases
from benchmarks.problem import Problem, problem
from benchmarks.selection import rows_option
from benchmarks.table import print_table
from benchmarks.trained_flow import Course, train
from iflow.engine.replay import Sample
from iflow.flow import Flow, How
from iflow.options import FlowOptions, TrainingOptions
from iflow.proposal import Map
from iflow.training import Trainer

# The last two are where rounding does most: a structure of 0.003, and a pole on edges where x is about 1.
PROBLEMS = (*FLOW_PROBLEMS, problem("ridge", 2, width=0.003), problem("watson_fcc", 3))
DTYPES = ("float32", "float64")
MOST_BIAS = 1e-6
# Numerical derivatives take 2 dim times as many points.
_FEWER = 16
_BIAS_COLUMNS = (
    *("integral", "trained in", "networks", "points", "bias +- its error"),
    *("|drawn - evaluated log q|: median", "0.999", "largest", "deviation, by seed", "off exact +- error"),
)
_TIME_COLUMNS = ("integral", "work", "in float32, ms", "in float64, ms", "float64 / float32", "quartiles")


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Args:
      course: of each flow.
      replicates: nets of latents that bias is told from.
      n: points of each, a power of 2.
      repeats: turns of each side in timing.
      steps: training steps of a turn.
      n_drawn: points drawn in a turn.
    """

    course: Course = field(default_factory=Course)
    replicates: int = 32
    n: int = 2**13
    repeats: int = 7
    steps: int = 10
    n_drawn: int = 50_000


_QUICK = Plan(Course(rounds=3, n=10_000, polish=50), n=2**11, repeats=3, n_drawn=20_000)


@dataclass(frozen=True)
class Trained:
    """A trained flow, computed in several ways.

    Args:
      flow: itself.
      sample: what it was trained on.
      ways: (type of the networks, type of the points, computation) of those that are judged.
      fine: in float64 throughout, by TensorFlow's own operations.
    """

    flow: Flow
    sample: Sample
    ways: Mapping[tuple[str, str], Map]
    fine: Map


def trained(each: Problem, options: FlowOptions, course: Course, seed: int) -> Trained:
    """Returns a flow with these options, and the ways to compute it."""
    dtype = options.dtype
    flow, sample = train(each, options, course, seed=seed)
    ways: dict[tuple[str, str], Map] = {(dtype, "float64"): flow}
    if dtype == "float32":
        ways[dtype, "float32"] = ByHand(flow, "float32", How.DRAWING)
    return Trained(flow, sample, ways, ByHand(in_float64(flow, options), "float64", How.PLAIN))


def biases(each: Problem, flow: Trained, plan: Plan, seed: int) -> dict[tuple[str, str], PairedBias]:
    """Returns the bias of each way to compute a flow, and of the one in float64 against derivatives."""
    some = max(plan.n // _FEWER, 2)
    found = paired_biases(each, flow.ways, flow.fine, replicates=plan.replicates, n=plan.n, seed=seed)
    check = {("float64", "derivatives"): ByDifferences(flow.fine)}
    return found | paired_biases(each, check, flow.fine, replicates=plan.replicates, n=some, seed=seed)


def turns(works: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Returns the seconds of each work, done in turns after each has been done once."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repeats + 1):
        for name, work in works.items():
            begun = time.perf_counter()
            work()
            if turn:
                seconds[name].append(time.perf_counter() - begun)
    return seconds


def timed(flows: Mapping[str, Trained], plan: Plan) -> dict[str, tuple[list[float], list[float]]]:
    """Returns seconds in float32 and in float64 of training and of drawing, turn by turn.

    Args:
      flows: of both types; training goes on from them.
      plan: how much is timed.
    """
    u = np.random.default_rng(1).random((plan.n_drawn, flows["float32"].flow.dim))
    coarse, mixed = flows["float32"].ways["float32", "float32"], flows["float32"].flow
    works: dict[str, Callable[[], object]] = {
        "step float32": _steps(flows["float32"], plan.steps),
        "step float64": _steps(flows["float64"], plan.steps),
        "mixed": lambda: mixed.place(u),
        "networks float64": lambda: flows["float64"].flow.place(u),
        "points float32": lambda: coarse.place(u),
    }
    seconds = turns(works, plan.repeats)
    steps = [[each / plan.steps for each in seconds[f"step {dtype}"]] for dtype in DTYPES]
    points = f"{plan.n_drawn:,} points"
    return {
        "training step": (steps[0], steps[1]),
        f"{points} in float64, by type of the networks": (seconds["mixed"], seconds["networks float64"]),
        f"{points} of networks in float32, by type of the points": (
            seconds["points float32"],
            seconds["mixed"],
        ),
    }


def _steps(flow: Trained, steps: int) -> Callable[[], object]:
    trainer, rng, sample = Trainer(flow.flow, TrainingOptions()), np.random.default_rng(1), flow.sample
    log_f = sample.log_weight(1.0) + sample.log_q
    return lambda: trainer.fit(sample.y, log_f, sample.log_q, steps=steps, rng=rng)


def worst(found: list[PairedBias]) -> PairedBias:
    """Returns the one whose bias may be largest."""
    return max(found, key=lambda each: each.most)


def is_at_fault(found: list[PairedBias]) -> bool:
    """Returns whether a bias may be too large, or is not known well enough; a nan is a fault."""
    return not all(each.most <= MOST_BIAS for each in found)


@click.command()
@rows_option(len(PROBLEMS))
@click.option("--seeds", default=2, show_default=True, type=click.IntRange(1), help="Flows of each type.")
@click.option("--quick", is_flag=True, help="One seed, little training, fewer points.")
def main(rows: list[int], seeds: int, quick: bool) -> None:
    """Compares the floating types."""
    plan, seeds = (_QUICK, 1) if quick else (Plan(), seeds)
    bias_lines, time_lines, faults = [], [], []
    default = FlowOptions().dtype
    for each in (PROBLEMS[row - 1] for row in rows):
        found: dict[tuple[str, str, str], list[PairedBias]] = {}
        for seed in range(1, seeds + 1):
            flows = {dtype: trained(each, FlowOptions(dtype=dtype), plan.course, seed) for dtype in DTYPES}
            for dtype, flow in flows.items():
                for way, bias in biases(each, flow, plan, seed).items():
                    found.setdefault((dtype, *way), []).append(bias)
            click.echo(f"{each.label}, seed {seed}: measured", err=True)
        bias_lines += [[each.label, *way, *_texts(same)] for way, same in sorted(found.items())]
        faults += [each.label] * is_at_fault(found[default, default, "float64"])
        time_lines += [[each.label, work, *_times(*pair)] for work, pair in timed(flows, plan).items()]
    title = (
        f"worst of {seeds} seeds, {plan.course.title}, {plan.replicates} nets of {plan.n:,} points "
        f"({methods.version('iflow')})"
    )
    print_table(title, _BIAS_COLUMNS, bias_lines, n_left=4)
    print_table(f"median of {plan.repeats} turns, cores: {_cores()}", _TIME_COLUMNS, time_lines, n_left=2)
    click.echo(
        f"the default trains in {default}: its bias plus {MOST_ERRORS} errors is "
        + (
            f"not shown to be below {MOST_BIAS:g} for {', '.join(faults)}"
            if faults
            else f"below {MOST_BIAS:g}"
        )
    )
    sys.exit(bool(faults))


def _texts(found: list[PairedBias]) -> list[str]:
    bias = worst(found)
    gaps = [max(each.gap[place] for each in found) for place in range(len(bias.gap))]
    deviations = [each.deviation for each in found]
    return [
        f"{bias.bias:+.1e} +- {bias.error:.1e}",
        *(f"{gap:.1e}" for gap in gaps),
        " ".join(f"{deviation:.3f}" for deviation in deviations),
        f"{bias.off:+.1e} +- {bias.off_error:.1e}",
    ]


def _times(narrow: list[float], wide: list[float]) -> list[str]:
    low, middle, high = quantiles([b / a for a, b in zip(narrow, wide, strict=True)], n=4, method="inclusive")
    return [
        f"{1e3 * median(narrow):,.1f}",
        f"{1e3 * median(wide):,.1f}",
        f"{middle:.2f}",
        f"{low:.2f} - {high:.2f}",
    ]


def _cores() -> int:
    """Returns how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


if __name__ == "__main__":
    main()
