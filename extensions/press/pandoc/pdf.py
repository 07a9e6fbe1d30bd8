"""Builder "pdf": one tagged PDF per series, through pandoc and Typst."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import typst
from docutils import nodes
from sphinx.errors import SphinxError
from sphinx.util import logging

import press
from press import series
from press.pandoc import ast, front
from press.pandoc.book import BookBuilder, pandoc
from press.revision import timestamp
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

FONTS = Path(press.__file__).parent / "fonts"
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

    def make(self, book: series.Book) -> None:
        """Write one book."""
        body = in_typst(self.assembled(book))
        here = Path(__file__).parent
        template = [(here / name).read_text("utf-8") for name in TEMPLATES]
        source = "\n".join([*template, front.settings(self, book), body])
        # Kept with the doctrees, where a designer can look at it and compile it again.
        write(Path(self.doctreedir, f"{book.stem}.typ"), source.encode())
        write(Path(self.outdir, book.stem + self.suffix), self.compiled(source))

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

    def compiled(self, source: str) -> bytes:
        """Return the PDF; an error names the article, not a line of a file nobody wrote."""
        try:
            made, warnings = typst.compile_with_warnings(  # type: ignore[misc]  # bytes and str
                input=source.encode(),
                root=str(self.srcdir),
                font_paths=[str(FONTS)],
                ignore_system_fonts=True,
                pdf_standards=["ua-1", "a-2a"],
                timestamp=int(timestamp().timestamp()),
            )
        except typst.TypstError as error:
            raise SphinxError(complaint(source, error)) from error
        for warning in warnings:
            logger.warning(complaint(source, warning), type="press", subtype="pdf")
        return bytes(made)


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


def complaint(source: str, error: typst.TypstError | typst.TypstWarning) -> str:
    """Return an error of Typst as one sentence with the place in the article."""
    lines = source.splitlines()
    first = lines.index(next(line for line in lines if line.startswith("#show: book.with")))
    found = [int(n) for n in LINE.findall(str(error.diagnostic)) if int(n) > first]
    if not found and (lost := LOST.search(error.message)):  # a glyph: Typst names no line for it
        found = [n for n, line in enumerate(lines, 1) if n > first and lost[1] in line]
    place = next((where(lines, number) for number in found), "template.typ")
    hints = "; ".join(error.hints)
    return f"{place}: Typst says: {error.message}" + (f" ({hints})" if hints else "")


def where(lines: list[str], number: int) -> str:
    """Return the last place that the visitor marked before a line."""
    marks = (line for line in reversed(lines[:number]) if line.lstrip().startswith("// @ "))
    return next(marks, "// @ front matter").lstrip()[5:]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.add_builder(PdfBuilder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
