"""Downloads: links to the same text in other forms, on a website that has them.

The Markdown of an article is a file of the site (`press.llms`). Of books and notebooks a page
cannot know whether they lie beside it once it is published. So whoever publishes the folders `pdf`,
`epub` and `notebooks` of `build` together says where: `press_downloads` is their address. Whoever
puts the notebooks into a GitHub repository says that: `press_colab` is their folder there, as
owner/name/blob/branch/folder. Without them there are no links to these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from press import links, llms, series

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

COLAB = "https://colab.research.google.com/github"


class downloads(nodes.General, nodes.Element):
    """Stands for the links to the books of a series; attribute ``series``."""


def book_links(app: Sphinx, key: str) -> list[nodes.Node]:
    """Return a line with a link to each book of a series that has a written article."""
    book = next(book for book in series.books(app.env) if book.key == key)
    if not book.parts or not app.config.press_downloads:
        return []
    found = (_link(app, f"{kind}/{book.stem}.{kind}", kind.upper()) for kind in ("pdf", "epub"))
    made = nodes.paragraph("", "To read elsewhere: ", classes=["downloads"])
    made += links.joined(found, " · ")
    made += nodes.Text(" · a notebook at the head of each article")
    return [made]


def article_links(app: Sphinx, docname: str) -> list[nodes.Node]:
    """Return a line with links to an article as Markdown and as a notebook, to keep or to run."""
    found = []
    if "press.llms" in app.extensions:
        uri = llms.file(app, docname)
        found.append(nodes.reference("", "This article as Markdown", refuri=uri))
    if app.config.press_downloads:
        found.append(_link(app, f"notebooks/{docname}.ipynb", "This article as a notebook"))
    if folder := app.config.press_colab.strip("/"):
        uri = f"{COLAB}/{folder}/{docname}.ipynb"
        found.append(nodes.reference("", "Open in Colab", refuri=uri))
    line = nodes.paragraph("", "", *links.joined(found, " · "), classes=["downloads"])
    return [line] if found else []


def _link(app: Sphinx, path: str, text: str) -> nodes.reference:
    return nodes.reference("", text, refuri=f"{app.config.press_downloads.rstrip('/')}/{path}")


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill in the links on a website; a book needs none to itself."""
    for node in list(doctree.findall(downloads)):
        html = app.builder.format == "html"
        node.replace_self(book_links(app, node["series"]) if html else [])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the settings and the placeholder."""
    app.setup_extension("press.series")
    app.add_config_value("press_downloads", "", "html", frozenset({str}))
    app.add_config_value("press_colab", "", "html", frozenset({str}))
    app.add_node(downloads)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
