"""A picture of the study: what became of runs as the knob of each family is turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from benchmarks.detection.confusion import confusion
from benchmarks.detection.families import FAMILIES
from benchmarks.detection.trial import Finding
from iflow.plots import styled

# From the best outcome to the worst; what no point has shown nobody can know. Blue is right and red is wrong,
# for all kinds of eyes, and the paler a colour, the less was promised.
_KINDS = {
    "right, reliable": "#0072B2",
    "right, doubted": "#A6D3EE",
    "wrong, doubted": "#C4C4C4",
    "wrong, reliable, structure never shown": "#F3BE8E",
    "wrong, reliable, structure shown": "#B8390E",
}
_N_COLUMNS = 4
_GAP = 0.06


@styled
def draw_detection(findings: Sequence[Finding], path: Path) -> None:
    """Draws a panel for each family: bars of shares over the knob, each marked by its method's initial.

    Args:
      findings: runs that brought something back, of any families and methods.
      path: file to write.
    """
    families = [name for name in FAMILIES if any(each.task.family == name for each in findings)]
    methods = list(dict.fromkeys(finding.task.method for finding in findings))
    n_rows = math.ceil(len(families) / _N_COLUMNS)
    figure = Figure(figsize=(2.6 * _N_COLUMNS, 2.2 * n_rows + 0.9), layout="constrained")
    panels = figure.subplots(n_rows, _N_COLUMNS, sharey=True, squeeze=False).ravel()
    for panel, name in zip(panels, families, strict=False):
        _draw_family(panel, [each for each in findings if each.task.family == name], methods)
    for panel in panels[len(families) :]:
        panel.set_axis_off()
    handles = [Patch(color=colour, label=kind) for kind, colour in _KINDS.items()]
    figure.legend(handles=handles, loc="outside upper center", ncols=3)
    figure.savefig(path)


def _draw_family(axes: Axes, findings: Sequence[Finding], methods: Sequence[str]) -> None:
    family = FAMILIES[findings[0].task.family]
    width = 0.9 / len(methods)
    ticks, names = [], []
    for place, value in enumerate(family.values):
        for number, method in enumerate(methods):
            own = [each for each in findings if (each.task.value, each.task.method) == (value, method)]
            x = place + (number - (len(methods) - 1) / 2) * width
            ticks.append(x)
            names.append(method[0])
            bottom = 0.0
            for share, colour in zip(_shares(own), _KINDS.values(), strict=True):
                axes.bar(x, share, width - _GAP, bottom=bottom, color=colour)
                bottom += share
        axes.text(place, -0.155, _short(value), ha="center", va="top", fontsize=10.5)
    axes.set_xticks(ticks, names, fontsize=10)
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(0.0, 1.0)
    axes.set_title(f"{family.name}: {family.knob}", fontsize=12)
    axes.set_xlabel(" ", fontsize=10)  # keeps the place of the values


def _short(value: float) -> str:
    """Returns small powers of ten as such, which are narrower."""
    exponent = math.log10(value) if value > 0.0 else 0.0
    return f"$10^{{{exponent:.0f}}}$" if exponent < -2.5 and exponent == round(exponent) else f"{value:g}"


def _shares(findings: Sequence[Finding]) -> tuple[float, ...]:
    """Returns the shares of the kinds, [5]; 0 each where there is no run."""
    whole = confusion(findings)
    shown = confusion(each for each in findings if each.is_shown)
    silent = whole.wrong_reliable - shown.wrong_reliable, shown.wrong_reliable
    return tuple(count / max(whole.n, 1) for count in (*whole.parts[:3], *silent))
