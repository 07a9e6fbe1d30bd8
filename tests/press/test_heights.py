"""How high a node is about, in lines."""

import pytest
from docutils import nodes
from press.exercises import answer
from press.pandoc.heights import COLUMNS, DISPLAY, GAP, PICTURE, height


@pytest.mark.parametrize(
    ("node", "lines"),
    [
        (nodes.paragraph("", "x" * COLUMNS), 1 + GAP),
        (nodes.paragraph("", "x" * (COLUMNS + 1)), 2 + GAP),
        (nodes.literal_block("", "a\nb\nc"), 3 + GAP),
        (nodes.math_block("x", "x"), DISPLAY),
        (nodes.figure("", nodes.image(uri="a.svg"), nodes.caption("", "x")), PICTURE + 1 + GAP),
        (nodes.container("", nodes.paragraph("", "x"), answer("", nodes.image())), 1 + GAP),
    ],
)
def test_a_height_is_that_of_its_parts_without_an_answer(node, lines):
    assert height(node) == lines
