"""What the visitor builds for a page as plain Markdown: words, formulas, code with its outputs.

It visits what the website shows, so its links are those of the page. A drawing is told in words, as
to a listener; an answer stands open below its exercise.
"""

from __future__ import annotations

from posixpath import dirname, join, normpath
from types import SimpleNamespace
from typing import TYPE_CHECKING, ClassVar, cast

from docutils import nodes

from press import links
from press.pandoc import ast
from press.pandoc.book import BookBuilder
from press.pandoc.markdown import MarkdownVisitor
from press.safety import SCHEME

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class PlainVisitor(MarkdownVisitor):
    """One page of the website as blocks of Markdown."""

    target: ClassVar[str] = "markdown"

    def __init__(self, app: Sphinx, docname: str, doctree: nodes.document) -> None:
        nowhere = SimpleNamespace(env=app.env, anchors=set(), members=frozenset(), answers={})
        super().__init__(cast("BookBuilder", nowhere), docname, doctree)
        self.page = app.builder.get_target_uri(docname)

    def link_target(self, node: nodes.reference) -> str:
        """Return an address: in the world, or of a page of the website."""
        uri = str(node["refuri"]) if "refuri" in node else f"#{node['refid']}"
        if SCHEME.match(uri):
            return uri
        path, mark, id = uri.partition("#")
        target = normpath(join(dirname(self.page), path)) if path else self.page
        return links.address(self.env.config, f"{self.page}.md", target) + mark + id

    def block_paragraph(self, node: nodes.paragraph) -> ast.Nodes:
        return [] if "downloads" in node["classes"] else super().block_paragraph(node)

    def inline_first_use(self, node: nodes.Element) -> ast.Nodes:
        return self.inlines(node)

    def exercise(self, label: str, title: ast.Nodes, blocks: ast.Nodes, answer: str) -> ast.Nodes:
        head = ast.para([ast.strong(ast.text(f"Answer to {label}"))])
        below = [head, *self.answers] if answer else []
        self.answers = []
        return [*super().exercise(label, title, blocks, ""), *below]

    def picture(self, node: nodes.image) -> ast.Node:
        """Return what a drawing shows."""
        return ast.emph(ast.text(f"Drawing: {self.alt(node)}"))

    def code(self, node: nodes.Element, caption: ast.Nodes) -> ast.Nodes:
        """Return an example with its prompts and outputs, as the page has it."""
        block = ast.node("CodeBlock", ast.attr("", (node.get("language", "text"),)), node.astext())
        return [*([ast.para(caption)] if caption else []), block]
