"""Feed: the written articles, newest first, for programs that tell their readers of new ones.

`feed.xml` lists all articles, `<series>/feed.xml` those of a series, in Atom (RFC 4287). An entry
is front matter, and its date the article's: nothing comes from the clock. An id is made from an
article's label and not from its address, so no article becomes new by moving. While the site knows
no address, links are relative, which Atom allows.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sphinx.util.osutil import relative_uri

from press import links, series
from press.page_head import tell
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from press.series import Article

NAMESPACE = "http://www.w3.org/2005/Atom"
MIME = "application/atom+xml"
NAME = "feed.xml"


@dataclass(frozen=True)
class Feed:
    """A feed: where it lies, what it is called, the page that it follows and what it lists."""

    path: str
    title: str
    page: str
    articles: tuple[Article, ...]


def feeds(app: Sphinx) -> list[Feed]:
    """Return the feed of the house, then those of the series; one without articles is not made."""
    domain = series.domain(app.env)
    house = app.config.project
    found = []
    for entry in domain.plan.series:
        own = tuple(domain.written_of(entry))
        path = f"{entry.folder}/{NAME}"
        found.append(Feed(path, f"{house}: {entry.title}", entry.index, own))
    whole = Feed(NAME, house, app.config.root_doc, tuple(a for f in found for a in f.articles))
    return [whole, *found]


def atom(app: Sphinx, feed: Feed) -> bytes:
    """Return a feed as XML."""
    target = app.builder.get_target_uri
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": app.config.language})
    newest = sorted(feed.articles, key=lambda article: article.date)[::-1]
    add(root, "id", identity(app, feed.page.rpartition("/")[0]))
    add(root, "title", feed.title)
    add(root, "updated", moment(newest[0].date))
    add(root, "rights", f"© {app.config.copyright}")
    add(add(root, "author"), "name", app.config.author)
    page = links.address(app.config, feed.path, target(feed.page))
    add(root, "link", rel="alternate", type="text/html", href=page)
    if own := links.absolute(app.config, feed.path):
        add(root, "link", rel="self", type=MIME, href=own)
    for article in newest:
        entry = add(root, "entry")
        add(entry, "id", identity(app, f"{article.series}/{article.label}"))
        add(entry, "title", f"{article.label} {article.title}")
        add(entry, "updated", moment(article.date))
        href = links.address(app.config, feed.path, target(article.docname))
        add(entry, "link", rel="alternate", type="text/html", href=href)
        add(entry, "summary", article.description)
        for tag in article.tags:
            add(entry, "category", term=tag)
    indent(root)
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def add(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    """Add an element and return it."""
    made = SubElement(parent, name, attributes)
    made.text = text
    return made


def moment(date: str) -> str:
    """Return a day as the instant at which it begins in Greenwich: Atom asks for one."""
    return f"{date}T00:00:00Z"


def identity(app: Sphinx, name: str) -> str:
    """Return the id of an article, a series or, without a name, of the house."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{app.config.project}/{name}')}"


def write_feeds(app: Sphinx, error: Exception | None) -> None:
    """Write the feeds of a website."""
    for feed in feeds(app) if error is None and app.builder.format == "html" else ():
        path = Path(app.outdir, feed.path)
        if feed.articles:
            write(path, atom(app, feed))
        else:
            path.unlink(missing_ok=True)


def give_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell on each page of the feeds of all articles and of its own series."""
    here = app.builder.get_target_uri(pagename)
    for feed in feeds(app):
        if feed.articles and pagename.startswith(feed.path.removesuffix(NAME)):
            href = relative_uri(here, feed.path)
            tell(context, "link", rel="alternate", type=MIME, title=feed.title, href=href)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the links and the files."""
    app.setup_extension("press.series")
    app.connect("html-page-context", give_page)
    app.connect("build-finished", write_feeds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
