"""Gallery: ``{explorables}`` lists the explorables of all articles, in the order of the plan.

A line is the question of one, which leads to it, and its article. Nothing is typed twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.domains import Domain
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from press import links, series
from press.explorables import explorable

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class Line(NamedTuple):
    """An explorable of an article: where it stands and what it asks."""

    docname: str
    title: str
    id: str
    question: str


class GalleryDomain(Domain):
    """What each document's explorables ask, and the pages that list them."""

    name, label = "gallery", "Gallery"
    initial_data: ClassVar[dict[str, Any]] = {"asked": {}, "pages": set(), "printed": None}

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        self.data["asked"].pop(docname, None)
        self.data["pages"].discard(docname)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        asked = otherdata["asked"]
        self.data["asked"].update({doc: asked[doc] for doc in docnames & asked.keys()})
        self.data["pages"] |= otherdata["pages"] & docnames

    def resolve_xref(
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, typ: str,
        target: str, node: pending_xref, contnode: nodes.Element,
    ) -> nodes.reference:  # fmt: skip
        """Link a question to the machine that answers it."""
        return make_refnode(builder, fromdocname, node["docname"], target, contnode)


class gallery(nodes.General, nodes.Element):
    """Stands for the list until every article has been read; gone before any writer."""


class Explorables(SphinxDirective):
    """``{explorables}``: the list."""

    def run(self) -> list[nodes.Node]:
        """Return a placeholder."""
        _domain(self.env).data["pages"].add(self.env.docname)
        return [gallery()]


class List(SphinxPostTransform):
    """Puts the list in the place of its placeholder."""

    default_priority = 9  # before references are resolved

    def run(self, **_: Any) -> None:
        """Replace each placeholder."""
        for node in list(self.document.findall(gallery)):
            items = (nodes.list_item("", self.line(line)) for line in lines(self.env))
            node.replace_self(nodes.bullet_list("", *items))

    def line(self, line: Line) -> nodes.paragraph:
        """Return the question and its article, both linked."""
        here = self.env.docname
        asked = pending_xref(
            "", nodes.inline("", line.question), refdomain="gallery", reftype="explorable",
            reftarget=line.id, docname=line.docname, refdoc=here, refexplicit=True, refwarn=True,
        )  # fmt: skip
        article = links.document(here, line.docname, line.title)
        return nodes.paragraph("", "", asked, nodes.Text(" "), article)


def _domain(env: BuildEnvironment) -> GalleryDomain:
    return cast("GalleryDomain", env.get_domain("gallery"))


def note(app: Sphinx, doctree: nodes.document) -> None:
    """Keep what the explorables of a document ask."""
    asked = [(node["ids"][0], node["question"]) for node in doctree.findall(explorable)]
    _domain(app.env).data["asked"][app.env.current_document.docname] = asked


def lines(env: BuildEnvironment) -> Iterator[Line]:
    """Yield the explorables of all articles."""
    asked, domain = _domain(env).data["asked"], series.domain(env)
    for article in (one for entry in domain.plan.series for one in domain.written_of(entry)):
        for id, question in asked[article.docname]:
            yield Line(article.docname, f"{article.label} {article.title}", id, question)


def reprint(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Write the pages with the list again when it changed."""
    data = _domain(env).data
    printed = list(lines(env)) if data["pages"] else None
    if printed == data["printed"]:
        return []
    data["printed"] = printed
    return sorted(data["pages"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the domain and the directive."""
    app.setup_extension("press.series")
    app.setup_extension("press.explorables")
    app.add_domain(GalleryDomain)
    app.add_node(gallery)
    app.add_directive("explorables", Explorables)
    app.add_post_transform(List)
    app.connect("doctree-read", note)
    app.connect("env-updated", reprint)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
