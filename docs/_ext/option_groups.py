"""The directive `option-group`: some options of `iflow.integrate`, as its docstring describes them.

    .. option-group:: use_flow flow

Each argument is a field of `iflow.options.Options`: a group of options, or a single one.
"""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import docstrings
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from iflow.integration import integrate
from iflow.options import Options

ENTRY = re.compile(r"^  (\w+): (.*(?:\n    .*)*)", re.MULTILINE)


def descriptions() -> dict[str, str]:
    """Returns by name what the docstring of `integrate` says of each argument."""
    text = re.search(r"^Args:\n(.*?)\n\n", inspect.getdoc(integrate) or "", re.DOTALL | re.MULTILINE)
    return {name: " ".join(words.split()) for name, words in ENTRY.findall(text[1] if text else "")}


def members(group: str) -> list[str]:
    """Returns the names of the options of a group."""
    kinds = get_type_hints(Options)
    if group == "use_flow":
        return ["flow"]
    kind = kinds[group]
    return [field.name for field in fields(kind)] if is_dataclass(kind) else [group]


def signature() -> dict[str, tuple[str, str]]:
    """Returns by name the type and the default of each option of `integrate`, as they are written there."""
    source = inspect.getsource(integrate)
    given = ast.parse(source).body[0].args  # type: ignore[attr-defined]
    return {
        option.arg: tuple(ast.get_source_segment(source, part) or "" for part in (option.annotation, default))
        for option, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    }


class OptionGroup(SphinxDirective):
    """Lists the options of some groups: name, type, default and description."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Returns them as the domain of Python describes attributes, so that each has an address."""
        written, said = signature(), descriptions()
        lines: list[str] = []
        for name in [name for group in self.arguments[0].split() for name in members(group)]:
            kind, default = written[name]
            lines += [f".. py:attribute:: integrate.{name}", f"   :type: {kind}", f"   :value: {default}", ""]
            lines += [f"   {docstrings.escaped(said[name])}", ""]
        return self.parse_text_to_nodes("\n".join(lines))


def leave_out(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Takes out of the docstring of `integrate` what the groups say, before anything else reads it."""
    if name != "iflow.integrate":
        return
    text = "\n".join(lines)
    for option in [name for group in fields(Options) for name in members(group.name)] + [r"\*\*unknown"]:
        text = re.sub(rf"^  {option}: .*(\n    .*)*\n", "", text, flags=re.MULTILINE)
    lines[:] = text.split("\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Adds the directive."""
    app.add_directive("option-group", OptionGroup)
    app.connect("autodoc-process-docstring", leave_out, priority=50)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
