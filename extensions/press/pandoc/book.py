"""What the builders of printed and electronic books share: one book per series, whole at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, cast

from docutils import nodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.util.display import progress_message
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available

from press import series
from press.mathml import run_pandoc
from press.pandoc import ast, entries
from press.pandoc.inlines import TOP
from press.pandoc.target import Caption, VisitorError, anchor
from press.pandoc.visitor import blocks

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

logger = logging.getLogger(__name__)

# The pages of which a book prints only what it points to, in this order: terms and facts cite.
SHARED: dict[str, type[nodes.Element]] = {
    "reference/glossary": nodes.definition_list_item,
    "reference/facts": nodes.definition_list_item,
    "reference/bibliography": nodes.citation,
}
LICENCE = "Text and figures: CC BY 4.0. Code: MIT."


class BookBuilder(Builder):
    """Makes one file per series; a subclass names its target, its suffix and its `make`."""

    target: ClassVar[str]
    suffix: ClassVar[str]
    allow_parallel = False  # a book is one file
    supported_image_types: ClassVar[list[str]] = ["image/svg+xml", "image/png", "image/jpeg"]
    # Builders must name a translator; the visitor takes its place.
    default_translator_class = nodes.SparseNodeVisitor

    def init(self) -> None:
        self.begin(frozenset())

    def begin(self, members: frozenset[str]) -> None:
        """Forget the last book."""
        self.members = members
        self.anchors: set[str] = set()
        self.answers: dict[str, ast.Nodes] = {}
        self.captions: dict[str, list[Caption]] = {"figure": [], "table": []}

    def get_outdated_docs(self) -> str:
        return "all books"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        return to

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        books = [b for b in series.books(self.env) if any(part.chapters for part in b.parts)]
        shared = parallel_available and len(books) > 1
        tasks = ParallelTasks(os.cpu_count() or 1) if shared else SerialTasks()
        for book in books:
            # Sphinx's two kinds of tasks call back with two and with one argument.
            tasks.add_task(self.write_book, book, lambda *_, book=book: self.written(book))
        tasks.join()

    def write_book(self, book: series.Book) -> None:
        """Write one book; in a process of its own, its memory ends with it."""
        with progress_message(f"making {book.stem}{self.suffix}", nonl=False):
            self.begin(frozenset(documents(book)))
            self.make(book)

    def written(self, book: series.Book) -> None:
        """Go on with a book that is written, in the first process."""

    def make(self, book: series.Book) -> None:
        """Write one book."""
        raise NotImplementedError

    def resolved(self, book: series.Book) -> dict[str, nodes.document]:
        """Return the doctrees of a book; its back matter keeps only what it uses."""
        trees = {
            docname: self.env.get_and_resolve_doctree(docname, self, tags=self.tags)
            for docname in documents(book)
        }
        for page, kind in SHARED.items():
            if page in trees:
                prune(trees[page], kind, pointed_at(trees, page))
        return trees

    def visited(self, book: series.Book) -> dict[str, ast.Nodes]:
        """Return the blocks of each document of a book; every inner link has its target."""
        for part in book.parts:
            if part.docname:  # links to a phase's page lead to the part's opening
                self.members |= {part.docname}
                self.anchors.add(anchor(part.docname, TOP))
        trees = self.resolved(book)
        self.index = entries.gather(self, trees)
        made = {name: blocks(self, name, tree, self.target) for name, tree in trees.items()}
        for docname, content in made.items():
            self.check_links(docname, [*content, *self.answers[docname]])
        self.check_index()
        return made

    def check_links(self, docname: str, content: ast.Nodes) -> None:
        """Stop at a link that leads nowhere: Typst would name no document, a reader no page."""
        lost = sorted({target for target in ast.links(content) if target not in self.anchors})
        if lost:
            raise VisitorError(
                f"{self.env.doc2path(docname)}: links to {', '.join(lost)} lead nowhere; "
                "the page they name has no such place"
            )

    def check_index(self) -> None:
        """Stop at an entry of the index that leads nowhere."""
        if blind := entries.blind(self.index):
            raise VisitorError(
                f"the index has no {blind[1]!r} to which {blind[0]!r} leads with see or seealso; "
                "name an entry that this book has"
            )
        lost = {place.anchor for place in entries.places(self.index)} - self.anchors
        if lost:
            raise VisitorError(
                f"entries of the index lead to {', '.join(sorted(lost))}, which no page holds; "
                "move their {index} to a paragraph"
            )


def documents(book: series.Book) -> tuple[str, ...]:
    """Return a book's documents in reading order: index, chapters, back matter."""
    chapters = (docname for part in book.parts for docname in part.chapters)
    return (book.docname, *chapters, *book.back)


def pointed_at(trees: dict[str, nodes.document], page: str) -> set[str]:
    """Return the ids of a page's entries that a book's other documents point to."""
    return set(_pointed_at(trees, page))


def _pointed_at(trees: dict[str, nodes.document], page: str) -> Iterator[str]:
    for docname, tree in trees.items():
        for reference in tree.findall(nodes.reference) if docname != page else ():
            target, _, id = str(reference.get("refuri", "")).partition("#")
            if target == page:
                yield id


def prune(page: nodes.document, kind: type[nodes.Element], keep: set[str]) -> None:
    """Drop the entries to which neither this book points nor an entry that it keeps."""
    entries = [(entry, ids(entry)) for entry in page.findall(kind)]
    while more := {id for entry, own in entries if own & keep for id in within(entry)} - keep:
        keep = keep | more
    for entry, own in entries:
        if own and not own & keep:
            drop(entry, page)


def ids(entry: nodes.Element) -> set[str]:
    """Return all ids of an entry and its parts."""
    return {id for part in entry.findall(nodes.Element) for id in part["ids"]}


def within(entry: nodes.Element) -> set[str]:
    """Return the ids of its own page to which an entry points."""
    return {ref["refid"] for ref in entry.findall(nodes.reference) if "refid" in ref}


def drop(node: nodes.Element, page: nodes.document) -> None:
    """Remove an entry with the list, and the section below the page's own, that it leaves empty."""
    parent = cast("nodes.Element", node.parent)
    parent.remove(node)
    if parent.parent is not page and all(isinstance(child, nodes.title) for child in parent):
        drop(parent, page)


def pandoc(document: ast.Node, to: str, *options: str) -> str:
    """Return what pandoc writes for a document; one process per book."""
    return run_pandoc(document, to, *options)
