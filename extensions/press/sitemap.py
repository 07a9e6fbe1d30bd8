"""Sitemap: the pages of a published site for search engines, with the dates of its articles.

A sitemap holds whole addresses, and so does the canonical link of a page, which Sphinx writes. Both
are there only if the site knows its address: `html_baseurl`, in our conf.py from SITE_ADDRESS.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sphinx.errors import ConfigError

from press import links, series
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NAME = "sitemap.xml"
TOOLS = ("404.html", "genindex.html", "search.html")  # nobody looks for these
ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s?#]*")


def check(app: Sphinx, config: Config) -> None:
    """Stop at an address that is none, before it stands on every page."""
    base = config.html_baseurl
    if base and not ADDRESS.fullmatch(base):
        raise ConfigError(
            f"the site's address (SITE_ADDRESS or html_baseurl in conf.py) is {base!r}: "
            "give it whole, as https://example.org/book/"
        )


def sitemap(app: Sphinx, pages: list[str]) -> bytes:
    """Return a sitemap of pages, which are paths from the site's root."""
    target = app.builder.get_target_uri
    dates = {target(a.docname): a.date for a in series.domain(app.env).articles.values()}
    root = Element("urlset", xmlns=NAMESPACE)
    for page in pages:
        url = SubElement(root, "url")
        SubElement(url, "loc").text = links.absolute(app.config, page)
        if page in dates:
            SubElement(url, "lastmod").text = dates[page]
    indent(root)
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def write_sitemap(app: Sphinx, error: Exception | None) -> None:
    """Write the sitemap of a website that knows its address, of the pages that are there."""
    if error or app.builder.format != "html":
        return
    path = Path(app.outdir, NAME)
    if not app.config.html_baseurl:
        path.unlink(missing_ok=True)
        return
    found = (page.relative_to(app.outdir).as_posix() for page in Path(app.outdir).rglob("*.html"))
    write(path, sitemap(app, sorted(p for p in found if p not in TOOLS and p[0] != "_")))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check and the file."""
    app.setup_extension("press.series")
    app.connect("config-inited", check)
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
