"""One Jupyter notebook per article: what is written as Markdown, what is run as cells."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from press import series
from press.pandoc import ast
from press.pandoc.book import BookBuilder, pandoc
from press.pandoc.cells import CELL
from press.pandoc.visitor import blocks
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

MARKDOWN = "commonmark+pipe_tables+raw_html+tex_math_dollars"  # what Jupyter shows
BORDER = "<!-- the next cell -->"


class NotebookBuilder(BookBuilder):
    """Writes <docname>.ipynb for every article of every series."""

    name = "notebooks"
    format = "notebooks"
    target: ClassVar[str] = "markdown"
    suffix: ClassVar[str] = " notebooks"

    def make(self, book: series.Book) -> None:
        """Write the notebooks of one series; those of articles that are gone go too."""
        folder = Path(self.outdir, book.docname).parent
        paths = dict(self.notebooks(book))
        for old in set(folder.rglob("*.ipynb")) - set(paths):
            old.unlink()
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, text.encode())

    def notebooks(self, book: series.Book) -> list[tuple[Path, str]]:
        """Return path and text of every notebook of a series."""
        made = []
        for docname in (docname for part in book.parts for docname in part.chapters):
            tree = self.env.get_and_resolve_doctree(docname, self, tags=self.tags)
            title = series.article(self.env, docname).title
            text = notebook(title, blocks(self, docname, tree, self.target))
            made.append((Path(self.outdir, f"{docname}.ipynb"), text))
        return made


def notebook(title: str, content: ast.Nodes) -> str:
    """Return a notebook in nbformat 4.5; its bytes depend on nothing but its content."""
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "title": title,
    }
    cells = numbered(split(content))
    made = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def split(content: ast.Nodes) -> list[dict[str, Any]]:
    """Return blocks as cells: one for each run of text; one pandoc process writes them all."""
    runs = [(is_cell, list(run)) for is_cell, run in groupby(content, lambda b: b["t"] == CELL)]
    border = ast.raw_block("html", BORDER)
    prose = [block for is_cell, run in runs if not is_cell for block in (*run, border)]
    texts = iter(pandoc(ast.document(prose), MARKDOWN).split(BORDER))
    made: list[dict[str, Any]] = []
    for is_cell, run in runs:
        if is_cell:
            made += [block["c"] for block in run]
        else:
            text = next(texts).strip("\n")
            made.append({"cell_type": "markdown", "metadata": {}, "source": text})
    return made


def numbered(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return cells with ids from their position, and with the counts of a run from the top."""
    count = 0
    for position, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{position}"
        cell["source"] = cell["source"].splitlines(keepends=True)
        if cell["cell_type"] == "code":
            count += 1
            cell["execution_count"] = count
            for output in cell["outputs"]:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = count
    return cells


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the builder."""
    app.setup_extension("press.series")
    app.setup_extension("press.maths")
    app.add_builder(NotebookBuilder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
