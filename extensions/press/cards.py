"""Cards: on the web, what a reference leads to is shown beside it, on hover, focus or tap.

A card says what stands at the end of the link, so it is a copy of that: the ledger's entry of a
fact, the glossary's of a term, the bibliography's of a work, the row of a symbol, an object of
another article. The copies lie once per page in a ``<template>``, which a browser neither shows
nor reads aloud; objects of the same page are not copied, for ``static/cards.js`` finds them there.
Without that script, and in every other format, nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.transforms import BibliographyTransform

from press.symbols import with_places

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders.html import StandaloneHTMLBuilder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator
    from sphinxcontrib.bibtex.domain import BibtexDomain, Citation

TREES = 4  # documents kept in memory to copy from: the ledger, the glossary, two articles
OBJECTS = (nodes.figure, nodes.table, nodes.math_block)


class Place(NamedTuple):
    """Where an entry stands."""

    docname: str
    id: str


class Use(NamedTuple):
    """A reference as it was read."""

    domain: str
    type: str
    target: str


class card(nodes.General, nodes.Element):
    """The copy of an entry; ``of`` is the id of what it copies."""


class cards(nodes.General, nodes.Element):
    """All cards of a page; gone from the text before it is written."""


class CardDomain(Domain):
    """Which document refers to what, so that it is written again when that changes."""

    name, label = "card", "Card"
    initial_data: ClassVar[dict[str, Any]] = {"uses": {}}

    def setup(self) -> None:
        """Start with no document read."""
        super().setup()
        self.read: set[str] = set()  # in this build
        self.elements = lru_cache(TREES)(self._elements)

    @property
    def uses(self) -> dict[str, set[Use]]:
        """The references by docname."""
        return cast("dict[str, set[Use]]", self.data["uses"])

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        self.uses.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        self.uses.update({doc: otherdata["uses"].get(doc, set()) for doc in docnames})
        self.read |= docnames

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note what a document that was just read refers to."""
        self.uses[docname] = set(uses(document))
        self.read.add(docname)

    def _elements(self, docname: str) -> dict[str, nodes.Element]:
        """Return what bears an id in a document, to copy and not to change."""
        tree = self.env.get_doctree(docname)
        return {id: node for node in tree.findall(nodes.Element) for id in node["ids"]}


def _domain(env: BuildEnvironment) -> CardDomain:
    return cast("CardDomain", env.get_domain("card"))


def uses(document: nodes.document) -> Iterator[Use]:
    """Yield the references of a document, in reading order."""
    for node in document.findall(addnodes.pending_xref):
        yield Use(node.get("refdomain", ""), node["reftype"], node["reftarget"])


def places(env: BuildEnvironment, use: Use) -> Iterator[Place]:
    """Yield where a reference leads; a citation may lead to several entries."""
    standard = env.domains.standard_domain
    found: tuple[str, str] | None = None
    match use:
        case Use("fact", _, target):
            ledgers = env.get_domain("fact").data["ledgers"]
            found = (min(ledgers), f"fact-{target}") if ledgers else None
        case Use("cite", _, target):
            keys = {one.key for one in parse_citation_targets(target)}
            yield from (Place(*_bibliography(c)) for c in citations(env) if c.key in keys)
        case Use("std", "term", target):
            found = standard.objects.get(("term", target)) or standard._terms.get(target.lower())
        case Use("std", "numref" | "ref", target):
            found = standard.anonlabels.get(target)
        case Use("math", "eq", target) if target in env.domains.math_domain.equations:
            found = (env.domains.math_domain.equations[target][0], f"equation-{target}")
    if found:
        yield Place(*found)


def citations(env: BuildEnvironment) -> list[Citation]:
    """Return the entries of the bibliographies."""
    return cast("BibtexDomain", env.get_domain("cite")).citations


def _bibliography(citation: Citation) -> Place:
    return Place(citation.bibliography_key.docname, citation.citation_id)


