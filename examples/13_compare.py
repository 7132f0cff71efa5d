"""Plain Monte Carlo, VEGAS and iflow
==================================

Three methods on two integrals of physics at equal numbers of calls, those that they learn from included:
values, errors, and pulls by the exact values; the errors as calls are spent, and how even the weights are.
*To learn:* errors can be trusted where weights are even. ``make demo`` runs it, or::

    python examples/13_compare.py
"""

from pathlib import Path

import integrands
from iflow import compare
from iflow.comparison import comparison_table
from iflow.plots import plot_comparisons, styled

FIGURE = Path(__file__).resolve().parents[1] / "figures" / "comparison.png"


@styled
def main(quick: bool = False, figure: Path = FIGURE) -> None:
    """Compares the methods; quick=True takes one integral and a small budget, for tests."""
    max_neval = 20_000 if quick else 400_000
    comparisons = []
    for name, dim in (("camel", 4), ("box", 3))[: 1 if quick else 2]:
        f = integrands.get(name, dim)
        comparisons.append(compare(f, dim, max_neval=max_neval, seed=1, progress=not quick))
    print(comparison_table(comparisons))
    figure.parent.mkdir(parents=True, exist_ok=True)
    plot_comparisons(comparisons, str(figure))
    print(f"figure: {figure}")


if __name__ == "__main__":
    main()
