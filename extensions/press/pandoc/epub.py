"""One EPUB 3 per series: Pandoc writes the pages, `package` makes them a book."""

from __future__ import annotations

import uuid
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

from press import series
from press.pandoc import ast, cover, package
from press.pandoc.back_index import index_page
from press.pandoc.book import LICENCE, BookBuilder, pandoc
from press.pandoc.inlines import TOP
from press.pandoc.target import anchor, kicker
from press.reading import written_date
from press.revision import commit, timestamp

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

HERE = Path(__file__).parent
STYLES = (HERE.parent / "static/maths.css", HERE / "epub.css")
TEMPLATE = HERE / "epub.html"
MATHS_FONT = HERE.parent / "fonts/maths-epub.woff2"

# What a page of the back matter is, in the vocabulary of EPUB; the others are appendices.
KINDS = {"glossary": "glossary", "bibliography": "bibliography", "colophon": "colophon"}


class EpubBuilder(BookBuilder):
    """Writes <stem>.epub for every series."""

    name = "epub"
    format = "epub"
    target: ClassVar[str] = "html"
    suffix: ClassVar[str] = ".epub"

    def make(self, book: series.Book) -> None:
        """Write one book beside the old one, then put it in its place."""
        blocks = self.assembled(book)
        final = Path(self.outdir, book.stem + self.suffix)
        new = final.with_suffix(".new")
        with TemporaryDirectory() as folder:
            raw, picture = Path(folder, "raw.epub"), Path(folder, "cover.png")
            picture.write_bytes(self.cover(book))
            pandoc(
                document(blocks, self.metadata(book, blocks)), "epub3", *self.options(raw, picture)
            )
            package.repack(raw, new, book.title)
        new.replace(final)

    def options(self, raw: Path, picture: Path) -> list[str]:
        """Return pandoc's options; a page begins at each heading of the first two levels."""
        return [
            f"--output={raw}",
            f"--template={TEMPLATE}",
            *(f"--css={style}" for style in STYLES),
            f"--epub-embed-font={MATHS_FONT}",
            f"--epub-cover-image={picture}",
            f"--resource-path={self.srcdir}",
            "--split-level=2",
            "--toc",
            "--toc-depth=3",
            "--fail-if-warnings",
        ]

    def cover(self, book: series.Book) -> bytes:
        """Return the picture of the cover."""
        beat = 3 + series.books(self.env).index(book)
        return cover.png(self.config.project, book.title, book.blurb, self.config.author, beat)

    # Metadata

    def metadata(self, book: series.Book, blocks: ast.Nodes) -> dict[str, Any]:
        """Return what a library shows of the book, and what a blind reader may rely on."""
        when = timestamp()
        state = [f"commit {made}"] if (made := commit(self.srcdir)) else []
        edition = [written_date(f"{when:%Y-%m-%d}"), f"version {self.config.release}", *state]
        return {
            "title": book.title,
            "author": self.config.author,
            "publisher": self.config.project,
            "description": book.blurb,
            "subject": list(book.tags),
            "lang": self.config.language,
            "date": f"{when:%Y-%m-%d}",
            "edition": " · ".join(edition),
            "rights": LICENCE,
            "identifier": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, book.stem)}",
            "toc-title": "Contents",
            **accessibility(blocks),
        }

    # Assembly

    def assembled(self, book: series.Book) -> ast.Nodes:
        """Return the whole book: introduction, parts with their articles, answers, back matter."""
        made = self.visited(book)
        found = introduction(made[book.docname])
        for part in book.parts:
            found += part_opening(part)
            for docname in part.chapters:
                line = kicker(series.article(self.env, docname).label)
                found += placed(made[docname], 2 if part.number else 1, "chapter", line)
        found += self.answer_pages(book)
        for docname in book.back:
            kind = KINDS.get(docname.rpartition("/")[2], "appendix")
            found += placed(made[docname], 1, kind)
        return found + (placed(index_page(self.index), 1, "index") if self.index.below else [])

    def answer_pages(self, book: series.Book) -> ast.Nodes:
        """Return the answers of all exercises, under the titles of their articles."""
        found: ast.Nodes = []
        for docname in (d for part in book.parts for d in part.chapters if self.answers[d]):
            article = series.article(self.env, docname)
            words = [*number(article.label), *ast.text(article.title)]
            title = ast.link(words, f"#{anchor(docname, TOP)}")
            found += [ast.header(2, [title], anchor(docname, "answers")), *self.answers[docname]]
        head = ast.header(1, ast.text("Answers"), "answers")
        return placed([head, *found], 1, "answers") if found else []


