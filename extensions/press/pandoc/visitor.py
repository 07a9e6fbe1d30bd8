"""The visitor that turns a resolved doctree into Pandoc's blocks, for print, screen or notebook.

What the targets share is here, in `lists` and in `inlines`; `typst`, `html` and `markdown` say how
each builds a heading, a figure, a table, a box, a formula. A node that nobody knows stops the
build: a book must not lose words silently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from docutils import nodes

from press import exercises
from press.pandoc import ast
from press.pandoc.inlines import TOP
from press.pandoc.lists import Lists
from press.pandoc.tables import Grid, grid
from press.pandoc.target import VisitorError, anchor
from press.series import article_head

if TYPE_CHECKING:
    from press.pandoc.book import BookBuilder


class Visitor(Lists):
    """One document's doctree as Pandoc blocks."""

    def __init__(self, builder: BookBuilder, docname: str, doctree: nodes.document) -> None:
        super().__init__(builder, docname, doctree)
        self.depth = 0
        self.top = anchor(docname, TOP)
        self.answers: ast.Nodes = []

    # Dispatch

    def blocks(self, parent: nodes.Element) -> ast.Nodes:
        """Return the blocks of a node's children."""
        return [block for child in parent.children for block in self.block(child)]

    def block(self, node: nodes.Node) -> ast.Nodes:
        """Return the blocks of one node, anchored by its ids."""
        name = type(node).__name__
        method = getattr(self, f"block_{name}", None)
        if method is None:
            return [ast.plain(self.inline(node))] if self.is_inline(node) else self.unknown(node)
        made = cast("ast.Nodes", method(node))
        if isinstance(node, nodes.section):  # its heading carries its ids
            return made
        return self.anchored(self.ids(node), made) if isinstance(node, nodes.Element) else made

    def unknown(self, node: nodes.Node) -> ast.Nodes:
        """Stop the build at a node that has no rule."""
        raise VisitorError(
            f"{self.place(node)}: a <{type(node).__name__}> cannot be printed; add a method "
            f"block_{type(node).__name__} to press/pandoc/visitor.py or write it otherwise: "
            f"{node.astext()[:60]!r}"
        )

    # Structure

    def block_document(self, node: nodes.document) -> ast.Nodes:
        return self.blocks(node)

    def block_section(self, node: nodes.section) -> ast.Nodes:
        self.depth += 1
        title, rest = node.children[0], node.children[1:]
        head = next((n for n in rest if isinstance(n, article_head)), None)
        ids = self.ids(node)
        if self.depth == 1 and self.top not in self.builder.anchors:
            ids.append(self.top)
            self.builder.anchors.add(self.top)
        number = self.section_number(node)
        inlines = self.inlines(cast("nodes.Element", title))
        if head is not None and self.depth == 1:
            made = self.opening(head, number, inlines, ids)
        else:
            made = self.heading(self.depth, number, inlines, ids)
        for child in rest:
            made += self.block(child) if child is not head else []
        self.depth -= 1
        return made

    def block_title(self, node: nodes.title) -> ast.Nodes:
        # A section or a box takes its own title; one met here stands alone.
        return [ast.para([ast.strong(self.inlines(node))])]

    def block_paragraph(self, node: nodes.paragraph) -> ast.Nodes:
        return self.marked(node, [ast.para(self.inlines(node))])

    def block_compact_paragraph(self, node: nodes.Element) -> ast.Nodes:
        return [ast.plain(self.inlines(node))]

    def block_rubric(self, node: nodes.rubric) -> ast.Nodes:
        return self.rubric(self.inlines(node))

    def block_compound(self, node: nodes.compound) -> ast.Nodes:
        # The contents stand in the book's front matter.
        return [] if "toctree-wrapper" in node["classes"] else self.blocks(node)

    def block_container(self, node: nodes.container) -> ast.Nodes:
        if node.get("literal_block"):
            return self.block_listing(node)
        made = self.blocks(node)
        return self.classed(tuple(node["classes"]), made)

    def block_transition(self, node: nodes.transition) -> ast.Nodes:
        return [ast.node("HorizontalRule")]

    def skip(self, node: nodes.Node) -> ast.Nodes:
        """Return nothing: the node speaks to another output or to Sphinx itself."""
        return []

    block_comment = block_index = block_target = block_substitution_definition = skip
    block_tabular_col_spec = block_meta = block_highlightlang = skip
    block_field_list = block_docinfo = block_toctree = skip

    def block_raw(self, node: nodes.raw) -> ast.Nodes:
        formats = node["format"].split()
        return [ast.raw_block(self.target, node.astext())] if self.target in formats else []

    # Boxes and exercises

    def block_admonition(self, node: nodes.admonition) -> ast.Nodes:
        kinds = [c for c in node["classes"] if c not in ("box", "admonition")]
        return self.boxed(node, kinds[0] if kinds else "note")

    def boxed(self, node: nodes.Element, kind: str) -> ast.Nodes:
        """Return a box whose title is the node's own or the name of its kind."""
        title = node.next_node(nodes.title, descend=True)
        if title is None or title.parent is not node:
            return self.box(kind, ast.text(kind.capitalize()), self.blocks(node))
        body = [b for n in node.children if n is not title for b in self.block(n)]
        return self.box(kind, self.inlines(title), body)

    def block_note(self, node: nodes.Element) -> ast.Nodes:
        return self.boxed(node, type(node).__name__)

    block_warning = block_tip = block_hint = block_important = block_note

    def block_exercise(self, node: nodes.Element) -> ast.Nodes:
        label = self.numbered("exercise", node)
        body: ast.Nodes = []
        title: ast.Nodes = []
        answer = ""
        for child in node.children:
            if isinstance(child, nodes.title):
                title = self.inlines(child)
            elif isinstance(child, exercises.answer):
                answer = self.answer(child, label, self.exercise_id(node))
            else:
                body += self.block(child)
        return self.exercise(label, title, body, answer)

    def block_explorable(self, node: nodes.Element) -> ast.Nodes:
        return self.blocks(node)  # its twin

    def exercise_id(self, node: nodes.Element) -> str:
        """Return the anchor of an exercise: its answer links back to it."""
        if not (ids := self.ids(node)):
            raise VisitorError(f"{self.place(node)}: an exercise has no id; give it a :name:")
        return ids[0]

    def answer(self, node: nodes.Element, label: str, exercise: str) -> str:
        """Put an answer aside for the back of the book and return its anchor."""
        anchor = f"{exercise}--answer"
        self.builder.anchors.add(anchor)
        back = [ast.strong([ast.link(ast.text(label), f"#{exercise}")])]
        self.answers += self.anchored([anchor], self.answered(back, self.blocks(node)))
        return anchor

    # Figures, tables, code, formulas, notes

    def block_figure(self, node: nodes.figure) -> ast.Nodes:
        image = next(node.findall(nodes.image))
        caption = next(node.findall(nodes.caption), None)
        inlines = self.captioned("figure", node, self.inlines(caption) if caption else [])
        legend = next(node.findall(nodes.legend), None)
        return self.figure(image, inlines, self.blocks(legend) if legend else [])

    def block_image(self, node: nodes.image) -> ast.Nodes:
        return self.figure(node, [], [])

    def block_table(self, node: nodes.table) -> ast.Nodes:
        title = node.next_node(nodes.title, descend=True)
        own = title is not None and title.parent is node
        caption = self.inlines(title) if own and title is not None else []
        return self.table(self.captioned("table", node, caption), self.grid(node))

    def grid(self, node: nodes.table) -> Grid:
        """Return a table's cells with their blocks."""
        return grid(node, self.cell)

    def cell(self, entry: nodes.entry) -> ast.Nodes:
        """Return a cell's blocks; a lone paragraph is plain text."""
        made = self.blocks(entry)
        row = cast("nodes.Element", entry.parent)
        ids = self.ids(row) if row.children[0] is entry else []
        content = [self.tightened(made[0])] if len(made) == 1 else made
        return self.anchored(ids + self.ids(entry), content)

    def block_literal_block(self, node: nodes.literal_block) -> ast.Nodes:
        return self.code(node, [])

    def block_doctest_block(self, node: nodes.doctest_block) -> ast.Nodes:
        node["language"] = "pycon"
        return self.code(node, [])

    def block_listing(self, node: nodes.container) -> ast.Nodes:
        """Return code with a numbered caption."""
        code = next(node.findall(nodes.literal_block))
        caption = next(node.findall(nodes.caption), None)
        inlines = self.inlines(caption) if caption else []
        return self.code(code, self.captioned("code-block", node, inlines))

    def block_math_block(self, node: nodes.math_block) -> ast.Nodes:
        number = self.number("displaymath", node)
        return self.marked(node, self.display(node, f"({number})" if number else ""))

    def block_footnote(self, node: nodes.footnote) -> ast.Nodes:
        # Its text stands where it is called: see `Inlines.inline_footnote_reference`.
        return []

    def block_citation(self, node: nodes.citation) -> ast.Nodes:
        # Its label tells the machine which entry it is; the text names authors and year.
        entry = [n for n in node.children if not isinstance(n, nodes.label)]
        return self.bibliography_entry([block for child in entry for block in self.block(child)])


def blocks(builder: BookBuilder, docname: str, doctree: nodes.document, target: str) -> ast.Nodes:
    """Return a document's blocks; its answers go to `builder.answers[docname]`."""
    from press.pandoc.html import HtmlVisitor
    from press.pandoc.markdown import MarkdownVisitor
    from press.pandoc.typst import TypstVisitor

    kinds: dict[str, type[Visitor]] = {
        "typst": TypstVisitor,
        "html": HtmlVisitor,
        "markdown": MarkdownVisitor,
    }
    visitor = kinds[target](builder, docname, doctree)
    made = visitor.block_document(doctree)
    builder.answers[docname] = visitor.answers
    return made
