"""What the visitor builds for a notebook: Markdown that Jupyter shows, and cells between it.

Jupyter knows CommonMark, pipe tables, TeX between dollars and a little HTML. A cell cannot stand
inside a box or a list, so whatever holds one is cut there and goes on below it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from itertools import chain, groupby, repeat
from mimetypes import guess_type
from pathlib import Path
from typing import ClassVar

from docutils import nodes

from press.examples import as_written
from press.links import absolute
from press.maths_lint import wrapped
from press.pandoc import ast, cells
from press.pandoc.inlines import TOP
from press.pandoc.tables import Grid, to_pandoc
from press.pandoc.target import VisitorError, meta
from press.pandoc.visitor import Visitor

INSTALL = (
    "To run this notebook you need PyTorch (`pip install torch numpy`) and `minseek`, the "
    "companion package (`pip install -e .` in a clone of the repository that it was made from). "
    "Run the cells from top to bottom; the outputs below are those that the article prints."
)


class MarkdownVisitor(Visitor):
    """One article as the blocks and code cells of a notebook."""

    target: ClassVar[str] = "markdown"

    # Nothing leads into a notebook, so nothing in it is anchored

    def marked(self, node: nodes.Element, blocks: ast.Nodes) -> ast.Nodes:
        return blocks

    def anchored(self, ids: list[str], blocks: ast.Nodes) -> ast.Nodes:
        return blocks

    def anchored_inline(self, ids: list[str], inlines: ast.Nodes) -> ast.Nodes:
        return inlines

    def classed(self, classes: tuple[str, ...], blocks: ast.Nodes) -> ast.Nodes:
        return blocks

    def link_target(self, node: nodes.reference) -> str:
        """Return an address: in the world, or of a page of the website if that has one."""
        docname, _, id = str(node.get("refuri", "")).partition("#")
        if docname and not node.get("internal"):
            return str(node["refuri"])
        page = absolute(self.env.config, f"{docname}.html") if docname else ""
        return page + (f"#{id}" if page and id and id != TOP else "")

    # Structure

    def heading(self, depth: int, number: str, title: ast.Nodes, ids: list[str]) -> ast.Nodes:
        mark = [*ast.text(number), ast.node("Space")] if number else []
        return [ast.header(depth, [*mark, *title])]

    def opening(
        self, head: nodes.Element, number: str, title: ast.Nodes, ids: list[str]
    ) -> ast.Nodes:
        lead = ast.para([ast.emph(ast.text(head["description"]))])
        setup = cells.setup(str(getattr(self.env.config, "doctest_global_setup", "")))
        lines = [lead, ast.para(ast.text(meta(head))), ast.para(worded(INSTALL))]
        return [*self.heading(1, number, title, ids), *lines, setup]

    def rubric(self, title: ast.Nodes) -> ast.Nodes:
        return [ast.para([ast.strong(title)])]

    def box(self, kind: str, title: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        head = ast.para([ast.strong(title)])
        return around([head, *blocks], lambda run: [ast.node("BlockQuote", run)])

    def exercise(self, label: str, title: ast.Nodes, blocks: ast.Nodes, answer: str) -> ast.Nodes:
        named = [*ast.text(f"{label}: "), *title] if title else ast.text(label)
        below = around(self.answers, folded()) if answer else []
        self.answers = []
        return [ast.para([ast.strong(named)]), *blocks, *below]

    def answered(self, back: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        return cells.hidden(blocks)  # it stays where it is: `exercise` takes it back

    def definitions(self, items: list[tuple[ast.Nodes, ast.Nodes]]) -> ast.Nodes:
        return [b for term, body in items for b in (ast.para([ast.strong(term)]), *body)]

    def bibliography_entry(self, blocks: ast.Nodes) -> ast.Nodes:
        return blocks

    def block_block_quote(self, node: nodes.block_quote) -> ast.Nodes:
        return around(self.blocks(node), lambda run: [ast.node("BlockQuote", run)])

    def block_bullet_list(self, node: nodes.bullet_list) -> ast.Nodes:
        return cut(super().block_bullet_list(node)[0])

    def block_enumerated_list(self, node: nodes.enumerated_list) -> ast.Nodes:
        return cut(super().block_enumerated_list(node)[0])

    def block_transition(self, node: nodes.transition) -> ast.Nodes:
        # MyST draws a line above the footnotes, which are not below it.
        return [] if "footnotes" in node["classes"] else super().block_transition(node)

    # Pictures, tables, code, formulas, notes

    def figure(self, image: nodes.image, caption: ast.Nodes, legend: ast.Nodes) -> ast.Nodes:
        words = [ast.para(caption)] if caption else []
        return [ast.para([self.picture(image)]), *words, *legend]

    def picture(self, node: nodes.image) -> ast.Node:
        """Return a picture that holds its own bytes: a notebook travels alone."""
        path = Path(self.env.srcdir, node["uri"])
        kind = guess_type(path.name)[0] or "application/octet-stream"
        address = f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"
        return ast.node("Image", ast.attr(), ast.text(self.alt(node)), [address, ""])

    def table(self, caption: ast.Nodes, grid: Grid) -> ast.Nodes:
        return [*([ast.para(caption)] if caption else []), to_pandoc([], grid)]

    def cell(self, entry: nodes.entry) -> ast.Nodes:
        made = super().cell(entry)
        if any(block["t"] == cells.CELL for block in made):
            raise VisitorError(f"{self.place(entry)}: a notebook cannot run an example in a table")
        return made

    def code(self, node: nodes.Element, caption: ast.Nodes) -> ast.Nodes:
        """Return an example as cells; what is listed, not run, as a block of text."""
        if node.get("testnodetype") == "doctest":
            return cells.from_doctest(as_written(node))
        block = ast.node("CodeBlock", ast.attr("", (node.get("language", "text"),)), node.astext())
        return [*([ast.para(caption)] if caption else []), block]

    def display(self, node: nodes.math_block, number: str) -> ast.Nodes:
        tag = rf"\tag{{{number.strip('()')}}}" if number else ""
        tex = one_line(wrapped(node.astext())) + tag
        return [ast.para([ast.node("Math", ast.node("DisplayMath"), tex)])]

    def formula(self, tex: str) -> ast.Nodes:
        return [ast.node("Math", ast.node("InlineMath"), one_line(wrapped(tex)))]

    def inline_footnote_reference(self, node: nodes.footnote_reference) -> ast.Nodes:
        """Return a note in parentheses: Jupyter has no place for it."""
        body = super().inline_footnote_reference(node)[0]["c"]
        if any(block["t"] not in ("Para", "Plain") for block in body):
            raise VisitorError(f"{self.place(node)}: a notebook's footnote is paragraphs alone")
        words = [inline for block in body for inline in (ast.node("Space"), *block["c"])]
        return [*ast.text(" ("), *words[1:], *ast.text(")")]


def one_line(tex: str) -> str:
    """Return a formula on one line: Jupyter would take the > of a box's next line for TeX."""
    return re.sub(r"\s*\n\s*", " ", tex).strip()


