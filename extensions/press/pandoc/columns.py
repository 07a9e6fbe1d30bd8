"""How a printed table shares its page: Typst could measure every cell, but would set it twice."""

from __future__ import annotations

import re
from math import sqrt
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from press.pandoc.tables import Grid

ROOM = 37.0  # ems of a table's type in 124 mm, less what the estimate may miss
INSET = 0.87  # of both sides of a cell
LETTER, MONO, SIGN = 0.46, 0.54, 0.47  # mean widths: of a letter, one in code, a formula's sign
# A formula's signs, in this order: what shows nothing, what has room at both sides, one sign each.
SIGNS = (
    (re.compile(r"\\(?:text|mathrm|mathbf|operatorname|left|right|frac|widehat|bar|tilde)\b"), ""),
    (re.compile(r"[=+<>−-]|\\(?:times|cdot|in|le|ge|ll|gg|approx|to|mapsto)\b"), "xx"),
    (re.compile(r"\\[A-Za-z]+|\\."), "x"),
    (re.compile(r"[{}^_&\s]"), ""),
)


def extent(cell: nodes.Element) -> float:
    """Return about how wide the longest line of a cell is, in ems, were it not broken."""
    lines = [child for child in cell.children if isinstance(child, nodes.TextElement)]
    return max((sum(map(word_extent, leaves(line))) for line in lines), default=0.0)


def leaves(node: nodes.Element) -> list[nodes.Node]:
    """Return the texts, the code and the formulas of a node, in their order."""
    found: list[nodes.Node] = []
    for child in node.children:
        whole = isinstance(child, nodes.Text | nodes.literal | nodes.math)
        found += [child] if whole else leaves(child)  # type: ignore[arg-type]  # no text: an element
    return found


def word_extent(node: nodes.Node) -> float:
    """Return about how wide a text, code or formula is, in ems."""
    if isinstance(node, nodes.math):
        signs = node.astext()
        for found, shown in SIGNS:
            signs = found.sub(shown, signs)
        return SIGN * len(signs)
    return (MONO if isinstance(node, nodes.literal) else LETTER) * len(node.astext())


def columns_of(grid: Grid) -> list[str]:
    """Return the widths of a table's columns as Typst takes them.

    Law: what fits in one line gets it. Where all lines together are too long, the columns above an
    even share divide what the others leave by the root of their length, so that ten words beside
    two have more than half and the two are still no column of letters.
    """
    rows = [*grid.head, *grid.body]
    plain = all(len(row) == grid.columns for row in rows)
    every = range(grid.columns) if plain else ()
    natural = [max(row[i].extent for row in rows) + INSET for i in every]
    free, long = ROOM, natural
    if sum(natural) <= free:
        return ["auto"] * grid.columns
    while short := [width for width in long if width <= free / len(long)]:
        long = [width for width in long if width not in short]
        free -= sum(short)
    return [f"{sqrt(width):.2f}fr" if width in long else "auto" for width in natural]
