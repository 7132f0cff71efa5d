"""What a notebook shows of a result and of a comparison: small, with every style in place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from iflow.html.integrals import integrals_table, is_several, run_of
from iflow.html.markup import Markup, Table, tag
from iflow.html.verdict import verdict_of
from iflow.notation import with_error

if TYPE_CHECKING:
    from iflow.comparison import Comparison
    from iflow.result import Result
    from iflow.several.results import Results

# White on these is readable, and they are on light and dark pages alike; words say the same.
_COLOURS = {"good": "#166b34", "fair": "#8a5a00", "bad": "#b3261e"}
_BADGE = "color:#fff;background:{};border-radius:4px;padding:1px 8px;font-weight:600;white-space:nowrap"
_CELL = "text-align:left;padding:2px 14px 2px 0"
_MOST_LINES, _MOST_INTEGRALS = 200, 20


def result_card(result: Result | Results) -> str:
    """Returns a card: value, verdict, a few numbers, the warnings, and the table of iterations folded."""
    summary, table = result.summary(), None
    if is_several(result):
        table = integrals_table(result, _MOST_INTEGRALS, _CELL)
    result = run_of(result)
    verdict = verdict_of(result)
    value = result.text if result.neval_measured else "no result yet"
    if table is not None:
        value = f"{len(table.rows)} integrals"
    badge = tag("span", verdict.words, style=_BADGE.format(_COLOURS[verdict.level]))
    head = tag("div", tag("b", value, style="font-size:1.3em;margin-right:0.8em"), badge)
    measured = f" ({result.neval_measured:,} measured)"
    facts = (
        ("calls", f"{result.neval:,}{measured}"),
        ("drawn from", result.proposal),
        ("effective sample size", f"{result.ess:,.0f}"),
        ("Q", f"{result.Q:.2f}"),
        ("time", f"{result.seconds:.1f} s"),
        ("seed", result.seed),
    )
    cells = [
        tag("td", tag("span", name, style="opacity:0.7"), Markup("<br>"), fact, style=_CELL)
        for name, fact in facts
    ]
    parts = [head, tag("table", tag("tbody", tag("tr", *cells)), style="margin:6px 0")]
    if table is not None:
        parts.append(table.markup())
    found = (*result.warnings, *result.circumstances)
    if found:
        parts.append(tag("ul", *(tag("li", text) for text in found), style="margin:4px 0"))
    parts.append(_folded("iterations", _cut(summary)))
    return tag("div", *parts, class_="iflow-result").text


def comparison_card(comparison: Comparison) -> str:
    """Returns the table of a comparison: a line a method, with its verdict in words."""
    rows = []
    for run in comparison.runs:
        pull = math.nan if comparison.exact is None else run.pull(comparison.exact)
        relative = run.sdev / abs(run.mean) if run.mean else math.inf
        rows.append(
            (
                run.method,
                with_error(run.mean, run.sdev),
                f"{relative:.1e}",
                "" if math.isnan(pull) else _pull(pull),
                f"{run.neval:,}",
                f"{run.seconds:.1f} s",
                _says(run.reliable),
            )
        )
    exact = "not known" if comparison.exact is None else f"{comparison.exact:.10g}"
    table = Table(
        f"{comparison.name}: exact value {exact}",
        ("method", "value", "relative error", "pull", "calls", "time", "says of itself"),
        rows,
        cell_style=_CELL,
    )
    return tag("div", table.markup(), class_="iflow-comparison").text


def _pull(pull: float) -> object:
    """Returns the deviation in errors; beyond 4 it is marked, in words too."""
    text = f"{pull:+.2f}"
    return text if abs(pull) <= 4.0 else tag("span", f"{text}: wrong", style=_BADGE.format(_COLOURS["bad"]))


def _says(reliable: bool | None) -> object:
    if reliable is None:
        return "nothing"
    level, words = ("good", "reliable") if reliable else ("bad", "not reliable")
    return tag("span", words, style=_BADGE.format(_COLOURS[level]))


def _cut(text: str) -> str:
    lines = text.splitlines()
    if len(lines) <= _MOST_LINES:
        return text
    half = _MOST_LINES // 2
    return "\n".join([*lines[:half], f"... {len(lines) - 2 * half} lines left out ...", *lines[-half:]])


def _folded(title: str, text: str) -> Markup:
    pre = tag("pre", text, style="font-size:0.85em;line-height:1.3;overflow-x:auto")
    return tag("details", tag("summary", title, style="cursor:pointer"), pre)
