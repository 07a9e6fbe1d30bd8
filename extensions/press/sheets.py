"""Sheets: all pages of the website share one style sheet, with the rules that some page can use.

The theme brings 400 kB of rules, four sheets for any project that there may be. What our pages
use of them is found when all pages are written, from the classes and ids in them and from the
words of the scripts that they run; so a new version of the theme, or of a page, brings its own.

A page with formulas has a second sheet, which holds their face. No face that a system brings has
its widths, so formulas that were drawn before it came would move the text around them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import crc32
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.css import ASKED, lean, used

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

SHEET, FACE = "site.css", "maths-face.css"
# In their order on the theme's own pages; ours, html_css_files, come after them.
THEIRS = (
    "styles/theme.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
)
NAMES = re.compile(r"""\s(?:class|id)=(?:"([^"]*)"|'([^']*)')""")
SCRIPT = re.compile(r"<script[^>]*>(.*?)</script>", re.DOTALL)
WORD = re.compile(r"[\w-]+")
FONT = re.compile(r"""url\("(fonts/[^"]+)"\)""")
IMPORT = re.compile(r"""@import\s+["']([^"']+)["']""")


def share(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a page ask for the one sheet in place of its parts."""
    static = Path(app.outdir, "_static")
    parts = [static / name for name in names(app)]
    if parts[0].exists():
        links = context["css_files"]
        context["css_files"] = [c for c in links if Path(app.outdir, c.filename) not in parts]
        version = crc32(b"".join(part.read_bytes() for part in parts))
        formulas = "<math" in context.get("body", "") + context.get("cards", "")
        context["sheets"] = [
            f"{name}?v={version:08x}" for name in ([FACE] if formulas else []) + [SHEET]
        ]


def join(app: Sphinx, error: Exception | None) -> None:
    """Write the one sheet in place of its parts, which Sphinx copies before it writes pages."""
    static = Path(app.outdir, "_static")
    parts = [static / name for name in names(app)]
    if error or not parts[0].exists():
        return
    known = Known(Path(app.outdir))
    gone = {*parts, static / "basic.css"}  # the last one is imported
    stay = {*static.rglob("*.css")} - gone - {static / SHEET}
    rest = [path.read_text("utf-8") for path in stay]
    asked = known.asked | {name for sheet in rest for name in ASKED.findall(sheet)}
    theirs, ours = parts[: len(THEIRS)], parts[len(THEIRS) :]
    sheets = [used(whole(part), known) for part in theirs]
    sheets += [part.read_text("utf-8") for part in ours]
    (static / SHEET).write_text(lean("\n".join(sheets), asked), "utf-8")
    face = static / FACE
    face.write_text(FONT.sub(inside(static), face.read_text("utf-8")), "utf-8")
    for part in gone:
        part.unlink()


def inside(static: Path) -> Callable[[re.Match[str]], str]:
    """Return what puts a font in the place of its address, and removes its file."""

    def hold(address: re.Match[str]) -> str:
        font = static / address[1]
        data = b64encode(font.read_bytes()).decode("ascii")
        font.unlink()
        return f'url("data:font/woff2;base64,{data}")'

    return hold


def names(app: Sphinx) -> list[str]:
    """Return the sheets of every page, in their order."""
    return [*THEIRS, *(sheet for sheet, _ in app.config.html_css_files)]


class Known:
    """The names that elements of a website have, or may be given by its scripts."""

    def __init__(self, site: Path) -> None:
        static = site / "_static"
        pages = [p.read_text("utf-8") for p in site.rglob("*.html") if static not in p.parents]
        scripts = [path.read_text("utf-8") for path in static.rglob("*.js")]
        scripts += (script for page in pages for script in SCRIPT.findall(page))
        self.static = static
        self.names = {
            name for page in pages for pair in NAMES.findall(page) for name in "".join(pair).split()
        }
        words = {word for script in scripts for word in WORD.findall(script)}
        self.names |= words
        self.asked = words | {name for page in pages for name in ASKED.findall(page)}
        self.starts = tuple(word for word in words if len(word) > 2 and word.endswith("-"))

    def __call__(self, name: str) -> bool:
        """Say whether a class, an id or the file of a face may be used."""
        found = name in self.names or name.startswith(self.starts)
        return found or (self.static / name).is_file()


def whole(path: Path) -> str:
    """Return a sheet with those that it imports, as if it stood beside the folder ``styles``."""
    css = path.read_text("utf-8").replace("url(../", "url(")
    imported = [whole(path.parent / found[1]) for found in IMPORT.finditer(css)]
    return "\n".join([*imported, IMPORT.sub("", css)])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register both, each after all others: the theme writes its colours of code at the end."""
    app.connect("html-page-context", share, priority=900)
    app.connect("build-finished", join, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
