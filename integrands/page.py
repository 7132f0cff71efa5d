"""The page of the documentation that lists every integrand."""

from collections.abc import Mapping

from integrands.family import TAGS, Family
from integrands.integrand import Integrand
from integrands.listing import significant_digits

_HEAD = """# Example integrals

Written by `python -m integrands`; do not edit. All are integrals over the unit cube [0, 1]^dim, found by
name:

```python
import numpy as np
import integrands

f = integrands.get("camel", dim=4, width=0.2)
f(np.full((3, 4), 0.5))  # x: [n, 4] -> [n]
f.exact, f.exact_error, f.exact_from
```

`iflow list` prints one line for each, `iflow show NAME` everything about one, with `--plot FILE` a picture
too. Values are for the default parameters and the first dimension given; an error of 0 means right to
eleven digits or more. Where an integrand is infinite on the boundary of the cube, it returns 0 there.
"""


def markdown(sections: Mapping[str, tuple[str, ...]], families: Mapping[str, Family]) -> str:
    """Returns the page: what the tags mean, then a table and pictures for each section."""
    parts = [_HEAD, "| tag | meaning |\n|---|---|"]
    parts[-1] += "".join(f"\n| {tag} | {meaning} |" for tag, meaning in TAGS.items())
    for heading, names in sections.items():
        parts.append(f"## {heading}")
        parts.append(
            "| name | dimension | tags | value | error | unit | known from | source |\n" + "|---" * 8 + "|"
        )
        parts[-1] += "".join(f"\n{_row(families[name])}" for name in names)
        parts.append(
            "\n".join(f"![{name}: {families[name].summary}](integrands/{name}.png)" for name in names)
        )
        parts.append("\n".join(f"* `{name}`: {_details(families[name])}" for name in names))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _row(family: Family) -> str:
    f = family.build()
    cells = (
        f"`{f.name}`",
        f"{f.dim}; {family.dims_text}",
        ", ".join(family.tags),
        _value(f),
        f"{f.exact_error:.2g}",
        f.unit or "1",
        f.exact_from,
        f.source,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _value(f: Integrand) -> str:
    # Eleven digits, because the last ones may differ between machines.
    return f"{f.exact:.{significant_digits(f) if f.exact_error else 11}g}"


def _details(family: Family) -> str:
    text = f"{family.summary}; `f(x) = {family.formula}`"
    for name, parameter in family.parameters.items():
        limits = f", {parameter.range_text}" if parameter.range_text else ""
        text += f"; `{name}` = {parameter.default:g}, {parameter.meaning}{limits}"
    return text
