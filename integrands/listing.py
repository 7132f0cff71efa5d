"""What is printed about integrands: a line for each, or all about one."""

import textwrap

from integrands.family import Family
from integrands.integrand import Integrand
from integrands.shared.electroweak import PB

_WIDTH = 100


def lines(families: tuple[Family, ...]) -> list[str]:
    """Returns one line a family: name, dimensions, summary, tags, source."""
    rows = [(f.name, f.dims_text, f.summary, f"[{', '.join(f.tags)}]", f.source) for f in families]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def description(f: Integrand, family: Family) -> str:
    """Returns all that is known about one integrand, some ten lines."""
    facts = [
        ("f(x)", f.formula),
        ("integral", f"{value_text(f)}, {f.exact_from}"),
        ("dimensions", f"{family.dims_text}; {family.default_dim} unless told otherwise"),
        ("tags", ", ".join(family.tags)),
        ("source", f.source),
    ]
    for name, parameter in family.parameters.items():
        limits = f"; {parameter.range_text}" if parameter.range_text else ""
        facts.append((name, f"{f.parameters[name]:g}: {parameter.meaning}{limits}"))
    indent = max(len(name) for name, _ in facts) + 2
    paragraphs = [
        textwrap.fill(text, _WIDTH, initial_indent=f"{name:<{indent}}", subsequent_indent=" " * indent)
        for name, text in facts
    ]
    return "\n".join([f"{f.name} in {f.dim} dimension{'s' * (f.dim > 1)}: {family.summary}", *paragraphs])


def value_text(f: Integrand) -> str:
    """Returns the integral with its error and unit: "0.963656968401804", "7257.4 +- 1.8 pb = ..."."""
    if f.exact is None:
        return "unknown"
    value, error = f"{f.exact:.15g}", ""
    if f.exact_error:
        error = f" +- {f.exact_error:.2g}"
        value = f"{f.exact:.{significant_digits(f)}g}"
    if f.unit == "pb":
        return f"{value}{error} pb = {f.exact / PB:.6g} GeV^-2"
    return f"{value}{error} {f.unit}".rstrip()


def significant_digits(f: Integrand) -> int:
    """Returns how many digits of a reference value its error leaves: two of the error itself."""
    if not f.exact:
        return 1
    return max(len(f"{abs(f.exact) / f.exact_error:.0f}") + 1, 2)
