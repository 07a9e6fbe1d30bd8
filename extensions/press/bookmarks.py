"""Bookmarks: on a website, which articles a reader has read and where they stopped.

The browser keeps both, under the one name ``deep-dives``, and tells nobody. A page holds the
places that ``static/bookmarks.js`` fills, in their full height, so that nothing moves; without that
script, and in every other format, there are none. ``{bookmarks}`` stands on the page that says
what is kept, and lets a reader forget it.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from press.series import Article

LIST = '<div class="bookmarks"><template>{}</template></div>'
LINK = '<a href="{}">{} {}</a>'
TICK = (
    '<p class="bookmarks"><label><input type="checkbox" value="{}"> '
    "I have read this article</label>{}</p>"
)
WHERE = ' <a href="{}">Only your browser knows</a>'
FORGET = (
    '<p class="bookmarks"><button type="button">Forget what I have read</button> '
    "<output></output></p>"
)
LABEL = "bookmarks"  # what the page that explains them calls the place


class forget(nodes.General, nodes.Element):
    """Stands for the button that forgets."""


class Bookmarks(SphinxDirective):
    """``{bookmarks}``: what is kept, and the button that forgets it."""

    def run(self) -> list[nodes.Node]:
        """Return the placeholder."""
        return [forget()]


def summary(app: Sphinx, docname: str, articles: Iterable[Article]) -> list[nodes.Node]:
    """Return the place of "3 of 7 read" and "Continue reading" for a list of articles."""
    if app.builder.format != "html":
        return []
    uri = app.builder.get_relative_uri
    links = [
        LINK.format(escape(uri(docname, article.docname)), article.label, escape(article.title))
        for article in articles
    ]
    return [nodes.raw("", LIST.format("".join(links)), format="html")] if links else []


def tick(app: Sphinx, article: Article) -> nodes.raw:
    """Return the box that a reader ticks at the end of an article."""
    labels = app.env.domains.standard_domain.anonlabels
    where = ""
    if LABEL in labels:
        docname, place = labels[LABEL]
        uri = app.builder.get_relative_uri(article.docname, docname)
        where = WHERE.format(escape(f"{uri}#{place}"))
    return nodes.raw("", TICK.format(article.label, where), format="html")


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the button on a website; leave it out elsewhere."""
    made = [nodes.raw("", FORGET, format="html")] if app.builder.format == "html" else []
    for node in list(doctree.findall(forget)):
        node.replace_self(made)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive and its placeholder."""
    app.add_directive("bookmarks", Bookmarks)
    app.add_node(forget)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
