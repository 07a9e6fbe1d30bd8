"""What the visitor builds for print: calls of the functions in `template.typ`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar, cast

from docutils import nodes

from press.maths import mathml
from press.pandoc import ast, code
from press.pandoc.code import array, string
from press.pandoc.columns import columns_of
from press.pandoc.heights import WHOLE, height
from press.pandoc.tables import Cell, Grid, Row
from press.pandoc.target import Caption, VisitorError, anchor, kicker, meta
from press.pandoc.visitor import Visitor
from press.speech import speak
from press.typst_maths import to_typst

QUIET = frozenset({"fact", "std-term"})  # links without a colour
MARK = re.compile(r"#\[#metadata\(none\)<([^<>\s]+)>\];|^#metadata\(none\) <([^<>\s]+)>$", re.M)
AIM = re.compile(r"(?<!\(none\))(?<!\(none\) )<([^<>\s]+)>")
BREAK_AFTER = re.compile(r"[._/(=,]")
POINTS = {"pt": 1.0, "px": 0.75, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0}
POINTS_PER_UNIT = 72 / 25.4 / 4.8  # drawings by hand count 4.8 units to the millimetre


class TypstVisitor(Visitor):
    """One document for the PDF."""

    target: ClassVar[str] = "typst"

    def marked(self, node: nodes.Element, blocks: ast.Nodes) -> ast.Nodes:
        return [ast.raw_block("typst", f"// @ {self.place(node)}"), *blocks]

    def anchored(self, ids: list[str], blocks: ast.Nodes) -> ast.Nodes:
        return [*(ast.raw_block("typst", f"#metadata(none) <{id}>") for id in ids), *blocks]

    def anchored_inline(self, ids: list[str], inlines: ast.Nodes) -> ast.Nodes:
        return [*(ast.raw("typst", f"#[#metadata(none)<{id}>];") for id in ids), *inlines]

    def classed(self, classes: tuple[str, ...], blocks: ast.Nodes) -> ast.Nodes:
        return blocks

    def call(
        self, start: str, words: ast.Nodes, middle: str, blocks: ast.Nodes, end: str = "]"
    ) -> ast.Nodes:
        """Return a Typst call around words that stand in its first line and blocks below."""
        first = ast.plain([ast.raw("typst", start), *words, ast.raw("typst", middle)])
        return [first, *blocks, ast.raw_block("typst", end)]

    def heading(self, depth: int, number: str, title: ast.Nodes, ids: list[str]) -> ast.Nodes:
        numbering = f", numbering: (..) => {string(number)}" if number else ""
        name = "section" if depth > 1 else "chapter"
        start = f"#{name}(depth: {depth}, id: {string(ids[0])}{numbering})["
        line = [ast.raw("typst", start), *title, ast.raw("typst", "]")]
        return [ast.plain(line), *self.anchored(ids[1:], [])]

    def opening(
        self, head: nodes.Element, number: str, title: ast.Nodes, ids: list[str]
    ) -> ast.Nodes:
        start = (
            f"#chapter(id: {string(ids[0])}, numbering: (..) => {string(number)}, "
            f"kicker: {string(kicker(number))}, lead: {string(head['description'])}, "
            f"meta: {string(meta(head))})["
        )
        line = [ast.raw("typst", start), *title, ast.raw("typst", "]")]
        return [ast.plain(line), *self.anchored(ids[1:], [])]

    def rubric(self, title: ast.Nodes) -> ast.Nodes:
        return [ast.plain([ast.raw("typst", "#rubric["), *title, ast.raw("typst", "]")])]

    def box(self, kind: str, title: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        return self.call(f"#callout({string(kind)}, [", title, "])[", blocks)

    def block_exercise(self, node: nodes.Element) -> ast.Nodes:
        return self.whole(node, "1.35em", super().block_exercise(node))

    def exercise(self, label: str, title: ast.Nodes, blocks: ast.Nodes, answer: str) -> ast.Nodes:
        named = [*ast.text(f"{label}: "), *title] if title else ast.text(label)
        link = f", answer: <{answer}>" if answer else ""
        return self.call('#callout("exercise", [', named, f"]{link})[", blocks)

    def answered(self, back: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        return self.call("#answer([", back, "])[", blocks)

    def whole(self, node: nodes.Element, spacing: str, blocks: ast.Nodes) -> ast.Nodes:
        """Return blocks that stay on one page, unless they are long."""
        if height(node) > WHOLE:
            return blocks
        return self.call(f"#whole({spacing})[", [], "", blocks)

    def block_definition_list(self, node: nodes.definition_list) -> ast.Nodes:
        items = [cast("nodes.Element", item) for item in node.children]
        made = self.fact if "facts" in node["classes"] else self.defined
        return [block for item in items for block in made(item)]

    def defined(self, item: nodes.Element) -> ast.Nodes:
        """Return a term with what explains it."""
        return self.whole(item, "1.25em", self.definitions([self.definition(item)]))

    def definitions(self, items: list[tuple[ast.Nodes, ast.Nodes]]) -> ast.Nodes:
        return [
            made for term, body in items for made in self.call("#definition([", term, "])[", body)
        ]

    def fact(self, item: nodes.Element) -> ast.Nodes:
        """Return a fact in one paragraph: a book carries hundreds."""
        term, body = (cast("nodes.Element", part) for part in item.children)
        words = self.anchored_inline(self.ids(term), self.inlines(term))
        for sentence in body.children:
            words += [ast.node("Space"), *self.inlines(cast("nodes.Element", sentence))]
            words += [] if sentence.astext().endswith(".") else ast.text(".")
        return self.call("#fact-entry[", words, "", [])

    def bibliography_entry(self, blocks: ast.Nodes) -> ast.Nodes:
        return self.call("#reference-entry[", [], "", blocks)

    def captioned(self, figtype: str, node: nodes.Element, caption: ast.Nodes) -> ast.Nodes:
        made = super().captioned(figtype, node, caption)
        number = self.number(figtype, node)
        if not number or figtype not in self.builder.captions:
            return made
        # A figure may float away from where the text names it: its caption knows the page.
        id = f"{anchor(self.docname, node['ids'][0])}-caption"
        listed = Caption(number, id, ast.first_sentence(caption))
        self.builder.captions[figtype].append(listed)
        return self.anchored_inline([id], made)

    def figure(self, image: nodes.image, caption: ast.Nodes, legend: ast.Nodes) -> ast.Nodes:
        start = (
            f"#plate({string('/' + image['uri'])}, {string(self.alt(image))}, "
            f"{self.width(image)}, ["
        )
        return self.marked(image, self.call(start, caption, "])[", legend))

    def width(self, image: nodes.image) -> str:
        """Return how wide a drawing was meant to be: nothing is scaled, 8 pt stay 8 pt."""
        if given := str(image.get("width", "")):
            return given if given.endswith(("%", "pt", "mm", "cm")) else "auto"
        path = Path(self.env.srcdir, image["uri"])
        if path.suffix != ".svg":
            return "auto"
        try:
            return f"{svg_width(path.read_text('utf-8')):.2f}pt"
        except (OSError, ValueError) as error:
            raise VisitorError(f"{self.place(image)}: {path}: {error}") from error

    def picture(self, node: nodes.image) -> ast.Node:
        call = f"#box(image({string('/' + node['uri'])}, alt: {string(self.alt(node))}));"
        return ast.raw("typst", call)

    def table(self, caption: ast.Nodes, grid: Grid) -> ast.Nodes:
        columns, aligned = array(columns_of(grid)), array(list(grid.alignments()))
        start = f"#data-table({columns}, {aligned}, ["
        made = [ast.plain([ast.raw("typst", start), *caption, ast.raw("typst", "], (")])]
        made += self.cells(grid.head)
        made.append(ast.raw_block("typst", "), ("))
        made += self.cells(grid.body)
        return [*made, ast.raw_block("typst", "))")]

    def cells(self, rows: tuple[Row, ...]) -> ast.Nodes:
        """Return cells as arguments, in reading order."""
        return [block for row in rows for cell in row for block in self.typst_cell(cell)]

    def typst_cell(self, cell: Cell) -> ast.Nodes:
        """Return one cell."""
        given = f"colspan: {cell.colspan}, rowspan: {cell.rowspan}"
        given += f", align: {cell.align}" if cell.align else ""
        start = ast.raw_block("typst", f"table.cell({given})[")
        return [start, *cell.blocks, ast.raw_block("typst", "],")]

    def code(self, node: nodes.Element, caption: ast.Nodes) -> ast.Nodes:
        body = code.to_typst(code.literal(node))
        start = f"#code-block({body}, ["
        return self.marked(node, self.call(start, caption, "])", [], ""))

    def inline_reference(self, node: nodes.reference) -> ast.Nodes:
        # Numbers and terms link to the back of the book; in colour they would shout in every line.
        inner = [name for part in node.findall(nodes.inline) for name in part["classes"]]
        target = self.link_target(node)
        if QUIET.isdisjoint(inner) or not target:
            return super().inline_reference(node)
        words = [ast.raw("typst", "#text(fill: ink)["), *self.inlines(node), ast.raw("typst", "];")]
        return [ast.link(words, target)]

    def inline_literal(self, node: nodes.Element) -> ast.Nodes:
        """Return code in the line, which may break after a mark; a title's stands in bookmarks."""
        if isinstance(node.parent, nodes.title):
            return super().inline_literal(node)
        return [ast.node("Code", ast.attr(), BREAK_AFTER.sub("\\g<0>\u200b", node.astext()))]

    def block_paragraph(self, node: nodes.paragraph) -> ast.Nodes:
        if "tags" in node["classes"]:
            return []
        if {"status", "introduced"} & {*node["classes"]}:
            return self.call("#status[", self.inlines(node), "", [])
        return super().block_paragraph(node)

    def block_bullet_list(self, node: nodes.bullet_list) -> ast.Nodes:
        if "articles" not in node["classes"]:
            return super().block_bullet_list(node)
        return [self.planned(row) for row in node.findall(nodes.list_item)]

    def planned(self, row: nodes.list_item) -> ast.Node:
        """Return an article of the plan in one line: its label, title and prerequisites."""
        written = "false" if "coming-soon" in row["classes"] else "true"
        label, *title = (p for p in cast("nodes.Element", row[0]).children if p.astext().strip())
        words = self.inline(title[0])
        after = next((n for n in row.findall(nodes.inline) if n["classes"] == ["after"]), None)
        told = string(after.astext() if after else "")
        start = f"#planned({string(label.astext())}, {written}, {told})["
        return ast.plain([ast.raw("typst", start), *words, ast.raw("typst", "]")])

    def display(self, node: nodes.math_block, number: str) -> ast.Nodes:
        numbering = f"numbering: (..) => {string(number)}, " if number else ""
        return [ast.raw_block("typst", self.equation(node.astext(), True, numbering))]

    def formula(self, tex: str) -> ast.Nodes:
        return [ast.raw("typst", f"{self.equation(tex, False, '')};")]

    def equation(self, tex: str, display: bool, more: str) -> str:
        """Return a formula with what a listener hears instead."""
        made = mathml(self.env, tex, display)
        body = to_typst(made)
        space = " " if display else ""
        block = "true" if display else "false"
        alt = string(speak(made))
        return f"#math.equation(block: {block}, {more}alt: {alt}, ${space}{body}{space}$)"


def without_idle_marks(source: str) -> str:
    """Return a book without the marks that no link leads to: Typst keeps a record of each."""
    aims = set(AIM.findall(source))
    return MARK.sub(lambda found: found[0] if (found[1] or found[2]) in aims else "", source)


def svg_width(svg: str) -> float:
    """Return the width of a drawing in points, from its width or, drawn by hand, its viewBox."""
    root = re.search(r"<svg\b[^>]*>", svg)
    if root is None:
        raise ValueError("no <svg> element: draw the figure again with its script")
    if found := re.search(r'\swidth="([\d.]+)(pt|px|mm|cm|in)"', root[0]):
        return float(found[1]) * POINTS[found[2]]
    if found := re.search(r'viewBox="[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)', root[0]):
        return float(found[1]) * POINTS_PER_UNIT
    raise ValueError("the <svg> has neither width nor viewBox: give it a viewBox")
