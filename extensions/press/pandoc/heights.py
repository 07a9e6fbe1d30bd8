"""How high a node will be in print, about: Typst could measure, but would set everything twice."""

from __future__ import annotations

from docutils import nodes

from press.exercises import answer

COLUMNS = 80  # characters in a line of a box
GAP = 0.5  # between two blocks
DISPLAY = 3  # lines that a displayed formula takes
PICTURE = 15  # and a picture
WHOLE = 16  # lines, a third of a page: what is shorter is not torn apart


def height(node: nodes.Element) -> float:
    """Return about how many lines a node takes, without an answer that stands elsewhere."""
    if isinstance(node, nodes.literal_block | nodes.doctest_block):
        return GAP + node.astext().count("\n") + 1
    if isinstance(node, nodes.math_block):
        return DISPLAY
    if isinstance(node, nodes.image):
        return PICTURE
    if isinstance(node, nodes.TextElement):
        return GAP - (-len(node.astext()) // COLUMNS)
    inner = (child for child in node.children if isinstance(child, nodes.Element))
    return sum(height(child) for child in inner if not isinstance(child, answer))
