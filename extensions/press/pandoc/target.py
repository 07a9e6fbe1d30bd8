"""What a target decides: how a heading, a figure, a table, a box or a formula is built."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from docutils import nodes
from docutils.utils import get_source_line
from sphinx.errors import SphinxError

from press.pandoc import ast
from press.pandoc.tables import Grid

if TYPE_CHECKING:
    from press.pandoc.book import BookBuilder


class VisitorError(SphinxError):
    """A doctree that no book can be made of."""

    category = "Book error"


@dataclass(frozen=True)
class Caption:
    """What the lists in front of a book print of a figure or a table."""

    number: str
    anchor: str
    words: ast.Nodes


class Target(ABC):
    """The state of a visit, and the constructions in which print and screen differ."""

    target: ClassVar[str]

    def __init__(self, builder: BookBuilder, docname: str, doctree: nodes.document) -> None:
        self.builder = builder
        self.env = builder.env
        self.docname = docname
        self.footnotes = {id: n for n in doctree.findall(nodes.footnote) for id in n["ids"]}

    # Places, ids and numbers

    def place(self, node: nodes.Node) -> str:
        """Return the file and line of a node."""
        source, line = get_source_line(node)
        return f"{source or self.env.doc2path(self.docname)}:{line or '?'}"

    def ids(self, node: nodes.Node) -> list[str]:
        """Return a node's ids as they stand in the book, and remember that they exist."""
        own = cast("list[str]", node["ids"]) if isinstance(node, nodes.Element) else []
        made = [anchor(self.docname, id) for id in own]
        self.builder.anchors.update(made)
        return made

    def number(self, figtype: str, node: nodes.Element) -> str:
        """Return Sphinx's own number of a figure, table, listing, exercise or equation."""
        numbers = self.env.toc_fignumbers.get(self.docname, {}).get(figtype, {})
        found = next((numbers[id] for id in node["ids"] if id in numbers), ())
        return ".".join(map(str, found))

    def numbered(self, figtype: str, node: nodes.Element) -> str:
        """Return "Figure 1.4.1" as the configuration words it, or nothing without a number."""
        number = self.number(figtype, node)
        wording = cast("dict[str, str]", self.env.config.numfig_format)
        return wording[figtype] % number if number else ""

    def captioned(self, figtype: str, node: nodes.Element, caption: ast.Nodes) -> ast.Nodes:
        """Return a caption with its label and number before it."""
        label = self.numbered(figtype, node)
        if not label:
            return caption
        mark = ast.strong(ast.text(f"{label}:" if caption else label))
        return [mark, ast.node("Space"), *caption] if caption else [mark]

    def section_number(self, node: nodes.Element) -> str:
        """Return the number of a document, which only its first section carries."""
        numbers = self.env.toc_secnumbers.get(self.docname, {})
        first = isinstance(node.parent, nodes.document)
        key = "" if first else f"#{node['ids'][0]}"
        return ".".join(map(str, numbers.get(key) or ()))

    # What a target builds

    @abstractmethod
    def marked(self, node: nodes.Element, blocks: ast.Nodes) -> ast.Nodes:
        """Return blocks that a later error can be traced back from."""

    @abstractmethod
    def anchored(self, ids: list[str], blocks: ast.Nodes) -> ast.Nodes:
        """Return blocks that can be linked to."""

    @abstractmethod
    def anchored_inline(self, ids: list[str], inlines: ast.Nodes) -> ast.Nodes:
        """Return inlines that can be linked to."""

    @abstractmethod
    def classed(self, classes: tuple[str, ...], blocks: ast.Nodes) -> ast.Nodes:
        """Return the blocks of a container."""

    @abstractmethod
    def heading(self, depth: int, number: str, title: ast.Nodes, ids: list[str]) -> ast.Nodes:
        """Return a heading; depth 1 is the document's title."""

    @abstractmethod
    def opening(
        self, head: nodes.Element, number: str, title: ast.Nodes, ids: list[str]
    ) -> ast.Nodes:
        """Return the opening of an article: its number, title, lead and facts about it."""

    @abstractmethod
    def rubric(self, title: ast.Nodes) -> ast.Nodes:
        """Return a heading that no contents list."""

    @abstractmethod
    def box(self, kind: str, title: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        """Return a box: note, trap, result, history, nothing-else."""

    @abstractmethod
    def exercise(self, label: str, title: ast.Nodes, blocks: ast.Nodes, answer: str) -> ast.Nodes:
        """Return an exercise with a link to its answer, if it has one."""

    @abstractmethod
    def answered(self, back: ast.Nodes, blocks: ast.Nodes) -> ast.Nodes:
        """Return an answer at the back of the book, with a link to its exercise."""

    @abstractmethod
    def definitions(self, items: list[tuple[ast.Nodes, ast.Nodes]]) -> ast.Nodes:
        """Return terms with their definitions."""

    @abstractmethod
    def bibliography_entry(self, blocks: ast.Nodes) -> ast.Nodes:
        """Return an entry of the bibliography."""

    @abstractmethod
    def figure(self, image: nodes.image, caption: ast.Nodes, legend: ast.Nodes) -> ast.Nodes:
        """Return a picture with its caption."""

    @abstractmethod
    def table(self, caption: ast.Nodes, grid: Grid) -> ast.Nodes:
        """Return a table with its caption."""

    @abstractmethod
    def code(self, node: nodes.Element, caption: ast.Nodes) -> ast.Nodes:
        """Return coloured code with its caption."""

    @abstractmethod
    def display(self, node: nodes.math_block, number: str) -> ast.Nodes:
        """Return a formula on a line of its own."""

    @abstractmethod
    def formula(self, tex: str) -> ast.Nodes:
        """Return a formula in the line."""


def anchor(docname: str, id: str) -> str:
    """Return the id of a node in a book, where all documents share one namespace."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", f"{docname}--{id}")


def kicker(label: str) -> str:
    """Return the line above an article's title: "1.4" is article 4 of phase 1."""
    phase, _, number = label.partition(".")
    return f"Phase {phase} · Article {number}" if phase.isdigit() else f"Article {label}"


def meta(head: nodes.Element) -> str:
    """Return the line below an article's lead."""
    return f"{head['level'].capitalize()} · {head['minutes']} min · {head['date']}"
