"""The pages of a printed book that no article holds: titles, imprint, contents, parts, answers,
index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from press import series
from press.pandoc import ast
from press.pandoc.book import LICENCE
from press.pandoc.code import array, string
from press.pandoc.entries import Entry, by_letter
from press.pandoc.inlines import TOP
from press.pandoc.target import Caption, anchor
from press.revision import edition, timestamp

if TYPE_CHECKING:
    from press.pandoc.pdf import PdfBuilder

FONTS = (
    "Set in Source Serif 4, Source Sans 3 and Source Code Pro by Adobe and STIX Two Math by the "
    "STI Pub companies, under the SIL Open Font License."
)
MAIN_MATTER = """\
#pagebreak(weak: true, to: "odd")
#set page(numbering: "1")"""


def typst(source: str) -> ast.Node:
    """Return a line of Typst."""
    return ast.raw_block("typst", source)


def settings(builder: PdfBuilder, book: series.Book) -> str:
    """Return the line that opens the document: what a reader's program shows about it."""
    date = timestamp()
    return (
        f"#show: book.with(title: {string(book.title)}, author: {string(builder.config.author)}, "
        f"description: {string(book.blurb)}, keywords: {array([string(t) for t in book.tags])}, "
        f"date: datetime(year: {date.year}, month: {date.month}, day: {date.day}))"
    )


def front(builder: PdfBuilder, book: series.Book) -> ast.Nodes:
    """Return half title, title, imprint, contents and the lists of figures and tables."""
    title, blurb, author = map(string, (book.title, book.blurb, str(builder.config.author)))
    return [
        typst(f"#half-title({title})"),
        typst(f"#title-page({title}, {blurb}, {author})"),
        typst(f"#imprint({array([string(line) for line in imprint(builder)])})"),
        typst('#contents("Contents")'),
        *lists(builder),
    ]


def imprint(builder: PdfBuilder) -> list[str]:
    """Return the lines behind the title page."""
    return [
        f"{edition(builder.config.release, builder.srcdir)}.",
        f"© {str(builder.config.copyright).split('.')[0]}.",
        LICENCE,
        FONTS,
    ]


def part_page(builder: PdfBuilder, part: series.Part) -> ast.Nodes:
    """Return the opening page of a part: number, title, promise, articles with their pages."""
    if part.title is None:
        return []
    rows = [chapter_row(builder, docname) for docname in part.chapters]
    id = anchor(part.docname or part.title, TOP)
    return [
        typst(
            f"#part-page(number: {string(str(part.number))}, title: {string(part.title)}, "
            f"blurb: {string(part.blurb)}, id: {string(id)}, chapters: {array(rows)})"
        )
    ]


def chapter_row(builder: PdfBuilder, docname: str) -> str:
    """Return one line of a part's page."""
    article = series.article(builder.env, docname)
    label = f"<{anchor(docname, TOP)}>"
    return array([string(article.label), string(article.title), label])


def answers(builder: PdfBuilder, book: series.Book) -> ast.Nodes:
    """Return the back chapter with all answers, article by article."""
    found = [name for part in book.parts for name in part.chapters if builder.answers[name]]
    if not found:
        return []
    made = [typst('#chapter(id: "answers")[Answers]')]
    for docname in found:
        article = series.article(builder.env, docname)
        title = string(f"{article.label}  {article.title}")
        made.append(typst(f"#section(id: {string(anchor(docname, 'answers'))})[#{title}]"))
        made += builder.answers[docname]
    return made


def lists(builder: PdfBuilder) -> ast.Nodes:
    """Return the lists behind the contents, of what there is enough of."""
    made: ast.Nodes = []
    for title, figtype, least in (("Figures", "figure", 1), ("Tables", "table", 5)):
        found = builder.captions[figtype]
        if len(found) >= least:
            made.append(typst(f"#list-title({string(title)})"))
            made += map(listed, found)
    return made


def listed(caption: Caption) -> ast.Node:
    """Return one line of such a list."""
    start = f"#listed({string(caption.number)}, <{caption.anchor}>)["
    return ast.plain([ast.raw("typst", start), *caption.words, ast.raw("typst", "]")])


def index(root: Entry) -> ast.Nodes:
    """Return the index, of which Typst learns the places and prints their pages."""
    letters = [
        array([string(letter), array([line(entry) for entry in lines])])
        for letter, lines in by_letter(root)
    ]
    return [typst('#chapter(id: "index")[Index]'), typst(f"#index({array(letters)})")]


def line(entry: Entry) -> str:
    """Return a line of the index with the lines below it."""
    places = [array([f"<{place.anchor}>", str(place.main).lower()]) for place in entry.places]
    cross = [array([string(how), string(words)]) for how, words in sorted(entry.cross)]
    below = [line(child) for child in entry.ordered()]
    words = [string(entry.words), str(entry.code).lower()]
    return array([*words, *map(array, (places, cross, below))])
