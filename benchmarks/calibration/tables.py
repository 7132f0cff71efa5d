"""What the study found, as a table of everything on the terminal and a short one for a page."""

from __future__ import annotations

from collections.abc import Sequence

import click
import numpy as np

from benchmarks.bands import JOINT_RATE, Measure
from benchmarks.calibration.score import Score
from benchmarks.calibration.study import Study
from benchmarks.table import print_table

_FORMS = {"mean": "+.2f", "width": ".2f", "1 sigma": ".1%", "2 sigma": ".1%"}
NAMES = {"iflow": "iflow", "vegas": "vegas", "vegas_frozen": "vegas", "madnis": "MadNIS"}
_COLUMNS = (
    *("runs", "integral", "calls", "reliable", "doubted", "failed", "met", "mean pull", "width"),
    *("within 1 sdev", "within 2 sdev", "of all runs", "p", "Q (runs)", "outside"),
)
_HEADS = ("integral", "runs", "reliable", "mean pull", "width", "within 1 sdev", "within 2 sdev", "p", "Q")


_INTRODUCTION = f"""<!-- Written by python -m benchmarks.calibration --table; do not edit. -->

# Calibration

Numbers with 95% intervals, over the runs that do not call themselves unreliable, all budgets together. p:
Kolmogorov-Smirnov probability that the p values of the pulls (of "chi2", of all integrals against their
covariance) are uniform; Q: the same of what runs say about the agreement of their own rounds. Bold: outside
of the band in which a calibrated method has all of its numbers with a probability of {1 - JOINT_RATE:.0%}."""


def print_study(study: Study, title: str) -> None:
    """Prints a line for every sample, and how often a calibrated method has something outside."""
    click.echo("In brackets what a calibrated method has; met: share of runs that met a target")
    print_table(title, _COLUMNS, [_line(each) for each in study.scores], n_left=2)
    click.echo(
        f"{study.n_tests} numbers of {NAMES[study.method]} tested at a rate of {study.rate:.1e} each: of a "
        f"calibrated method one or more lie outside with a probability of at most {JOINT_RATE:.0%} (exact "
        "binomial for coverage, t for the mean, chi2 for the width, Kolmogorov-Smirnov for p and Q, "
        f"Bonferroni). Outside: {study.n_faults}; failed runs: {study.n_failed}"
    )


def _line(found: Score) -> list[str]:
    sample, measures = found.sample, found.measures
    everyone = np.abs([*sample.pulls, *sample.pulls_of_doubted])
    q = measures.get("Q")
    return [
        *(sample.mode, sample.label, f"{sample.calls:,}" if sample.calls else "all"),
        *(f"{n:,}" for n in (sample.n_reliable, sample.n_doubted, sample.n_failed)),
        f"{sample.n_met / max(sample.n, 1):.0%}" if sample.n_met else "",
        *(_with_band(measures.get(name), form) for name, form in _FORMS.items()),
        ", ".join(f"{np.mean(everyone <= k):.1%}" for k in (1, 2)) if len(everyone) else "",
        f"{measures['p'].value:.2g}" if "p" in measures else "",
        f"{q.value:.2g} ({len(sample.q_values):,})" if q else "",
        ", ".join(found.faults) if measures else "too few",
    ]


def _with_band(measure: Measure | None, form: str) -> str:
    if measure is None:
        return ""
    low, high = (format(each, form).removesuffix("%") for each in measure.band)
    return f"{format(measure.value, form)} ({low}..{high})"


def page(found: Sequence[Study]) -> str:
    """Returns short tables in Markdown, one for each method and mode; what lies outside is bold."""
    parts = [_INTRODUCTION]
    for study in found:
        for mode in dict.fromkeys(each.sample.mode for each in study.cells):
            rows, cells, totals = (
                [each for each in some if each.sample.mode == mode]
                for some in (study.rows, study.cells, study.totals)
            )
            budgets = sorted({each.sample.calls for each in cells})
            lines = [_markdown(_HEADS), _markdown(["---"] * len(_HEADS))]
            lines += [_markdown(_cells(each)) for each in [*(rows or cells), *totals]]
            calls = " or ".join(f"{budget:,}" for budget in budgets)
            parts.append(f"## {NAMES[study.method]}, {mode}: {calls} calls\n\n" + "\n".join(lines))
        parts.append(
            f"{study.n_tests} numbers of {NAMES[study.method]}, those of single budgets too, were tested "
            f"at a rate of {study.rate:.1e} each; {study.n_faults} lie outside, {study.n_failed} runs failed."
        )
    return "\n\n".join(parts) + "\n"


def _cells(found: Score) -> list[str]:
    sample, measures = found.sample, found.measures
    texts = [sample.label, f"{sample.n:,}", f"{sample.n_reliable:,}"]
    texts += [_with_interval(measures.get(name), form) for name, form in _FORMS.items()]
    texts += [_marked(measures.get(name), ".2g") for name in ("p", "Q")]
    return texts


def _with_interval(measure: Measure | None, form: str) -> str:
    if measure is None:
        return ""
    half = (measure.interval[1] - measure.interval[0]) / 2.0
    return f"{_marked(measure, form)} ± {format(half, form.removeprefix('+'))}"


def _marked(measure: Measure | None, form: str) -> str:
    if measure is None:
        return ""
    text = format(measure.value, form)
    return text if measure.is_inside else f"**{text}**"


def _markdown(texts: Sequence[str]) -> str:
    return f"| {' | '.join(texts)} |"
