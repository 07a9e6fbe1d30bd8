"""Builder "pdf": one tagged PDF per series, through pandoc and Typst."""

from __future__ import annotations

import os
import re
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util import logging
from sphinx.util.display import progress_message

from press import series
from press.pandoc import ast, front, typeset
from press.pandoc.book import BookBuilder, pandoc
from press.pandoc.typst import without_idle_marks
from press.revision import timestamp
from press.swap import write

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

TEMPLATES = ("template.typ", "elements.typ")
COLOPHON = "reference/colophon"  # the last page, behind the index
LOST = re.compile(r'the text `"(.+?)"` could not be displayed')
LINE = re.compile(r"__typst_py_bytes__\.typ:(\d+):")


class PdfBuilder(BookBuilder):
    """Writes `<outdir>/<stem>.pdf` for every series that has an article."""

    name = "pdf"
    format = "pdf"
    epilog = "The PDFs are in %(outdir)s."
    target: ClassVar[str] = "typst"
    suffix: ClassVar[str] = ".pdf"

    def write_documents(self, docnames: AbstractSet[str]) -> None:
        """Write the books for Typst; each is set as soon as it is written."""
        self.settings: list[Future[None]] = []
        with ThreadPoolExecutor() as self.pool:
            super().write_documents(docnames)
            with progress_message("setting"):
                for setting in self.settings:
                    setting.result()  # raises what was raised there

    def written(self, book: series.Book) -> None:
        self.settings.append(self.pool.submit(self.set, book))

    def set(self, book: series.Book) -> None:
        """Set one book."""
        made = self.compiled(self.kept(book))
        write(Path(self.outdir, book.stem + self.suffix), made)

    def kept(self, book: series.Book) -> Path:
        """Return where a book's source lies, for a designer to look at and compile again."""
        return Path(self.doctreedir, f"{book.stem}.typ")

    def make(self, book: series.Book) -> None:
        """Write one book for Typst."""
        body = in_typst(self.assembled(book))
        here = Path(__file__).parent
        template = [(here / name).read_text("utf-8") for name in TEMPLATES]
        source = "\n".join([*template, front.settings(self, book), without_idle_marks(body)])
        write(self.kept(book), source.encode())

    def resolved(self, book: series.Book) -> dict[str, nodes.document]:
        """Return the doctrees of a book, whose series page is the introduction here."""
        trees = super().resolved(book)
        title = next(trees[book.docname].findall(nodes.title))
        title.children = [nodes.Text("Introduction")]
        return trees

    def assembled(self, book: series.Book) -> ast.Nodes:
        """Return a whole book in reading order."""
        content = self.visited(book)
        made = front.front(self, book) + unlisted(content[book.docname])
        made.append(front.typst(front.MAIN_MATTER))
        for part in book.parts:
            made += front.part_page(self, part)
            made.append(front.typst(f"#set heading(offset: {int(part.title is not None)})"))
            for docname in part.chapters:
                made += content[docname]
        made.append(front.typst("#set heading(offset: 0)"))
        back = {docname: content[docname] for docname in book.back}
        last = back.pop(COLOPHON, [])
        made += unlisted([*front.answers(self, book), *(b for page in back.values() for b in page)])
        return made + unlisted([*front.index(self.index), *last])

    def compiled(self, source: Path) -> bytes:
        """Return the PDF; an error names the article, not a line of a file nobody wrote."""
        seconds = int(timestamp().timestamp())
        try:
            made, warnings = typeset.book(source, Path(self.srcdir), seconds)
        except typeset.SettingError as error:
            raise SphinxError(sentence(source, error.complaint)) from error
        for warning in warnings:
            logger.warning(sentence(source, warning), type="press", subtype="pdf")
        return made


def in_typst(blocks: ast.Nodes) -> str:
    """Return blocks as Typst; a pandoc for each processor takes its share of them."""
    processors = os.cpu_count() or 1
    share = -(-len(blocks) // processors)
    parts = [ast.document(blocks[i : i + share]) for i in range(0, len(blocks), share)]
    with ThreadPoolExecutor(processors) as pool:
        return "\n".join(pool.map(lambda part: pandoc(part, "typst-smart"), parts))


def unlisted(blocks: ast.Nodes) -> ast.Nodes:
    """Return blocks whose sections stay out of the contents."""
    return [front.typst("#unlisted["), *blocks, front.typst("]")]


def sentence(source: Path, complaint: typeset.Complaint) -> str:
    """Return what Typst says as one sentence with the place in the article."""
    lines = source.read_text("utf-8").splitlines()
    first = lines.index(next(line for line in lines if line.startswith("#show: book.with")))
    found = [int(n) for n in LINE.findall(complaint.diagnostic) if int(n) > first]
    if not found and (lost := LOST.search(complaint.message)):  # a glyph, without a line
        found = [n for n, line in enumerate(lines, 1) if n > first and lost[1] in line]
    place = next((where(lines, number) for number in found), "template.typ")
    hints = "; ".join(complaint.hints)
    return f"{place}: Typst says: {complaint.message}" + (f" ({hints})" if hints else "")


def where(lines: list[str], number: int) -> str:
    """Return the last place that the visitor marked before a line."""
    marks = (line for line in reversed(lines[:number]) if line.lstrip().startswith("// @ "))
    return next(marks, "// @ front matter").lstrip()[5:]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.add_builder(PdfBuilder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
