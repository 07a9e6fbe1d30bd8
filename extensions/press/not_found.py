"""Not found: 404.html, which hosts show in the place of a page that they do not have.

It is shown under any address, however deep, so its own links begin at the site's root: at that of
`html_baseurl`, and while the site knows no address at that of its host.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from press.page_head import tell
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

NAME = "404"
RELATIVE = re.compile(r'(\s(?:href|src|action|data-content_root)=")(?:\./)?(?![/#]|[a-z]+:)')


def page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """Return the page for Sphinx to write."""
    return [(NAME, {"title": "Page not found"}, "404.html")]


def unlist(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Keep it out of search engines: it has no address of its own."""
    if pagename == NAME:
        context["pageurl"] = None
        tell(context, "meta", name="robots", content="noindex")


def root(app: Sphinx, error: Exception | None) -> None:
    """Let its links begin at the root of the site."""
    if error or app.builder.format != "html":
        return
    path = Path(app.outdir, f"{NAME}.html")
    start = f"{urlsplit(app.config.html_baseurl).path.rstrip('/')}/"
    write(path, RELATIVE.sub(rf"\g<1>{start}", path.read_text("utf-8")).encode())


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the page and the mending of its links."""
    app.connect("html-collect-pages", page)
    app.connect("html-page-context", unlist)
    app.connect("build-finished", root)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
