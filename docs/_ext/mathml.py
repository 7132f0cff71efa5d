"""Formulas as MathML: browsers draw them by themselves, without scripts and without a network."""

from __future__ import annotations

from html import escape
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

# What LaTeX has and math-core has not.
MACROS = {"widetilde": r"\tilde{#1}", "lVert": r"\|", "rVert": r"\|"}
FONT = "math.woff"
# Latin, Greek, arrows, operators, technical and geometrical signs, brackets, mathematical alphabets.
CHARACTERS = ((0x20, 0x3FF), (0x2000, 0x23FF), (0x25A0, 0x25FF), (0x27C0, 0x2BFF), (0x1D400, 0x1D7FF))
_CONVERTER = LatexToMathML(macros=MACROS, fancy_error=False)
_LOGGER = logging.getLogger(__name__)


def markup(node: nodes.Element, *, is_block: bool) -> str:
    """Returns a formula as a <math> element; one that cannot be read is a warning, and shown as it is."""
    try:
        written: str = _CONVERTER.convert_with_local_state(node.astext(), displaystyle=is_block)
    except LatexError as error:
        _LOGGER.warning("formula %r: %s", node.astext(), str(error).strip(), location=node)
        return f"<code>{escape(node.astext())}</code>"
    return written


def visit_inline(translator: Any, node: nodes.math) -> None:
    """Writes a formula within a line."""
    translator.body.append(markup(node, is_block=False))
    raise nodes.SkipNode


def visit_block(translator: Any, node: nodes.math_block) -> None:
    """Writes a formula on lines of its own, with its number if it has a label."""
    translator.body.append(translator.starttag(node, "div", CLASS="formula"))
    translator.body.append(markup(node, is_block=True))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def write_font(app: Sphinx, error: Exception | None) -> None:
    """Puts a font beside the pages whose brackets and roots stretch, for machines that have none."""
    if error is not None or app.builder.format != "html":
        return
    options = subset.Options()
    options.flavor, options.layout_features, options.notdef_outline = "woff", ["*"], True
    with as_file(files("ziamath") / "fonts" / "STIXTwoMath-Regular.ttf") as path:
        font = subset.load_font(str(path), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for first, last in CHARACTERS for code in range(first, last + 1)])
    subsetter.subset(font)
    subset.save_font(font, str(Path(app.outdir) / "_static" / FONT), options)


def setup(app: Sphinx) -> dict[str, bool]:
    """Makes the renderer known as html_math_renderer = "mathml"."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
