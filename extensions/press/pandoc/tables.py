"""Tables: docutils' rows become a grid of cells, which each target prints in its own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from docutils import nodes

from press.pandoc import ast
from press.pandoc.columns import extent

ALIGNMENTS = ("left", "right", "center")


@dataclass(frozen=True)
class Cell:
    """One cell; `align` is "" where the author did not say."""

    blocks: ast.Nodes
    colspan: int = 1
    rowspan: int = 1
    align: str = ""
    extent: float = 0.0  # about how wide it would be in one line, in ems


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """A table's columns, the rows of its head and those of its body."""

    columns: int
    head: tuple[Row, ...]
    body: tuple[Row, ...]

    def alignments(self) -> tuple[str, ...]:
        """Return each column's alignment: that of its first body cell, if rows are plain."""
        row = next((r for r in self.body if len(r) == self.columns), ())
        found = tuple(cell.align or "left" for cell in row)
        return found or ("left",) * self.columns


def grid(table: nodes.table, content: Callable[[nodes.entry], ast.Nodes]) -> Grid:
    """Return the cells of a table, their content made by `content`."""
    group = next(table.findall(nodes.tgroup))
    head = group.next_node(nodes.thead)
    body = group.next_node(nodes.tbody)
    return Grid(int(group["cols"]), rows(head, content), rows(body, content))


def rows(
    part: nodes.Element | None, content: Callable[[nodes.entry], ast.Nodes]
) -> tuple[Row, ...]:
    """Return the rows of a table's head or body."""
    if part is None:
        return ()
    found = (row for row in part.children if isinstance(row, nodes.row))
    return tuple(
        tuple(cell(e, content(e)) for e in row.children if isinstance(e, nodes.entry))
        for row in found
    )


def cell(entry: nodes.entry, blocks: ast.Nodes) -> Cell:
    """Return one cell with its spans and its alignment."""
    classes = entry["classes"]
    align = next((a for a in ALIGNMENTS if f"text-{a}" in classes), "")
    columns, lines = entry.get("morecols", 0) + 1, entry.get("morerows", 0) + 1
    return Cell(blocks, columns, lines, align, extent(entry))


def to_pandoc(caption: ast.Nodes, table: Grid) -> ast.Node:
    """Return Pandoc's own table, which its HTML writer knows."""
    specs = [[pandoc_align(a), ast.node("ColWidthDefault")] for a in table.alignments()]
    short = [None, [ast.plain(caption)] if caption else []]
    head = [ast.attr(), [pandoc_row(row) for row in table.head]]
    body = [ast.attr(), 0, [], [pandoc_row(row) for row in table.body]]
    return ast.node("Table", ast.attr(), short, specs, head, [body], [ast.attr(), []])


def pandoc_align(align: str) -> ast.Node:
    """Return Pandoc's word for an alignment."""
    return ast.node(f"Align{align.capitalize() or 'Default'}")


def pandoc_row(row: Row) -> list[object]:
    """Return one row in Pandoc's form."""
    return [
        ast.attr(),
        [[ast.attr(), pandoc_align(c.align), c.rowspan, c.colspan, c.blocks] for c in row],
    ]
