"""Speed of training and of drawing beside MadNIS: same architecture, batch and number of threads.

    python -m benchmarks.speed --against madnis             15 turns of each side in 4, 8 and 16 dimensions
    python -m benchmarks.speed --against madnis --quick     3 turns, fewer points: less than a minute
    python -m benchmarks.speed --against madnis --madnis-python peers/bin/python

3 hidden layers of 32 units that see the coordinates as they are, 10 bins, 2 ceil(log2 d) couplings; both
train in float32. iflow draws points in float64 from networks in float32, MadNIS all in float32: that is what
users get, and what the goal is for; how fast iflow's flow would be in float32 is shown below it. The
physical limit is the time that the products of the networks take alone, in iflow's process: a training
step has three times those of a pass forward.

Each dimension has two processes of its own, which take turns; a ratio is that of two neighbouring turns.

The exit status is 1 where a goal is missed: 5 times as fast, with quartiles close enough to mean it; the
first training step within 3 s; nothing traced again for batches of other sizes. On a machine that does
other things too, ratios with several threads mean little: threads of PyTorch that wait for a core hold up
all of them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks import methods
from benchmarks.speed.architecture import Architecture
from benchmarks.speed.comparison import GOAL, MOST_FIRST_SECONDS, Comparison, Start
from benchmarks.speed.duel import Plan, duel
from benchmarks.speed.peer_process import PeerFailed, PeerProcess
from benchmarks.table import print_table

_QUICK = Plan(repeats=3, slice_seconds=0.15, n_drawn=10_000)
_SLACK = 0.5  # cores by which averages of the last minute may be off
_COLUMNS = (
    *("work", "dim", "madnis ms", "iflow ms", "points/s", "ratio", "quartiles", "goal"),
    *("limit ms", "Gflop/s", "iflow / limit", "madnis / limit", "verdict"),
)
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--against", type=click.Choice(["madnis"]), required=True, help="The other side.")
@click.option("--quick", is_flag=True, help="3 turns of each side, and fewer points.")
@click.option("--dims", default="4,8,16", show_default=True, help="Dimensions, each at least 2.")
@click.option("--layers", default=3, show_default=True, type=click.IntRange(1), help="Hidden ones, of 32.")
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1), help="Of each side.")
@click.option("--repeats", type=click.IntRange(1), help="Turns of each side.")
@click.option("--madnis-python", type=str, help="Interpreter that has madnis.  [default: this one]")
@click.option("--json", "report", type=_FILE, help="File for everything measured.")
@click.option("--plot", type=_FILE, help="Picture to write; its ending sets the format.")
def main(
    against: str,
    quick: bool,
    dims: str,
    layers: int,
    threads: int,
    repeats: int | None,
    madnis_python: str | None,
    report: Path | None,
    plot: Path | None,
) -> None:
    """Times iflow and another flow in turns."""
    plan = _QUICK if quick else Plan()
    plan = replace(plan, repeats=repeats or plan.repeats)
    pythons = {"iflow": sys.executable, against: madnis_python or _python_with(against)}
    cores, load = os.cpu_count() or 1, _load()
    if load + threads > cores + _SLACK:
        click.echo(
            f"others keep {load:.1f} of {cores} cores busy: where threads wait for a core PyTorch loses more "
            "than TensorFlow, and ratios look better than they are",
            err=True,
        )
    starts, comparisons, versions = [], [], ""
    for dim in _numbers(dims):
        click.echo(f"{dim} dimensions: {plan.repeats} turns of each", err=True)
        try:
            architecture = Architecture(dim, hidden=(32,) * layers)
            versions, start, compared = _one_dimension(architecture, plan, pythons, threads)
        except (PeerFailed, OSError) as error:
            raise click.ClickException(f"{error}. {_advice(against)}") from error
        starts.append(start)
        comparisons += compared
    title = (
        f"iflow and {against}: {architecture.title}, median of {plan.repeats} turns, "
        f"threads: {threads} ({versions})"
    )
    comparisons.sort(key=lambda each: each.work, reverse=True)
    print_table(title, _COLUMNS, map(_texts, comparisons), n_left=1)
    failures = _failures(starts, comparisons)
    click.echo("\n".join([*_closing(starts), *failures]))
    if report is not None:
        rows = [each.as_dict() for each in comparisons]
        found = {
            "title": title,
            "threads": threads,
            "load": load,
            "rows": rows,
            "starts": [s.as_dict() for s in starts],
        }
        report.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if plot is not None:
        from benchmarks.speed.figure import draw_speed

        draw_speed(comparisons, title, plot)
        click.echo(f"figure: {plot}")
    sys.exit(1 if failures else 0)


def _one_dimension(
    architecture: Architecture, plan: Plan, pythons: dict[str, str], threads: int
) -> tuple[str, Start, list[Comparison]]:
    """Returns versions and what was measured, by processes that have done nothing else before."""
    settings: dict[str, Any] = {
        "dim": architecture.dim,
        "bins": architecture.bins,
        "hidden": architecture.hidden,
        "batch": plan.batch,
        "threads": threads,
    }
    (home_name, home_python), (rival_name, rival_python) = pythons.items()
    with (
        PeerProcess(home_name, python=home_python, **settings) as home,
        PeerProcess(rival_name, python=rival_python, **settings) as rival,
    ):
        versions = f"{home.greeting['version']}, {rival.greeting['version']}"
        imported = home.greeting["seconds"]
        return versions, *duel(architecture, plan, home=home.call, rival=rival.call, import_seconds=imported)


def _python_with(package: str) -> str:
    if methods.version(package) is None:
        raise click.ClickException(f"{package} is not installed in this environment. {_advice(package)}")
    return sys.executable


def _advice(package: str) -> str:
    return (
        f"The extra [bench] brings {package}. Or give it an environment of its own, `python -m venv peers && "
        f"peers/bin/pip install {package} torch`, and say --madnis-python peers/bin/python"
    )


def _numbers(text: str) -> list[int]:
    try:
        dims = [int(part) for part in text.split(",")]
    except ValueError:
        dims = []
    if not dims or min(dims) < 2:
        raise click.BadParameter(f"dims must be integers of at least 2, such as 4,8,16; got {text!r}")
    return dims


def _texts(each: Comparison) -> list[str]:
    low, high = each.quartiles
    return [
        each.work,
        str(each.dim),
        f"{1e3 * median(each.rival):,.1f}",
        f"{1e3 * median(each.home):,.1f}",
        f"{each.n / median(each.home):,.0f}",
        f"{each.ratio:.2f}",
        f"{low:.2f} - {high:.2f}",
        "" if each.goal is None else f"{each.goal:g}",
        f"{1e3 * median(each.limit):,.2f}",
        f"{1e-9 * each.flop_rate:.1f}",
        f"{each.gap:.1f}",
        f"{each.most:.1f}",
        each.verdict,
    ]


def _closing(starts: list[Start]) -> list[str]:
    def of_each(text: Callable[[Start], str]) -> str:
        return ", ".join(f"{text(start)} (d = {start.dim})" for start in starts)

    return [
        f"first training step, goal under {MOST_FIRST_SECONDS:g} s, tracing and compiling included: "
        + of_each(lambda start: f"{start.first_seconds:.1f} s"),
        "  importing came before: "
        + of_each(lambda start: f"{start.import_seconds:.1f} s")
        + "; madnis' first step: "
        + of_each(lambda start: f"{start.rival_first_seconds:.2f} s"),
        "batches of new sizes: "
        + of_each(lambda start: f"{start.new_traces} traces, {1e3 * start.lost_seconds:.0f} ms lost at most"),
    ]


def _failures(starts: list[Start], comparisons: list[Comparison]) -> list[str]:
    """Returns a line for each goal that was missed."""
    slow = [each for each in comparisons if each.verdict == "missed"]
    open_ = [each for each in comparisons if each.verdict == "unsettled"]
    late = [start.dim for start in starts if not start.is_early]
    again = [start.dim for start in starts if not start.is_once]
    return [
        *([f"missed: {GOAL:g} times as fast: {_named(slow)}"] if slow else []),
        *([f"unsettled, quartiles lie too far apart: {_named(open_)}"] if open_ else []),
        *([f"missed: the first step within {MOST_FIRST_SECONDS:g} s: dim {late}"] if late else []),
        *([f"missed: nothing compiled again for batches of new sizes: dim {again}"] if again else []),
    ]


def _named(comparisons: list[Comparison]) -> str:
    return "; ".join(f"{each.work} in {each.dim}: {each.ratio:.2f}" for each in comparisons)


def _load() -> float:
    """Returns how many cores are at work, averaged over the last minute; 0 where no one knows."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


if __name__ == "__main__":
    main()
