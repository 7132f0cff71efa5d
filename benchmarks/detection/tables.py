"""What the study found, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.detection.confusion import Confusion, confusion
from benchmarks.detection.families import FAMILIES
from benchmarks.detection.trial import Finding
from benchmarks.detection.unseen import unseen

GOAL = 1e-3
COLUMNS = (
    *("family", "method", "runs shown", "right, reliable", "right, doubted", "wrong, doubted"),
    *("WRONG, RELIABLE", "at most", "runs not shown", "right, reliable", "right, doubted", "wrong, doubted"),
    *("wrong, reliable", "unseen volume said", "did not hold", "failed"),
)
_ALL = "all families"


def rows(findings: Sequence[Finding]) -> list[list[str]]:
    """Returns a row of texts for each family and method, and one of all families for each method."""
    methods = list(dict.fromkeys(finding.task.method for finding in findings))
    families = [name for name in FAMILIES if any(finding.task.family == name for finding in findings)]
    groups = [(family, method) for family in families for method in methods]
    groups += [(_ALL, method) for method in methods]
    return [
        [family, method, *_texts(same)]
        for family, method in groups
        if (same := [each for each in findings if _belongs(each, family, method)])
    ]


def verdict(findings: Sequence[Finding], method: str) -> str:
    """Returns one line on how often a method is silently wrong, and on what it has to say of the unseen."""
    own = [finding for finding in findings if finding.task.method == method]
    shown = confusion(finding for finding in own if finding.is_shown)
    hidden = confusion(finding for finding in own if not finding.is_shown)
    said = unseen(own)
    text = (
        f"{method}: {shown.wrong_reliable} of {shown.n:,} runs in which all structures were shown are wrong "
        f"and called reliable (at most {shown.silent_at_most:.2%} at 95% confidence, goal {GOAL:.1%}); "
        f"{shown.right_doubted:,} are right and doubted. Of {hidden.n:,} in which one was not shown "
        f"{hidden.wrong_reliable} are wrong and called reliable; "
    )
    if not said.n_stated:
        return text + "nothing is said about what was not seen"
    share = f"{said.n_missed / said.n_at_risk:.1%}" if said.n_at_risk else "0%"
    return (
        text
        + f"the volume that may look different was stated too small in {said.n_missed} of {said.n_at_risk:,} "
        f"runs at risk ({share}, allowed 5%): {'correct' if said.is_correct else 'WRONG'}; "
        f"as a share of the proposal in {said.n_share_missed} of {said.n_hidden}"
    )


def markdown(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Returns a table as Markdown has it."""
    table = [columns, ["---"] * len(columns), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in table)


def _belongs(finding: Finding, family: str, method: str) -> bool:
    return finding.task.method == method and family in (_ALL, finding.task.family)


def _texts(findings: Sequence[Finding]) -> list[str]:
    shown = confusion(finding for finding in findings if finding.is_shown)
    hidden = confusion(finding for finding in findings if not finding.is_shown)
    said = unseen(findings)
    return [
        *_counts(shown),
        f"{shown.silent_at_most:.2%}" if shown.n else "",
        *_counts(hidden),
        f"{said.n_stated} of {said.n_hidden}" if said.n_hidden else "",
        f"{said.n_missed} of {said.n_at_risk}" if said.n_at_risk else "",
        str(shown.failed + hidden.failed),
    ]


def _counts(counts: Confusion) -> list[str]:
    return [str(counts.n), *(str(part) if counts.n else "" for part in counts.parts)]
