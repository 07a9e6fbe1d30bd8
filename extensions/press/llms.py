"""Llms: the articles for people who read with a language model, as Markdown, and a list of them.

Beside each article lies its text, as `<page>.html.md`, and `llms.txt` lists all; both names are
those that llmstxt.org proposes. The text is what the page shows: the visitor
of the books walks through the page's own tree when its HTML is finished, and one pandoc for all
pages makes Markdown of it.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from press import links, series
from press.page_head import tell
from press.pandoc import ast
from press.pandoc.book import LICENCE, pandoc
from press.pandoc.notebooks import BORDER, MARKDOWN
from press.pandoc.plain import PlainVisitor
from press.swap import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

NAME = "llms.txt"
SUFFIX = ".md"


def visit(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Take an article's blocks from the tree of its page, whose HTML is finished, for later."""
    if pagename not in series.domain(app.env).articles:
        return
    href = file(app, pagename)
    tell(context, "link", rel="alternate", type="text/markdown", title="Markdown", href=href)
    for drawing in list(doctree.findall(nodes.raw)):
        if "image" in drawing:
            drawing.replace_self(drawing["image"])
    blocks = PlainVisitor(app, pagename, doctree).block_document(doctree)
    path = waiting(app) / f"{pagename}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, json.dumps(blocks).encode())


def file(app: Sphinx, docname: str) -> str:
    """Return the name of an article's text, which lies beside its page."""
    return f"{app.builder.get_target_uri(docname).rpartition('/')[2]}{SUFFIX}"


def waiting(app: Sphinx) -> Path:
    """Return the folder of blocks that wait for pandoc; other processes may have left them."""
    return Path(app.doctreedir, "llms")


class Texts:
    """The texts of the pages that were written now: pandoc works while Sphinx finishes the site."""

    def begin(self, app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
        """Let pandoc begin, once all pages are written; no page is added."""
        self.pool = ThreadPoolExecutor(1)
        self.work = self.pool.submit(write_texts, app)
        return []

    def end(self, app: Sphinx, error: Exception | None) -> None:
        """Wait for it, and write the list of all texts."""
        if error is None and app.builder.format == "html":
            self.work.result()
            self.pool.shutdown()
            write(Path(app.outdir, NAME), "\n".join(llms(app)).encode())


def write_texts(app: Sphinx) -> None:
    """Write the texts of the articles that were written now."""
    paths = sorted(waiting(app).rglob("*.json"))
    border = ast.raw_block("html", BORDER)
    blocks = [b for path in paths for b in (*json.loads(path.read_text("utf-8")), border)]
    texts = pandoc(ast.document(blocks), MARKDOWN).split(BORDER) if paths else []
    for path, text in zip(paths, texts, strict=False):  # behind the last border is nothing
        docname = path.relative_to(waiting(app)).with_suffix("").as_posix()
        page = app.builder.get_target_uri(docname)
        whole = f"{text.strip()}\n\n{source(app, page)}\n"
        write(Path(app.outdir, f"{page}{SUFFIX}"), whole.encode())
        path.unlink()


def source(app: Sphinx, page: str) -> str:
    """Return the last line of a text, which may travel alone."""
    where = links.address(app.config, f"{page}{SUFFIX}", page)
    made = f"{app.config.author}, {app.config.project}. {LICENCE}"
    return f"{made} The page, with its drawings: <{where}>"


def llms(app: Sphinx) -> Iterator[str]:
    """Yield the lines of the list of articles, as llmstxt.org wants it."""
    domain = series.domain(app.env)
    yield f"# {app.config.project}\n"
    yield f"> {' '.join(f'{s.title}: {s.tagline}' for s in domain.plan.series)}\n"
    yield "Each article as Markdown, with its formulas in TeX and the outputs of its examples:\n"
    for entry in domain.plan.series:
        yield f"## {entry.title}\n"
        for article in domain.written_of(entry):
            page = app.builder.get_target_uri(article.docname)
            uri = links.address(app.config, NAME, f"{page}{SUFFIX}")
            yield f"- [{article.label} {article.title}]({uri}): {article.description}"
        yield ""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the walk and the files."""
    app.setup_extension("press.series")
    app.setup_extension("press.maths")
    app.connect("html-page-context", visit, priority=900)  # the tree is spoilt afterwards
    texts = Texts()
    app.connect("html-collect-pages", texts.begin)
    app.connect("build-finished", texts.end)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
