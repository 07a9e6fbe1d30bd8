"""The ledger on a website: a page of facts for each subject, and one that counts and searches all.

The whole ledger would be a page of a megabyte. It stays one document, whose words the site's search
finds; only its HTML is parted. The search of all facts fetches them, as text, when it is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from docutils import nodes

from press import ledger_table
from press.facts import domain_of, subject_page
from press.ledger_table import FACTS, SUBJECTS, fact_row, fact_search, table
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

    from press.fact_data import Fact

Page = tuple[str, dict[str, Any], str]


class fact_subject(nodes.section):
    """A subject of the ledger, which the ledger's own page passes over."""


def pass_over(self: HTML5Translator, node: fact_subject) -> None:
    """Write nothing."""
    raise nodes.SkipNode


class Ledger:
    """The pages of one ledger of a website."""

    def __init__(self, app: Sphinx, docname: str, sections: list[nodes.section]) -> None:
        self.builder = cast("StandaloneHTMLBuilder", app.builder)
        self.domain = domain_of(app.env)
        self.docname = docname
        self.title = app.env.titles[docname].astext()
        self.sections = sections

    def facts(self, section: nodes.section) -> list[Fact]:
        """Return the facts of a subject."""
        terms = section.findall(nodes.term)
        return [self.domain.base.facts[t["ids"][0].removeprefix("fact-")] for t in terms]

    def page(self, section: nodes.section) -> str:
        """Name the page of a subject."""
        return subject_page(self.docname, section["subject"])

    def uri(self, page: str) -> str:
        """Return the address of a page from all of them, which lie side by side."""
        return self.builder.get_relative_uri(subject_page(self.docname, ""), page)

    def overview(self) -> list[nodes.Node]:
        """Return what stands on the ledger's own page in the place of the subjects."""
        rows = []
        for section in self.sections:
            uri = self.uri(self.page(section))
            link = nodes.reference("", heading(section), refuri=uri, internal=True)
            first = ledger_table.cell(nodes.paragraph("", "", link))
            counts = ledger_table.counts(self.domain, self.facts(section))
            rows.append(nodes.row("", first, *counts, ids=section["ids"]))
        count = sum(len(self.facts(section)) for section in self.sections)
        form = fact_search(count=count, index=Path(self.index).name)
        return [form, table(list(FACTS), [], "facts"), table(SUBJECTS, rows, "subjects")]

    @property
    def index(self) -> str:
        """Where all facts are, for the search."""
        return f"{self.docname}-index.js"

    def pages(self) -> Iterator[Page]:
        """Yield each subject's page, then write what the search reads."""
        self.builder.secnumbers = {}  # those of the article that was written last
        found = {}
        for number, section in enumerate(self.sections):
            content = self.subject(section)
            rows = content.findall(fact_row)
            found[self.uri(self.page(section))] = [ledger_table.record(row) for row in rows]
            around = self.sections[max(number - 1, 0) : number], self.sections[number + 1 :][:1]
            before, after = ([self.link(s) for s in side] for side in around)
            context = {
                "title": heading(section),
                "body": self.builder.render_partial(content)["fragment"],
                "parents": [{"title": self.title, "link": self.uri(self.docname)}],
                "prev": before[0] if before else None,
                "next": after[0] if after else None,
                "toctree": self.contents,
            }
            yield self.page(section), context, "page.html"
        data = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        write(Path(self.builder.outdir, self.index), f"window.allFacts={data};\n".encode())

    def contents(self, **options: Any) -> str:
        """Return the contents of the site as seen from the ledger, which is marked in them."""
        tree = self.builder._get_local_toctree(self.docname, **options)
        return tree.replace('href="#"', f'href="{self.uri(self.docname)}"')

    def link(self, section: nodes.section) -> dict[str, str]:
        """Lead to a subject, as templates want it."""
        return {"title": heading(section), "link": self.uri(self.page(section))}

    def subject(self, section: nodes.section) -> nodes.section:
        """Return the content of a subject's page."""
        uri = self.uri(self.page(section))
        items = section.findall(nodes.definition_list_item)
        rows = [ledger_table.row(self.domain, item, uri) for item in items]
        up = nodes.reference("", self.title, refuri=self.uri(self.docname), internal=True)
        return nodes.section(
            "",
            section.children[0],
            nodes.paragraph("", "", up, classes=["place"]),
            fact_search(count=len(rows)),
            table(list(FACTS), rows, "facts"),
            ids=section["ids"],
        )


def heading(section: nodes.section) -> str:
    """Return the heading of a subject."""
    return section.children[0].astext()


def part(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Show on the ledger's page of a website what each subject holds, and keep its facts."""
    sections = [node for node in doctree.findall(nodes.section) if "subject" in node]
    if app.builder.format != "html" or not sections:
        return
    domain_of(app.env).parted[docname] = sections
    page, first = cast("nodes.Element", sections[0].parent), sections[0]
    page[page.index(first) : page.index(first)] = Ledger(app, docname, sections).overview()
    for section in sections:
        section.replace_self(fact_subject("", *section.children, ids=section["ids"]))


def collect(app: Sphinx) -> Iterator[Page]:
    """Yield the pages of the ledgers that were written in this build."""
    for docname, sections in domain_of(app.env).parted.items():
        yield from Ledger(app, docname, sections).pages()


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give script and style to the pages that have the form."""
    if '<form class="fact-search"' in context.get("body", ""):
        app.add_js_file("facts.js", loading_method="defer")
        app.add_css_file("facts.css")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the parting and the pages."""
    ledger_table.setup(app)
    app.add_node(fact_subject, html=(pass_over, None))
    app.connect("doctree-resolved", part)
    app.connect("html-collect-pages", collect)
    app.connect("html-page-context", add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
