"""The search of a website: articles, sections, terms, code and sources, each at its exact place.

The index is made of what the documents say when they are read, so that a small change gives the
index of a build from nothing. Facts are in the ledger's own (`press.ledger_site`). A browser loads
either once a reader searches; ``static/search.js`` finds and orders. Sphinx's own search, which
knows whole pages and asks for each of those that it names, is switched off.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.search.en import SearchEnglish
from sphinx.util.index_entries import split_index_msg

from press import cards, facts, series
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

INDEX = "search-index.js"
WORD = re.compile(r"[^\W_]+")
DOCSTRING = re.compile(r'"""(.+?)(?:"""|$)', re.M)
# What has entries of its own, and what nobody says in words
APART = (nodes.section, addnodes.glossary)
SILENT = (nodes.math, nodes.math_block, nodes.literal_block, nodes.raw, nodes.comment)
PAGE = """<section id="search"><h1>Search</h1>
<form class="bd-search site-search" role="search"
 data-index="{index}" data-ledger="{ledger}">
<input type="search" class="form-control" name="q" aria-label="Search this site"
 placeholder="Articles, terms, facts, code" autocomplete="off" autocapitalize="off"
 spellcheck="false">
</form>
<p class="scriptless">The search needs a script. The contents lead to every page without one.</p>
<p role="status"></p>
<div id="search-results"></div>
</section>
"""


class Place(NamedTuple):
    """A place of a document: its kind, its id, what a result says, and what it is found by."""

    kind: str
    id: str
    title: str
    text: str = ""
    words: frozenset[str] = frozenset()


class SearchDomain(Domain):
    """The places of each document; survives incremental and parallel builds."""

    name, label = "search", "Search"
    initial_data: ClassVar[dict[str, Any]] = {"places": {}}

    @property
    def places(self) -> dict[str, list[Place]]:
        """The places by docname."""
        return cast("dict[str, list[Place]]", self.data["places"])

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        self.places.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        self.places.update({doc: otherdata["places"].get(doc, []) for doc in docnames})

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note the places of a document that was just read."""
        self.places[docname] = list(places(document))


def places(document: nodes.document) -> Iterator[Place]:
    """Yield the places of a document: the page itself first, then what stands on it."""
    for node in document.findall(nodes.Element):
        if isinstance(node, nodes.section) and "subject" not in node:
            kind = "page" if isinstance(node.parent, nodes.document) else "section"
            words = frozenset(word for text in said(node) for word in tokens(text))
            yield Place(kind, node["ids"][0], node[0].astext(), words=words)
        elif isinstance(node, addnodes.glossary):
            for item in node.findall(nodes.definition_list_item):
                term, meaning = cast("list[nodes.Element]", item.children)
                yield Place("term", term["ids"][0], term.astext(), meaning[0].astext())
        elif isinstance(node, nodes.literal_block) and "listing" in node:
            first = DOCSTRING.search(node.astext())
            text = first[1].replace("`", "") if first else ""
            yield Place("code", node.parent["ids"][0], node["listing"].replace(":", "."), text)


def said(node: nodes.Element) -> Iterator[str]:
    """Yield what an element says itself, and what the printed index has of it."""
    for child in node.children:
        if isinstance(child, addnodes.index):
            for kind, value, *_ in child["entries"]:
                yield from split_index_msg(kind, value)
        elif isinstance(child, nodes.Text):
            yield child.astext()
        elif isinstance(child, nodes.Element) and not isinstance(child, (*APART, *SILENT)):
            yield from said(child)


def tokens(text: str) -> Iterator[str]:
    """Yield the words by which a text is found.

    >>> [*tokens("The 61 layers of DeepSeek-V3: cache_bytes")]
    ['layers', 'deepseek', 'v3', 'cache', 'bytes']
    """
    for word in WORD.findall(text.lower()):
        if len(word) > 1 and not word.isdigit() and word not in SearchEnglish.stopwords:
            yield word


def found(app: Sphinx) -> Iterator[tuple[str, Place]]:
    """Yield every place with its address, in the order of names."""
    uri = app.builder.get_target_uri
    domain = cast("SearchDomain", app.env.get_domain("search"))
    articles = series.domain(app.env).articles
    for docname, here in sorted(domain.places.items()):
        name = app.env.titles[docname].astext()
        if article := articles.get(docname):
            name = f"{article.label} {article.title}"
        for place in here:
            at = f"{uri(docname)}#{place.id}"
            if place.kind == "page":
                kind, text = ("article", article.description) if article else ("page", "")
                yield uri(docname), place._replace(kind=kind, title=name, text=text)
            elif place.kind == "section":
                yield at, place._replace(text=f"in {name}")
            else:
                yield at, place
    yield from subjects(app)
    yield from sources(app)


def subjects(app: Sphinx) -> Iterator[tuple[str, Place]]:
    """Yield the pages of the ledger's subjects."""
    if ledger := ledger_of(app):
        for subject in facts.domain_of(app.env).base.subjects.values():
            if subject.ids:
                page = facts.subject_page(ledger, subject.name)
                text = f"{len(subject.ids):,} facts"
                yield app.builder.get_target_uri(page), Place("page", "", subject.title, text)


def ledger_of(app: Sphinx) -> str:
    """Return the docname of the ledger, if the site has one."""
    return min(facts.domain_of(app.env).data["ledgers"], default="")


def sources(app: Sphinx) -> Iterator[tuple[str, Place]]:
    """Yield the entries of the bibliography."""
    for one in sorted(cards.citations(app.env), key=lambda one: one.citation_id):
        at = f"{app.builder.get_target_uri(one.bibliography_key.docname)}#{one.citation_id}"
        yield at, Place("source", one.citation_id, str(one.formatted_entry.text))


def collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Write the index and yield the page that searches it."""
    entries, words = [], defaultdict(list)
    for number, (uri, place) in enumerate(found(app)):
        entries.append([place.kind, uri, place.title, place.text])
        for word in sorted(place.words):
            words[word].append(number)
    data = {
        "entries": entries,
        "words": dict(sorted(words.items())),
        "stop": sorted(SearchEnglish.stopwords),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    write(Path(app.outdir, INDEX), f"window.searchIndex={text};\n".encode())
    body = PAGE.format(index=INDEX, ledger=ledger_of(app))
    yield "search", {"title": "Search", "body": body}, "page.html"


def switch_off(app: Sphinx) -> None:
    """Leave out Sphinx's own search."""
    if app.builder.format == "html":
        cast("StandaloneHTMLBuilder", app.builder).search = False


def add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give script and style to the page that searches."""
    if pagename == "search":
        app.add_js_file("search.js", loading_method="defer")
        app.add_css_file("search.css")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain and the page."""
    for needed in ("press.series", "press.facts", "press.cards"):
        app.setup_extension(needed)
    app.add_domain(SearchDomain)
    app.connect("builder-inited", switch_off)
    app.connect("html-collect-pages", collect)
    app.connect("html-page-context", add_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
