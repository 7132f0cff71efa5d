"""One page that tells all about a run, without a server and without anything from elsewhere."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iflow.html.history import iteration_table, spending_table
from iflow.html.images import pictures
from iflow.html.integrals import integrals_table, is_several, run_of
from iflow.html.markup import Markup, Table, joined, tag
from iflow.html.verdict import findings, verdict_of
from iflow.version import __version__

if TYPE_CHECKING:
    from iflow.point_cloud import PointCloud
    from iflow.result import Result
    from iflow.several.results import Results

_DRAWN_FROM = {
    "uniform": "uniform points, with no map at all",
    "grid": "the VEGAS grid, a map of each axis on its own",
    "spline grid": "the spline grid, a smooth map of each axis on its own",
    "mixture": "a mixture of Gaussians cut to the region",
    "cells": "cells of equal probability, small where f varies",
    "flow": "the normalizing flow",
}
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_UNFINISHED = ("not finished", "interrupted", "exception")


def html_report(
    result: Result | Results,
    *,
    points: PointCloud | None = None,
    options: Mapping[str, Any] | None = None,
    title: str = "Integration",
    path: str | Path | None = None,
) -> str:
    """Returns one self-contained HTML page about a run, finished or not, and writes it where a path is given.

    The page holds the result and whether to trust it, where calls and time went, every iteration, the
    figures that there is data for, the options and the seed. Nothing in it is loaded from elsewhere.

    Args:
      result: of the run, as it stands; of several integrals, the page has a table of them.
      points: of its proposal, for the figures of points; None leaves them out.
      options: those of the run, by name; None leaves them out.
      title: of the page.
      path: file to write, in UTF-8. None writes nothing.
    """
    headline, result = _headline_of(result), run_of(result)
    sections = [
        tag("h1", title),
        headline,
        _warnings(result),
        _section("How it was computed", tag("p", _how(result)), _scroll(spending_table(result))),
        _tests(result),
        _section("Figures", pictures(result, points)),
        _section("Iterations", _scroll(iteration_table(result), "iterations")),
        _section("To repeat it", _repeat(result, options)),
        tag("footer", tag("p", _versions(result))),
    ]
    style = resources.files("iflow.html").joinpath("page.css").read_text(encoding="utf-8")
    head = joined(
        (
            Markup('<meta charset="utf-8">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            # Nothing is loaded from elsewhere and nothing runs, whatever a title or a warning holds.
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            # Without it a browser asks the server, or the folder, for an icon.
            Markup('<link rel="icon" href="data:,">'),
            tag("title", f"{title}: {result}"),
            tag("style", Markup(style)),
        )
    )
    body = tag("body", tag("main", joined(sections)))
    page = f"<!DOCTYPE html>\n{tag('html', tag('head', head), body, lang='en')}\n"
    if path is not None:
        Path(path).write_text(page, encoding="utf-8")
    return page


def _section(title: str, *contents: object) -> Markup:
    return tag("section", tag("h2", title), *contents)


def _scroll(table: Table, name: str = "") -> Markup:
    # Wide tables scroll on their own; the keyboard must reach them.
    return tag(
        "div",
        table.markup(),
        class_=f"scroll {name}".strip(),
        role="region",
        aria_label=table.caption,
        tabindex=0,
    )


def _headline(result: Result) -> Markup:
    verdict = verdict_of(result)
    parts = [tag("p", verdict.words, class_="verdict"), tag("p", verdict.sentence)]
    if result.neval_measured:
        mean = tag("p", result.text, class_="value")
        relative = f", relative {result.sdev / abs(result.mean):.2g}" if result.mean else ""
        exact = f"mean {result.mean:.12g}, standard error {result.sdev:.3g}{relative}"
        if result.of_log is not None:
            exact = f"logarithm {result.log_mean:.12g}, standard error {result.log_sdev:.3g}"
        parts = [mean, tag("p", exact, class_="soft"), *parts]
    if result.stop_reason in _UNFINISHED:
        words = "This run has not come to its end: what follows is as of its latest record."
        parts.append(tag("p", words, class_="unfinished"))
    return tag("section", *parts, class_=f"headline {verdict.level}", aria_label="Result")


def _headline_of(result: Result | Results) -> Markup:
    return _headline_of_several(result) if is_several(result) else _headline(run_of(result))


def _headline_of_several(results: Results) -> Markup:
    verdict = verdict_of(results.run)
    parts = [tag("p", verdict.words, class_="verdict"), tag("p", verdict.sentence)]
    parts.append(_scroll(integrals_table(results)))
    words = "What follows is about the run as a whole, by the weights of what the proposals learned."
    return tag(
        "section",
        *parts,
        tag("p", words, class_="soft"),
        class_=f"headline {verdict.level}",
        aria_label="Result",
    )


def _warnings(result: Result) -> Markup:
    found = (*result.warnings, *result.circumstances)
    if not found:
        return Markup("")
    title = "What was found" if result.reliable else "Why, and what else was found"
    return _section(title, tag("ul", *(tag("li", text) for text in found)))


def _how(result: Result) -> str:
    if not result.neval_measured:
        return f"{result.neval:,} integrand calls so far, in {result.seconds:.1f} s."
    return (
        f"{result.neval:,} integrand calls in {result.seconds:.1f} s. The result is the mean of f/q over "
        f"{result.neval_measured:,} of them, drawn from {_DRAWN_FROM.get(result.proposal, result.proposal)}, "
        "after that had been frozen; no point from before enters it."
    )


def _tests(result: Result) -> Markup:
    found = findings(result)
    if not found:
        return Markup("")
    table = Table("Of the measured weights f/q", ("test", "found", "meaning"), found)
    return _section("Tests of the error", _scroll(table, "plain"))


def _repeat(result: Result, options: Mapping[str, Any] | None) -> Markup:
    words = tag(
        "p",
        "The same seed and options give the same numbers, bit for bit, on the same machine with as many "
        "cores.",
    )
    chosen = dict(options or {}) | {"seed": result.seed}
    chosen.pop("progress", None)
    code = "import iflow\n\nresult = iflow.integrate(\n    f,\n    region,\n"
    code += "".join(f"    {name}={_literal(value)},\n" for name, value in chosen.items()) + ")"
    return joined((words, tag("pre", tag("code", code), tabindex=0)))


def _literal(value: object) -> str:
    """Returns Python for a value; what has no literal is shown as it prints."""
    text = repr(value)
    return 'float("inf")' if text == "inf" else text


def _versions(result: Result) -> str:
    packages = ["numpy", "scipy", "vegas", "matplotlib"]
    if any(row.proposal == "flow" for row in result.history):
        packages += ["tensorflow", "tensorflow-probability"]
    found = [f"iflow {__version__}", f"Python {platform.python_version()}"]
    for package in packages:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:  # e.g. a build of it under another name
            continue
    return "Made with " + ", ".join(found) + f", on {platform.system()} {platform.machine()}."
