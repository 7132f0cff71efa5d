"""Example integrals over the unit cube [0, 1]^dim, found by name, with exact or reference values.

    f = integrands.get("camel", dim=4, width=0.2)
    f(x)           # x: [n, 4] -> [n]
    f.exact        # 0.963656968...
    f.exact_from   # how that is known
    integrands.plot("camel", path="camel.png")

To add one: write `integrands/<name>.py` that ends in `FAMILY = Family(name="<name>", ...)`, and put
the name in the table below. NumPy is all this package needs, and Matplotlib to plot.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from integrands.family import ANY_DIM, TAGS, Family
from integrands.integrand import Integrand
from integrands.parameter import Parameter
from integrands.suggestion import did_you_mean

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ANY_DIM", "TAGS", "Family", "Integrand", "Parameter", "families", "family", "get", "names"]
__all__ += ["plot", "sections"]

# The table, in the order in which a listing shows it. Each name is also that of a file.
_TABLE: dict[str, tuple[str, ...]] = {
    "The i-flow suite": (
        "gaussian",
        "camel",
        "entangled_circles",
        "annulus",
        "box",
        "triangle",
        "polynomial",
    ),
    "Families with a knob": (
        "peaks",
        "ridge",
        "top_hat",
    ),
    "Genz' families": (
        "genz_oscillatory",
        "genz_product_peak",
        "genz_corner_peak",
        "genz_gaussian",
        "genz_continuous",
        "genz_discontinuous",
    ),
    "The six of the GPU literature": (
        "pagani_1",
        "pagani_2",
        "pagani_3",
        "pagani_4",
        "pagani_5",
        "pagani_6",
    ),
    "Feynman integrals": (
        "triangle_offshell",
        "box_offshell",
        "kite",
        "wheel",
    ),
    "Scattering and decays": (
        "z_resonance",
        "bhabha",
        "muon_decay",
        "drell_yan",
        "gluon_scattering",
    ),
    "Statistical and quantum physics": (
        "watson_bcc",
        "watson_fcc",
        "watson_sc",
        "ising_c",
        "ising_d",
        "ising_e",
        "helium_repulsion",
        "oscillator_path",
        "phi4_chain",
    ),
    "Bayesian evidence": (
        "gaussian_shells",
        "egg_box",
        "rosenbrock",
        "funnel",
        "line_fit",
    ),
    "Finance": (
        "asian_geometric",
        "asian_arithmetic",
    ),
}


def names() -> list[str]:
    """Returns the name of every family, in the order of the table."""
    return [name for section in _TABLE.values() for name in section]


def sections() -> dict[str, tuple[str, ...]]:
    """Returns the names by the heading they stand under, in the order of the table."""
    return dict(_TABLE)


def families() -> tuple[Family, ...]:
    """Returns every family, in the order of the table."""
    return tuple(_load(name) for name in names())


def family(name: str) -> Family:
    """Returns the family `name`, with all it says about itself.

    Args:
      name: one of `names()`; capitals, hyphens and spaces are forgiven.

    Raises:
      ValueError: no family has this name.
      TypeError: the name is not a string.
    """
    if not isinstance(name, str):
        raise TypeError(
            f"name must be a string such as 'camel', got {name!r} of type "
            f"{type(name).__name__}; integrands.names() lists them all"
        )
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key not in names():
        raise ValueError(
            f"name must be one of integrands.names(), got {name!r}."
            f"{did_you_mean(key, names())} integrands.names() lists them all."
        )
    return _load(key)


def get(name: str, dim: int | None = None, **parameters: float) -> Integrand:
    """Returns one integrand of the family `name`.

    Args:
      name: one of `names()`; capitals, hyphens and spaces are forgiven.
      dim: number of coordinates; None takes the family's default.
      **parameters: the family's own, such as `width=0.2`; those left out take their defaults.

    Raises:
      ValueError: no family has this name, or the dimension or a parameter's value is not allowed.
      TypeError: the name is not a string, `dim` not an integer, a parameter not a number, or the
        family has no such parameter.
    """
    return family(name).build(dim, **parameters)


def plot(name: str, dim: int | None = None, path: str | None = None, **parameters: float) -> Figure:
    """Draws f over two of its coordinates, averaged over the others; a curve in one dimension.

    Args:
      name: as in `get`.
      dim: number of coordinates; None takes 2 where the family allows it, else its default.
      path: file to write; its ending sets the format. None writes nothing.
      **parameters: as in `get`.

    Raises:
      ValueError, TypeError: as `get` does.
    """
    from integrands.plots import draw

    chosen = family(name)
    return draw(chosen.build(chosen.plot_dim if dim is None else dim, **parameters), chosen, path)


def _load(name: str) -> Family:
    """Returns the family of one file; only what is asked for is imported."""
    loaded: Family = import_module(f"integrands.{name}").FAMILY
    return loaded
