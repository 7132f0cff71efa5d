"""What all benchmarks take on their command lines, and how they run their tasks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from benchmarks import methods
from benchmarks.crew import Crew
from benchmarks.journal import Journal
from benchmarks.record import Run, Task


@dataclass(frozen=True)
class Setup:
    """How tasks are run.

    Args:
      methods: those to run that are installed.
      json: file for finished runs.
      resume: whether to go on with that file.
      jobs: runs at a time.
      threads: threads that numerical packages may use in each run; None leaves that to them.
      max_seconds: for each run.
    """

    methods: tuple[str, ...]
    json: Path | None
    resume: bool
    jobs: int
    threads: int | None
    max_seconds: float

    def run(self, tasks: Iterable[Task], *, fresh: bool = True) -> list[Run]:
        """Runs the tasks that have not been run, each kept as soon as it ends; returns all.

        Args:
          tasks: those whose family the library does not have are named and left out.
          fresh: a process for each run, as `Crew` has it.
        """
        possible = _possible(tasks)
        try:
            journal = Journal(self.json, resume=self.resume)
        except FileExistsError as error:
            raise click.ClickException(str(error)) from error
        missing = journal.missing(possible)
        done = len(possible) - len(missing)
        click.echo(f"{len(missing)} runs" + f", {done} more in {self.json}" * bool(done), err=True)
        with Crew(jobs=self.jobs, threads=self.threads, fresh=fresh) as crew:
            for number, run in enumerate(crew.runs(missing), 1):
                journal.add(run)
                click.echo(f"[{number}/{len(missing)}] {run.report}", err=True)
        return journal.runs(possible)

    @property
    def versions(self) -> str:
        """The methods with their versions, for titles."""
        return ", ".join(f"{name} {methods.version(name)}" for name in self.methods)


def setup_options(
    *, default_methods: str, parallel: bool = True, max_seconds: float = 3600.0
) -> Callable[..., Any]:
    """Returns a decorator that adds the common options to a command and hands them on as `setup`.

    Args:
      default_methods: as on the command line.
      parallel: whether several runs at a time make sense; for timing they do not.
      max_seconds: default of the time limit.
    """
    jobs = click.option(
        "--jobs", default=1, show_default=True, type=click.IntRange(1), help="Runs at a time."
    )
    options = [
        click.option("--methods", default=default_methods, show_default=True, callback=_installed),
        click.option("--json", type=_FILE, help="File for finished runs, one JSON object a line."),
        click.option("--resume", is_flag=True, help="Go on with that file; runs that failed are repeated."),
        click.option("--threads", type=click.IntRange(1), help="Threads of each run.  [default: theirs]"),
        click.option("--max-seconds", default=max_seconds, show_default=True, help="Time limit of each run."),
        *([jobs] if parallel else []),
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def with_setup(
            *, json: Path | None, resume: bool, threads: int | None, max_seconds: float, **rest: Any
        ) -> None:
            setup = Setup(rest.pop("methods"), json, resume, rest.pop("jobs", 1), threads, max_seconds)
            command(setup=setup, **rest)

        return functools.reduce(lambda f, option: option(f), reversed(options), with_setup)

    return decorate


_FILE = click.Path(dir_okay=False, path_type=Path)
figure_option = click.option("--figure", type=_FILE, help="Picture to write; its ending sets the format.")


def _installed(_context: click.Context, _option: click.Parameter, text: str) -> tuple[str, ...]:
    """Returns the names in "iflow,vegas" whose packages are installed, and says which are not."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in methods.METHODS:
            raise click.BadParameter(f"{name!r} is none of {', '.join(methods.METHODS)}")
        if methods.version(name) is None:
            click.echo(f"{name} is not installed and left out; the extra [bench] brings it", err=True)
    return tuple(name for name in names if methods.version(name) is not None)


def _possible(tasks: Iterable[Task]) -> list[Task]:
    tasks = list(tasks)
    for family in sorted({task.problem.family for task in tasks if not task.problem.is_available}):
        click.echo(f"{family} is not in the library of integrands and left out", err=True)
    return [task for task in tasks if task.problem.is_available]
