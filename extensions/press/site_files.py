"""Site files: ``{site-files}``, what the website offers besides its pages, as a line of links.

A book has no such files, so there the line is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from press import feed, links, llms, offline

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

FILES = {
    feed.NAME: "Feed of new articles",
    offline.NAME: "The whole site, to read offline",
    llms.NAME: "All articles as Markdown, for language models",
}


class site_files(nodes.General, nodes.Element):
    """Stands for the line."""


class SiteFiles(SphinxDirective):
    """``{site-files}``."""

    def run(self) -> list[nodes.Node]:
        """Return the placeholder."""
        return [site_files()]


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the line on a website."""
    for node in list(doctree.findall(site_files)):
        node.replace_self([line(app, docname)] if app.builder.format == "html" else [])


def line(app: Sphinx, docname: str) -> nodes.paragraph:
    """Return the links, as seen from a page."""
    here = app.builder.get_target_uri(docname)
    found = (
        nodes.reference("", text, refuri=relative_uri(here, path)) for path, text in FILES.items()
    )
    return nodes.paragraph("", "", *links.joined(found, " · "), classes=["downloads"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directive."""
    app.add_node(site_files)
    app.add_directive("site-files", SiteFiles)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
