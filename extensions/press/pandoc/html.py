"""What the visitor builds for the screen: Pandoc's own nodes, which its HTML writers know."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes

from press.maths import mathml
from press.pandoc import ast, code
from press.pandoc.tables import Grid, to_pandoc
from press.pandoc.target import meta
from press.pandoc.visitor import Visitor


class HtmlVisitor(Visitor):
    """One document for an EPUB."""

    target: ClassVar[str] = "html"

    def marked(self, node: nodes.Element, blocks: ast.Nodes) -> ast.Nodes:
        return blocks

    def anchored(self, ids: list[str], blocks: ast.Nodes) -> ast.Nodes:
        for id in reversed(ids):
            if (
                len(blocks) == 1
                and blocks[0]["t"] in ("Div", "Figure", "Table")
                and not blocks[0]["c"][0][0]
            ):
                blocks[0]["c"][0][0] = id
            elif len(blocks) == 1 and blocks[0]["t"] == "Para":  # it stays one among others
                blocks = [ast.para([ast.span(blocks[0]["c"], id)])]
            else:
                blocks = [ast.div(blocks, id)]
        return blocks

    def anchored_inline(self, ids: list[str], inlines: ast.Nodes) -> ast.Nodes:
        for id in reversed(ids):
            inlines = [ast.span(inlines, id)]
        return inlines

    def block_paragraph(self, node: nodes.paragraph) -> ast.Nodes:
        return self.classed(tuple(node["classes"]), super().block_paragraph(node))

    def inline_inline(self, node: nodes.Element) -> ast.Nodes:
        classes = node["classes"]
        return [ast.span(self.inlines(node), "", *classes)] if classes else self.inlines(node)

    def classed(self, classes: tuple[str, ...], blocks: ast.Nodes) -> ast.Nodes:
        return [ast.div(blocks, "", *classes)] if classes else blocks

    def heading(self, depth: int, number: str, title: ast.Nodes, ids: list[str]) -> ast.Nodes:
        mark = [ast.span(ast.text(number), "", "number"), ast.node("Space")] if number else []
        others: ast.Nodes = [ast.plain([ast.span([], id)]) for id in ids[1:]]
        return [ast.header(depth, [*mark, *title], ids[0]), *others]

    def opening(
        self, head: nodes.Element, number: str, title: ast.Nodes, ids: list[str]
    ) -> ast.Nodes:
        lead = ast.div([ast.para(ast.text(head["description"]))], "", "lead")
        below = ast.div([ast.para(ast.text(meta(head)))], "", "meta")
        return [*self.heading(1, number, title, ids), ast.div([lead, below], "", "article-head")]

    def rubric(self, title: ast.Nodes) -> ast.Nodes:
        return [ast.div([ast.para([ast.strong(title)])], "", "rubric")]

    def box(self, kind: str, title: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        head = ast.div([ast.para(title)], "", "box-title")
        return [ast.div([head, *blocks], "", "box", kind)]

    def exercise(self, label: str, title: ast.Nodes, blocks: ast.Nodes, answer: str) -> ast.Nodes:
        named = [*ast.text(f"{label}: "), *title] if title else ast.text(label)
        link = ast.para([ast.link(ast.text("Answer"), f"#{answer}")])
        return self.box("exercise", named, [*blocks, *([link] if answer else [])])

    def answered(self, back: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        return [ast.div([ast.para(back), *blocks], "", "answer")]

    def definitions(self, items: list[tuple[ast.Nodes, ast.Nodes]]) -> ast.Nodes:
        return [ast.node("DefinitionList", [[term, [body]] for term, body in items])]

    def bibliography_entry(self, blocks: ast.Nodes) -> ast.Nodes:
        return [ast.div(blocks, "", "citation")]

    def figure(self, image: nodes.image, caption: ast.Nodes, legend: ast.Nodes) -> ast.Nodes:
        body = [ast.plain([self.picture(image)])]
        words = [*([ast.plain(caption)] if caption else []), *legend]
        return [ast.node("Figure", ast.attr(), [None, words], body)] if words else body

    def table(self, caption: ast.Nodes, grid: Grid) -> ast.Nodes:
        # A table of formulas can be wider than a phone: it scrolls by itself, as they do.
        focus = {"role": "group", "tabindex": "0", "aria-label": "Table"}
        return [ast.div([to_pandoc(caption, grid)], "", "table", **focus)]

    def code(self, node: nodes.Element, caption: ast.Nodes) -> ast.Nodes:
        block = ast.raw_block("html", code.to_html(code.literal(node)))
        if not caption:
            return [block]
        return [ast.div([ast.div([ast.para(caption)], "", "caption"), block], "", "listing")]

    def display(self, node: nodes.math_block, number: str) -> ast.Nodes:
        # A wide formula scrolls by itself; what scrolls must be reachable by keyboard.
        made = ast.plain([ast.raw("html", mathml(self.env, node.astext(), True))])
        name = f"Equation {number}" if number else "Formula"
        focus = {"role": "group", "tabindex": "0", "aria-label": name}
        mark = [ast.div([ast.plain(ast.text(number))], "", "number")] if number else []
        return [ast.div([ast.div([made], "", "formula", **focus), *mark], "", "equation")]

    def formula(self, tex: str) -> ast.Nodes:
        return [ast.raw("html", mathml(self.env, tex, False))]
