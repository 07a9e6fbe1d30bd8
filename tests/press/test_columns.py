"""The widths of printed tables, from estimates."""

import pytest
from docutils import nodes
from press.pandoc.columns import INSET, LETTER, MONO, ROOM, SIGN, columns_of, extent
from press.pandoc.tables import Cell, Grid


def entry(*parts: nodes.Node) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", *parts))


def grid(*rows: tuple[float, ...]) -> Grid:
    return Grid(len(rows[0]), (), tuple(tuple(Cell([], extent=w) for w in row) for row in rows))


def test_text_code_and_formulas_have_their_widths():
    words = nodes.emphasis("", "", nodes.Text("four"), nodes.literal("code", "code"))
    made = extent(entry(words, nodes.math("x", r"\frac{a}{b}")))
    assert made == pytest.approx(4 * LETTER + 4 * MONO + 2 * SIGN)


@pytest.mark.parametrize(
    ("tex", "signs"),
    [
        ("x", 1),
        ("d_k", 2),
        (r"n \times d_k", 5),  # a cross has room at both sides
        (r"\text{model}", 5),
        (r"\left( \alpha \right)", 3),
        (r"\mathbf{Q} \approx 0", 4),
    ],
)
def test_a_command_of_tex_is_one_sign(tex, signs):
    assert extent(entry(nodes.math(tex, tex))) == pytest.approx(signs * SIGN)


def test_the_widest_line_of_a_cell_counts():
    cell = nodes.entry("", nodes.paragraph("", "ab"), nodes.paragraph("", "abcd"))
    assert extent(cell) == pytest.approx(4 * LETTER) and extent(nodes.entry("")) == 0


def test_what_fits_gets_what_it_needs():
    assert columns_of(grid((3.0, 20.0), (5.0, 2.0))) == ["auto", "auto"]


def test_long_columns_share_by_their_roots_what_short_ones_leave():
    short, long, longer = columns_of(grid((3.0, 36 - INSET, 64 - INSET)))
    assert (short, long, longer) == ("auto", "6.00fr", "8.00fr")


def test_a_column_that_is_short_beside_what_is_left_is_short():
    room = ROOM / 2  # of two columns; the second becomes short once the first has its little
    assert columns_of(grid((1.0, room + 1, 90.0)))[1].endswith("fr")
    assert columns_of(grid((1.0, room - 3, 90.0)))[1] == "auto"


def test_rows_with_spans_are_left_to_typst():
    spanned = Grid(2, (), ((Cell([], colspan=2, extent=99.0),),))
    assert columns_of(spanned) == ["auto", "auto"]
