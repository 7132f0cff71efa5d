"""Docstrings are plain text to be read in an editor; this makes them reStructuredText for the pages.

Indented lines outside of a section are formulas, which are kept as they stand, bars as in |f| are bars, and
what is returned, and references, are sentences: napoleon takes all before a colon for a type or a name.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

from sphinx.application import Sphinx

SECTION = re.compile(r"(Args|Attributes|Raises):$")
FIELD = re.compile(r"(Reference|Returns|Yields):$")
CODE = re.compile(r"(`+[^`]+`+)")
ARGUMENT = re.compile(r"  (\w+): ")
# What comes back is made by iflow: readers want its attributes, and never call its constructor.
COME_BACK = {
    "iflow.Comparison",
    "iflow.Events",
    "iflow.Iteration",
    "iflow.Result",
    "iflow.Results",
    "iflow.events.Expectation",
    "iflow.events.Histogram",
    "iflow.events.Stats",
    "iflow.events.Unweighting",
    "iflow.method_run.MethodRun",
    "integrands.Integrand",
}


def escaped(line: str) -> str:
    """Returns a line in which bars and stars outside of code are no markup."""
    parts = CODE.split(line)
    parts[::2] = [re.sub(r"([|*])", r"\\\1", part) for part in parts[::2]]
    return "".join(parts)


def rewritten(lines: list[str]) -> list[str]:
    """Returns a docstring in which formulas are literal blocks, and what is returned is a field."""
    found: list[str] = []
    in_section = in_formula = False
    for line in lines:
        if FIELD.match(line):
            found.append(f":{line.lower()}")
            in_section, in_formula = True, False
            continue
        is_indented = line.startswith(" ")
        if line and not is_indented:
            in_section, in_formula = SECTION.match(line) is not None, False
        elif is_indented and not in_section and not in_formula and found and not found[-1]:
            found += [".. code-block:: text", ""]
            in_formula = True
        found.append(line if in_formula else escaped(line))
    return found


def with_attributes(lines: list[str], kinds: dict[str, Any]) -> list[str]:
    """Returns a class docstring whose arguments are attributes with their types; others are left out.

    Args:
      lines: of the docstring.
      kinds: annotation of each field of the class, as it is written there.
    """
    found: list[str] = []
    in_arguments, is_kept = False, True
    for line in lines:
        if line and not line.startswith(" "):
            in_arguments, is_kept = line == "Args:", True
        argument = ARGUMENT.match(line) if in_arguments else None
        if argument:
            name, is_kept = argument[1], argument[1] in kinds
            start = ["", f".. attribute:: {name}", f"   :type: {kinds.get(name)}", ""]
            found += [*start, f"   {line[argument.end() :]}"] if is_kept else []
        elif (is_kept or not line) and line != "Args:":
            found.append(line.removeprefix(" ") if in_arguments else line)
    return found


def process_docstring(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Rewrites a docstring in place, before napoleon reads it."""
    lines[:] = rewritten(lines)
    if name in COME_BACK:
        lines[:] = with_attributes(lines, inspect.get_annotations(obj))
    if what == "property":  # whose first line is a sentence too, not a type and a colon
        lines.insert(0, "")


def process_signature(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None] | None:
    """Leaves out the arguments of what comes back."""
    return ("", None) if name in COME_BACK else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Connects both to autodoc."""
    app.connect("autodoc-process-docstring", process_docstring, priority=100)
    app.connect("autodoc-process-signature", process_signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
