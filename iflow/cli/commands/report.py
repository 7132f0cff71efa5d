"""`iflow report`: a page about a run from what it has put on disk."""

from __future__ import annotations

from pathlib import Path

import click

from iflow.checkpoint import open_run
from iflow.cli.status import MET
from iflow.html import html_report
from iflow.run_view import RunView, latest_points


@click.command("report")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; report.html inside DIR unless told otherwise.",
)
@click.option("--title", help="Title of the page; the name of DIR unless told otherwise.")
@click.option(
    "--points",
    default=20_000,
    show_default=True,
    type=click.IntRange(min=0),
    help="Points to draw in the figures, at most; 0 leaves those out.",
)
def report_command(folder: Path, output: Path | None, title: str | None, points: int) -> int:
    """Write one HTML page about the run in checkpoint DIR, finished or under way.

    Nothing is evaluated. The page needs no server and nothing from elsewhere.
    """
    path = folder / "report.html" if output is None else output
    if not path.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(path.parent)!r}", param_hint="--output")
    view: RunView = open_run(folder)
    if view.result is None:
        raise click.ClickException("the run has stored no result: its weights are too large for a float")
    html_report(
        view.result,
        points=latest_points(view, points) if points else None,
        options=view.options,
        title=folder.resolve().name if title is None else title,
        path=path,
    )
    click.echo(f"page: {path}")
    return MET
