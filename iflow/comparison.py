"""Plain Monte Carlo, VEGAS and iflow on the same integrand at the same budget."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from iflow.baseline import plain_monte_carlo, require_vegas_budget, vegas
from iflow.checks import require_number
from iflow.destination import require_figure
from iflow.integrator import Integrator
from iflow.layout import Layout
from iflow.method_run import MethodRun, TracePoint
from iflow.notation import with_error

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLUMNS = "  {:<20} {:>22} {:>10} {:>8} {:>10} {:>7}"


@dataclass(frozen=True)
class Comparison:
    """The runs of several methods on one integrand.

    Args:
      name: the integrand's name, for titles.
      exact: its exact value; None when it is not known.
      runs: one a method.
    """

    name: str
    exact: float | None
    runs: tuple[MethodRun, ...]

    def table(self) -> str:
        """Returns the table of this comparison alone, see `comparison_table`."""
        return comparison_table([self])

    def _repr_html_(self) -> str:
        """Returns what a notebook shows: the table of this comparison."""
        from iflow.html import comparison_card

        return comparison_card(self)

    def plot(self, path: str | None = None) -> Figure:
        """Draws relative error against calls and the distribution of the weights.

        Args:
          path: file to write; its ending sets the format. None writes nothing.
        """
        from iflow.plots import plot_comparisons

        require_figure(path)
        return plot_comparisons([self], path)


def comparison_table(comparisons: Sequence[Comparison]) -> str:
    """Returns one table: for each integrand its exact value, then a line a method.

    The pull is the deviation from the exact value in units of the method's own error: within +-2 it is
    in order, beyond +-4 the error bar is wrong.
    """
    header = _COLUMNS.format("method", "value", "rel. error", "pull", "calls", "time")
    lines = [header, "-" * len(header)]
    for number, comparison in enumerate(comparisons):
        exact = "not known" if comparison.exact is None else f"{comparison.exact:.10g}"
        lines += [""] * (number > 0) + [f"{comparison.name}: exact value {exact}"]
        lines += [_line(run, comparison.exact) for run in comparison.runs]
    return "\n".join(lines)


def _line(run: MethodRun, exact: float | None) -> str:
    relative = run.sdev / abs(run.mean) if run.mean else math.inf
    pull = math.nan if exact is None else run.pull(exact)
    line = _COLUMNS.format(
        run.method,
        with_error(run.mean, run.sdev),
        f"{relative:.1e}",
        "" if math.isnan(pull) else f"{pull:+.2f}",
        f"{run.neval:,}",
        f"{run.seconds:.1f} s",
    )
    return line + "  unreliable" * (run.reliable is False)


def compare(
    f: Callable[..., Any],
    region: Any,
    *,
    max_neval: int = 200_000,
    exact: float | None = None,
    name: str | None = None,
    seed: int | None = None,
    **options: Any,
) -> Comparison:
    """Runs plain Monte Carlo, VEGAS and iflow on f, each with `max_neval` evaluations in all.

    Adaptation and training are part of the budget. No method stops early at a target.

    Args:
      f: as for `iflow.integrate`.
      region: as for `iflow.integrate`.
      max_neval: evaluations of each method.
      exact: exact value, for pulls; taken from `f.exact` when f has it.
      name: for titles; taken from `f.name` or `f.__name__` when not given.
      seed: of all methods.
      **options: further options of `iflow.integrate`, for iflow alone; but for `executor` and `workers`,
        `retries` and `timeout`, since the same workers compute f for every method, for `on_error`
        and `on_nonfinite`.

    Raises:
      TypeError: for an f that cannot be called, a malformed region, an unknown option, an exact value that is
        no number.
      ValueError: for limits or options out of range, and bad values of f.
    """
    _require_titles(exact, name)
    options = {"rtol": 0.0} | options
    integrator = Integrator(f, region, max_neval=max_neval, seed=seed, **options)
    try:
        runs = _run_all(f, region, integrator, max_neval, options)
    finally:
        integrator.close()
    if exact is None:
        exact = getattr(f, "exact", None)
    return Comparison(name or _name_of(f), exact, runs)


def _run_all(
    f: Callable[..., Any], region: Any, integrator: Integrator, max_neval: int, options: Mapping[str, Any]
) -> tuple[MethodRun, ...]:
    """Returns the run of each method; the same workers compute f for all of them."""
    is_log = bool(options.get("log"))
    if not integrator.layout.is_scalar or is_log:
        raise ValueError(
            f"f must return one real integral to be compared, [n], got {integrator.layout}"
            f"{' of logarithms' if is_log else ''}: {_one_of(integrator.layout, is_log)}"
        )
    require_vegas_budget(max_neval)  # before plain Monte Carlo has spent its own
    alike: dict[str, Any] = {
        "max_neval": max_neval,
        "seed": integrator.seed,
        "crew": integrator.crew,
        "omits": integrator.omits,
    }
    return (
        plain_monte_carlo(f, region, **alike),
        vegas(f, region, **alike),
        _run_iflow(integrator),
    )


def _require_titles(exact: Any, name: Any) -> None:
    """Raises unless an exact value is a number, and a name text, where they are given."""
    if exact is not None:
        require_number("exact", exact, "a finite number, the value of the integral", math.isfinite)
    if name is not None and not isinstance(name, str):
        raise TypeError(f"name must be text, got {name!r}")


def _one_of(layout: Layout, is_log: bool) -> str:
    """Returns how one real integral is made of what f returns."""
    if is_log:
        return "let it return f itself, and leave log out"
    leaf = layout.leaves[0]
    part = "" if leaf.key is None else f"[{leaf.key!r}]"
    part += f"[:, {', '.join('0' * len(leaf.shape))}]" if leaf.shape else ""
    return f"compare one of them, as in lambda x: f(x){part}" + (".real" if leaf.is_complex else "")


def _run_iflow(integrator: Integrator) -> MethodRun:
    result = integrator.integrate()
    trace = [
        TracePoint(row.total_neval, row.running_mean, row.running_sdev)
        for row in result.history
        if row.phase == "measurement"
    ]
    return MethodRun(
        method=f"iflow ({result.proposal})",
        mean=result.mean,
        sdev=result.sdev,
        neval=result.neval,
        seconds=result.seconds,
        reliable=result.reliable,
        trace=tuple(trace),
        weights=result.weight_histogram,
    )


def _name_of(f: Callable[..., Any]) -> str:
    name = getattr(f, "name", None) or getattr(f, "__name__", None) or type(f).__name__
    dim = getattr(f, "dim", None)
    return f"{name} in {dim} dimensions" if dim else str(name)