def entry(env: BuildEnvironment, place: Place) -> list[nodes.Node]:
    """Copy what a card shows of a place; nothing where a card would say nothing new."""
    for citation in citations(env):
        if _bibliography(citation) == place:
            return [BibliographyTransform.backend.paragraph(citation.formatted_entry)]
    node = _domain(env).elements(place.docname).get(place.id)
    if node is None:
        return []
    found: list[nodes.Node] = []
    if isinstance(node, nodes.term):
        found = _definition(node)
    elif isinstance(node, nodes.row):
        found = _symbol(node)
    elif isinstance(node, OBJECTS) or "literal-block-wrapper" in node["classes"]:
        found = [node]
    return [copied.deepcopy() for copied in found]


def _definition(term: nodes.term) -> list[nodes.Node]:
    """Take a fact or a term with what is said of it; a placeholder holds nothing yet."""
    words = [child for child in term.children if not isinstance(child, addnodes.index)]
    title = _paragraph(words, "card-title")
    body = next(term.parent.findall(nodes.definition))
    return [title, *(child for child in body.children if child.children)]


def _symbol(row: nodes.row) -> list[nodes.Node]:
    """Set a row of the notation as a sentence, and a line of its shape and sizes."""
    symbol, meaning, *rest = (next(cell.findall(nodes.paragraph)).children for cell in row.children)
    heads = [nodes.Text(""), *(nodes.Text(f"{cell.astext()} ") for cell in _head(row).children[3:])]
    parts = [[head, *found] for head, found in zip(heads, rest, strict=True) if found]
    line = [node for part in parts for node in (nodes.Text(" · "), *part)][1:]
    sentence = [*symbol, nodes.Text(": "), *meaning]
    return [_paragraph(sentence), *([_paragraph(line, "card-sizes")] if line else [])]


def _head(row: nodes.row) -> nodes.row:
    return next(next(row.parent.parent.findall(nodes.thead)).findall(nodes.row))


def _paragraph(content: list[nodes.Node], name: str = "") -> nodes.paragraph:
    return nodes.paragraph(
        "", "", *(node.deepcopy() for node in content), classes=[name] if name else []
    )


class Cards(SphinxPostTransform):
    """Puts the cards of a page at its end, so that what they cite is resolved with the rest."""

    default_priority = 4  # before bibtex and Sphinx resolve references
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Copy each entry of another page once."""
        here = self.env.current_document.docname
        marked = [Place(*one) for node in with_places(self.document) for one in node["places"]]
        referred = [place for use in uses(self.document) for place in places(self.env, use)]
        holder = cards()
        for place in dict.fromkeys([*referred, *marked]):
            if place.docname != here and (found := entry(self.env, place)):
                holder += card("", *found, of=place.id)
        for node in holder.findall(addnodes.pending_xref):
            node["refdoc"], node["ids"] = here, []
        if len(holder):
            self.document += holder


def take_out(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Take the cards out of the text, once they are resolved."""
    for holder in list(doctree.findall(cards)):
        holder.parent.remove(holder)
        doctree["cards"] = list(holder.children)


def give_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Hand the cards of a page to its template."""
    made = doctree.get("cards", ()) if doctree else ()
    render = cast("StandaloneHTMLBuilder", app.builder).render_partial
    context["cards"] = "".join(render(node)["fragment"] for node in made)


def written_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return the documents that show an entry of a document that was read again."""
    domain = _domain(env)
    read, domain.read = domain.read, set()
    domain.elements.cache_clear()
    labels = env.domains.standard_domain.anonlabels
    notation = {doc for label, (doc, _) in labels.items() if label.startswith("symbol-")}
    return sorted(
        docname
        for docname, found in domain.uses.items()
        if read & notation.union(place.docname for use in found for place in places(env, use))
    )


def visit_card(self: HTML5Translator, node: card) -> None:
    """Begin a card, which the script finds by the id of what it copies."""
    self.body.append(self.starttag(node, "div", "", **{"data-of": node["of"]}))


def depart_card(self: HTML5Translator, node: card) -> None:
    """End it."""
    self.body.append("</div>")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain, the two nodes and the four steps."""
    app.setup_extension("press.symbols")
    app.add_domain(CardDomain)
    app.add_node(cards)
    app.add_node(card, html=(visit_card, depart_card))
    app.add_post_transform(Cards)
    app.connect("env-updated", written_again, priority=700)  # after bibtex has sorted its entries
    app.connect("doctree-resolved", take_out, priority=900)
    app.connect("html-page-context", give_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
