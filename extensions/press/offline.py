"""Offline: the whole website as one archive, to unpack and to read without a network.

Its pages open from a folder as they do from a server. A service worker would keep them in a browser
instead, but only of a site that a server sends, and never on a reader's own disk. The archive is
made of what lies in the output, so it is the last file of a build, and holds all others. What leads
to it on the site is plain text in it.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from press.pandoc import package
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

STEM = "whole-site"
NAME = f"{STEM}.zip"
LINK = re.compile(rf'<a [^>]*href="[./]*{NAME}"[^>]*>(.*?)</a>'.encode())
# Sphinx's own notes, and what is of use to a host alone
SKIPPED = (NAME, ".buildinfo", ".buildinfo.bak", "404.html", "sitemap.xml")


def pack(app: Sphinx, error: Exception | None) -> None:
    """Write the archive of a website; its bytes depend on the site's files alone."""
    if error or app.builder.format != "html":
        return
    folder, final = Path(app.outdir), Path(app.outdir, NAME)
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    files = {f"{STEM}/{name}": packed(folder / name) for name in names if name not in SKIPPED}
    made = BytesIO()
    package.pack(files, made)
    write(final, made.getvalue())


def packed(path: Path) -> bytes:
    """Return a file as it lies in the archive."""
    data = path.read_bytes()
    return LINK.sub(rb"\1", data) if path.suffix == ".html" else data


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the packing, after all else."""
    app.connect("build-finished", pack, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
