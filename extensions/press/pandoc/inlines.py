"""Words, references and notes: the part of the visitor that stays within a line."""

from __future__ import annotations

from abc import abstractmethod
from typing import cast

from docutils import nodes

from press.pandoc import ast
from press.pandoc.target import Target, VisitorError, anchor

TOP = "top"  # the anchor of a whole document


class Inlines(Target):
    """The inline nodes of one document."""

    @abstractmethod
    def blocks(self, parent: nodes.Element) -> ast.Nodes:
        """Return the blocks of a node's children."""

    @abstractmethod
    def unknown(self, node: nodes.Node) -> ast.Nodes:
        """Stop the build at a node that has no rule."""

    def is_inline(self, node: nodes.Node) -> bool:
        """Tell whether a node stays within a line."""
        return hasattr(self, f"inline_{type(node).__name__}")

    def inlines(self, parent: nodes.Element) -> ast.Nodes:
        """Return the inlines of a node's children."""
        return [inline for child in parent.children for inline in self.inline(child)]

    def inline(self, node: nodes.Node) -> ast.Nodes:
        """Return the inlines of one node, anchored by its ids."""
        method = getattr(self, f"inline_{type(node).__name__}", None)
        if method is None:
            return self.unknown(node)
        made = cast("ast.Nodes", method(node))
        return self.anchored_inline(self.ids(node), made)

    def inline_Text(self, node: nodes.Text) -> ast.Nodes:
        return ast.text(node.astext())

    def inline_emphasis(self, node: nodes.Element) -> ast.Nodes:
        return [ast.emph(self.inlines(node))]

    inline_title_reference = inline_literal_emphasis = inline_emphasis

    def inline_strong(self, node: nodes.Element) -> ast.Nodes:
        return [ast.strong(self.inlines(node))]

    inline_literal_strong = inline_strong

    def inline_literal(self, node: nodes.Element) -> ast.Nodes:
        return [ast.node("Code", ast.attr(), node.astext())]

    def inline_subscript(self, node: nodes.Element) -> ast.Nodes:
        return [ast.node("Subscript", self.inlines(node))]

    def inline_superscript(self, node: nodes.Element) -> ast.Nodes:
        return [ast.node("Superscript", self.inlines(node))]

    def inline_inline(self, node: nodes.Element) -> ast.Nodes:
        return self.inlines(node)

    inline_abbreviation = inline_generated = inline_target = inline_inline
    inline_term = inline_caption = inline_paragraph = inline_compact_paragraph = inline_inline

    def inline_index(self, node: nodes.Element) -> ast.Nodes:
        return []

    inline_comment = inline_index

    def inline_raw(self, node: nodes.raw) -> ast.Nodes:
        formats = node["format"].split()
        return [ast.raw(self.target, node.astext())] if self.target in formats else []

    def inline_math(self, node: nodes.math) -> ast.Nodes:
        return self.formula(node.astext())

    def inline_image(self, node: nodes.image) -> ast.Nodes:
        return [self.picture(node)]

    def picture(self, node: nodes.image) -> ast.Node:
        """Return a picture in the line, with what a listener hears instead."""
        return ast.node("Image", ast.attr(), ast.text(self.alt(node)), [node["uri"], ""])

    def alt(self, node: nodes.image) -> str:
        """Return the alternative text of a picture, which none may lack."""
        if alt := str(node.get("alt", "")).strip():
            return alt
        raise VisitorError(
            f"{self.place(node)}: the picture {node['uri']} has no :alt:; "
            "say there what a sighted reader learns from it"
        )

    def inline_footnote_reference(self, node: nodes.footnote_reference) -> ast.Nodes:
        """Return a note where it is called, as Pandoc wants it."""
        note = self.footnotes[node["refid"]]
        body = [n for n in note.children if not isinstance(n, nodes.label)]
        keep = nodes.container("", *(n.deepcopy() for n in body))
        return [ast.node("Note", self.blocks(keep))]

    def inline_reference(self, node: nodes.reference) -> ast.Nodes:
        """Return a link, or only its words when it leads out of the book."""
        words = self.inlines(node)
        target = self.link_target(node)
        return [ast.link(words, target)] if target else words

    inline_number_reference = inline_reference

    def link_target(self, node: nodes.reference) -> str:
        """Return where a reference leads: into the book, to the world, or nowhere."""
        if "refid" in node:
            return f"#{anchor(self.docname, node['refid'])}"
        uri = str(node["refuri"])
        docname, _, id = uri.partition("#")
        if not docname:
            return f"#{anchor(self.docname, id or TOP)}"
        if docname not in self.env.found_docs:
            return uri
        return f"#{anchor(docname, id or TOP)}" if docname in self.builder.members else ""