def part_opening(part: series.Part) -> ast.Nodes:
    """Return the page that opens a phase; a series without phases has none."""
    if part.number is None or part.docname is None:
        return []
    words = [*number(f"Phase {part.number}."), *ast.text(part.title or "")]
    title = ast.header(1, words, anchor(part.docname, TOP))
    blurb = ast.div([ast.para(ast.text(part.blurb))], "", "lead")
    return placed([title, blurb], 1, "part")


def placed(blocks: ast.Nodes, level: int, kind: str, line: str = "") -> ast.Nodes:
    """Return a document as a page of the book: its title at a level, all other headings below.

    Pandoc begins a page at levels 1 and 2, so sections start at 3; `package` counts each page's
    headings from 1 again. `line` stands above the title.
    """
    title, *others = headers(blocks)
    title["c"][0] = level
    title["c"][1][2] += [["epub:type", kind], *([["data-kicker", line]] if line else [])]
    for header in others:
        header["c"][0] = max(3, header["c"][0] + 1)
    return blocks


def introduction(blocks: ast.Nodes) -> ast.Nodes:
    """Return the series' own page under a name that is not the book's, as one line of contents."""
    title, *others = headers(placed(blocks, 1, "introduction"))
    title["c"][2] = ast.text("Introduction")
    for header in others:
        header["c"][1][1] += ["unnumbered", "unlisted"]
    return blocks


def headers(blocks: ast.Nodes) -> ast.Nodes:
    """Return all headings in reading order."""
    return [found for found in ast.walk(blocks) if found["t"] == "Header"]


def number(label: str) -> ast.Nodes:
    """Return the number before a title."""
    return [ast.span(ast.text(label), "", "number"), ast.node("Space")]


def accessibility(blocks: ast.Nodes) -> dict[str, Any]:
    """Return the accessibility metadata that are true of these pages."""
    images = any(found["t"] == "Image" for found in ast.walk(blocks))
    raws = (found for found in ast.walk(blocks) if found["t"] == "RawInline")
    maths = any(found["c"][1].startswith("<math") for found in raws)
    words = ["Text, code and tables are real text, in reading order, under nested headings."]
    features = [
        "structuralNavigation",
        "tableOfContents",
        "readingOrder",
        "displayTransformability",
    ]
    if images:
        features.append("alternativeText")
        words.append("Every figure has a text alternative that says what it shows.")
    if maths:
        features += ["MathML", "describedMath"]
        words.append("Formulas are MathML, each with its reading in English.")
    return {
        "accessModes": ["textual", "visual"] if images else ["textual"],
        "accessModeSufficient": ["textual"],
        "accessibilityFeatures": features,
        "accessibilityHazards": ["none"],
        "accessibilitySummary": " ".join(words),
    }


def document(blocks: ast.Nodes, metadata: dict[str, Any]) -> ast.Node:
    """Return a Pandoc document with metadata that may be lists."""
    made = ast.document(blocks)
    made["meta"] = {key: meta(value) for key, value in metadata.items()}
    return made


def meta(value: str | list[str]) -> ast.Node:
    """Return a metadata value as Pandoc writes it."""
    if isinstance(value, str):
        return ast.node("MetaString", value)
    return ast.node("MetaList", [ast.node("MetaString", entry) for entry in value])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder in the place of Sphinx's own, which formulas and numbers break."""
    app.setup_extension("press.series")
    app.setup_extension("press.maths")
    app.add_builder(EpubBuilder, override=True)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
