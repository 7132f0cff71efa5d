"""The module map as SVG: the rows of tests/test_architecture.py, top to bottom."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

_TEST = Path(__file__).resolve().parents[2] / "tests" / "test_architecture.py"
_WIDTH, _NAMES_AT, _LETTER, _LINE, _GAP = 940, 330, 7.3, 22, 10
_HEAVY = {"flow", "training", "traced"}


def layers() -> tuple[tuple[str, str], ...]:
    """Returns the rows of the diagram: what they are, and names of modules."""
    for node in ast.parse(_TEST.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYERS":
            rows: tuple[tuple[str, str], ...] = ast.literal_eval(node.value)
            return rows
    raise ValueError(f"{_TEST} must assign LAYERS")


def in_lines(names: list[str]) -> list[list[str]]:
    """Breaks names into lines that fit the page."""
    lines: list[list[str]] = [[]]
    room = float(_WIDTH - _NAMES_AT - _GAP)
    left = room
    for name in names:
        width = _box(name) + 6
        if lines[-1] and width > left:
            lines.append([])
            left = room
        lines[-1].append(name)
        left -= width
    return lines


def draw(path: Path, *, quick: bool = False) -> None:
    """Writes the map; it takes no time, quick or not."""
    y, parts = 46, []
    for number, (what, names) in enumerate(layers()):
        lines, words = in_lines(names.split()), textwrap.wrap(what.replace("`", ""), 44)
        height = max(_LINE * len(lines), 15 * len(words) + 4) + _GAP
        shade = "#f3f6f9" if number % 2 else "#ffffff"
        parts.append(f'<rect x="0" y="{y}" width="{_WIDTH}" height="{height}" fill="{shade}"/>')
        parts += _caption(words, y + height / 2)
        for row, line in enumerate(lines):
            parts += _boxes(line, y + (height - _LINE * len(lines)) // 2 + row * _LINE)
        y += height
    path.write_text(_page(parts, y + 12), encoding="utf-8")


def _page(parts: list[str], height: int) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img" font-family="sans-serif" font-size="13">\n'
        "<title>Modules of iflow: each row may import rows below it</title>\n"
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>\n'
        '<text x="12" y="29" font-size="15" font-weight="bold" fill="#222222">'
        "A module imports rows below its own, never its own row</text>"
        f'<text x="{_WIDTH - 12}" y="29" text-anchor="end" fill="#D55E00">orange: imports TensorFlow</text>'
    )
    return "\n".join([head, *parts, "</svg>"]) + "\n"


def _caption(lines: list[str], middle: float) -> list[str]:
    first = middle + 4.5 - 7.5 * (len(lines) - 1)
    return [
        f'<text x="12" y="{first + 15 * row:.1f}" fill="#555555">{escape(line)}</text>'
        for row, line in enumerate(lines)
    ]


def _box(name: str) -> float:
    return _LETTER * len(name) + 12


def _boxes(names: list[str], y: int) -> list[str]:
    x, parts = float(_NAMES_AT), []
    for name in names:
        colour = "#D55E00" if name in _HEAVY else "#0072B2"
        parts.append(
            f'<rect x="{x:.1f}" y="{y + 2}" width="{_box(name):.1f}" height="{_LINE - 4}" rx="4" '
            f'fill="#ffffff" stroke="{colour}"/>'
            f'<text x="{x + _box(name) / 2:.1f}" y="{y + 15}" text-anchor="middle" font-family="monospace" '
            f'font-size="12" fill="#222222">{escape(name)}</text>'
        )
        x += _box(name) + 6
    return parts