def worded(string: str) -> ast.Nodes:
    """Return text whose `code` stands between backticks."""
    pieces = enumerate(string.split("`"))
    return [
        inline
        for i, piece in pieces
        for inline in ([ast.node("Code", ast.attr(), piece)] if i % 2 else ast.text(piece))
    ]


def around(blocks: ast.Nodes, wrap: Callable[[ast.Nodes], ast.Nodes]) -> ast.Nodes:
    """Return blocks with each run between two cells wrapped."""
    made: ast.Nodes = []
    for is_cell, group in groupby(blocks, lambda block: block["t"] == cells.CELL):
        run = list(group)
        made += run if is_cell else wrap(run)
    return made


def folded() -> Callable[[ast.Nodes], ast.Nodes]:
    """Return what folds the parts of one answer, so that a click unfolds each."""
    names = chain(["Answer"], repeat("Answer, continued"))

    def fold(blocks: ast.Nodes) -> ast.Nodes:
        begin = ast.raw_block("html", f"<details>\n<summary>{next(names)}</summary>")
        return [begin, *blocks, ast.raw_block("html", "</details>")]

    return fold


def cut(made: ast.Node) -> ast.Nodes:
    """Return a list, in pieces if there are cells in it; its numbers go on."""
    bullets = made["t"] == "BulletList"
    items = made["c"] if bullets else made["c"][1]
    if not any(block["t"] == cells.CELL for item in items for block in item):
        return [made]

    def listed(i: int) -> Callable[[ast.Nodes], ast.Nodes]:
        if bullets:
            return lambda run: [ast.node("BulletList", [run])]
        start, *kind = made["c"][0]
        return lambda run: [ast.node("OrderedList", [start + i, *kind], [run])]

    return [block for i, item in enumerate(items) for block in around(item, listed(i))]
