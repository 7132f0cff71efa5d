"""Example integrals over the unit cube [0, 1]^dim, found by name, with their exact values.

    f = integrands.get("camel", dim=4, width=0.2)
    f(x)        # x: [n, 4] -> [n]
    f.exact     # 0.963656968...

To add one: write `integrands/<name>.py` that ends in `FAMILY = Family(name="<name>", ...)`, and put
the name in the table below. NumPy is all this package needs.
"""

from importlib import import_module

from integrands.family import ANY_DIM, TAGS, Family
from integrands.integrand import Integrand
from integrands.parameter import Parameter
from integrands.suggestion import did_you_mean

__all__ = ["ANY_DIM", "TAGS", "Family", "Integrand", "Parameter", "families", "get", "names"]

# The table, in the order in which a listing shows it. Each name is also that of a file.
_TABLE = (
    "gaussian",
    "camel",
    "entangled_circles",
    "annulus",
    "box",
    "triangle",
    "polynomial",
)

_FAMILIES: dict[str, Family] = {name: import_module(f"integrands.{name}").FAMILY for name in _TABLE}


def names() -> list[str]:
    """Returns the name of every family, in the order of the table."""
    return list(_FAMILIES)


def families() -> tuple[Family, ...]:
    """Returns every family, in the order of the table."""
    return tuple(_FAMILIES.values())


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
    if not isinstance(name, str):
        raise TypeError(
            f"name must be a string such as 'camel', got {name!r} of type "
            f"{type(name).__name__}; integrands.names() lists them all"
        )
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key not in _FAMILIES:
        raise ValueError(
            f"name must be one of integrands.names(), got {name!r}."
            f"{did_you_mean(key, names())} integrands.names() lists them all."
        )
    return _FAMILIES[key].build(dim, **parameters)
