"""Examples: no Python block escapes the run, and ``-b examples`` runs them all and counts."""

import doctest
import json
import time
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.doctest import DocTestBuilder
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

from press.listing import COLUMNS

logger = logging.getLogger(__name__)

PYTHON = {"python", "python3", "py", "py3", "pycon", "pycon3", "python-console", "ipython"}
# Sphinx's default ignores the message of an exception and takes it from any module. Every word that
# is printed has to be compared, so the flags are set here and no configuration weakens them.
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.DONT_ACCEPT_TRUE_FOR_1
WEAKER = {doctest.SKIP, doctest.IGNORE_EXCEPTION_DETAIL}
parser = doctest.DocTestParser()


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn about every Python block that the run does not see or that the run cannot fail."""
    for node in doctree.findall(nodes.Element):
        if "testnodetype" in node:
            complaints = _test_complaints(node)
        elif isinstance(node, nodes.literal_block | nodes.doctest_block):
            complaints = _block_complaints(node)
        else:
            continue
        for complaint in complaints:
            logger.warning(complaint, location=node, type="press", subtype="example")
    tests = [node for node in doctree.findall(nodes.literal_block) if "testnodetype" in node]
    if tests and not any(example.want for node in tests for example in _examples(node)):
        logger.warning(
            "no example of this page prints anything, so none can fail; let one show its result",
            location=tests[0], type="press", subtype="example",
        )  # fmt: skip


def _block_complaints(node: nodes.Element) -> Iterator[str]:
    """Find Python that nothing runs."""
    prompts = any(line.lstrip().startswith(">>> ") for line in node.astext().splitlines())
    included = str(node.get("source", "")).endswith(".py")  # by literalinclude
    if (node.get("language") in PYTHON or prompts or included) and "listing" not in node:
        yield "this Python block is not run: use {doctest} or {listing}"


def _test_complaints(node: nodes.Element) -> Iterator[str]:
    """Find what hides, skips or widens a test."""
    if node["testnodetype"] != "doctest":
        yield f"{{{node['testnodetype']}}} is not shown as it is run: use {{doctest}}"
        return
    if isinstance(node, nodes.comment):
        yield "this example is run but hidden: delete :hide:"
    if node["groups"] != ["default"]:
        yield f"this example runs in a namespace of its own: delete {', '.join(node['groups'])!r}"
    if "skipif" in node or _weakened(node):
        yield (
            "this example need not pass: delete :skipif:, :pyversion:, SKIP and "
            "IGNORE_EXCEPTION_DETAIL"
        )
    for line in node.astext().splitlines():
        if (wide := len(line)) > COLUMNS:
            yield f"a line of this example has {wide} columns, the page holds {COLUMNS}: {line}"


def _weakened(node: nodes.Element) -> bool:
    """Whether an option of the block, or a comment in it, spares it a comparison."""
    asked = set(node["options"]).union(*(example.options for example in _examples(node)))
    return bool(asked & WEAKER)


def _examples(node: nodes.Element) -> list[doctest.Example]:
    """Return the examples of a block; one that cannot be parsed has none, and fails when run."""
    try:
        return parser.get_examples(as_written(node))
    except ValueError:
        return []


def as_written(node: nodes.Element) -> str:
    """Return a block as it was written, with <BLANKLINE> and # doctest: comments."""
    return str(node.get("test", node.astext()))


def first_line(source: list[str], code: list[str], near: int) -> int:
    """Return the index of the source line where a block's code begins, closest to ``near``.

    A directive knows the line of its fence at best; options and nesting lie between the two.
    """
    text, wanted = [line.strip() for line in source], [line.strip() for line in code]
    places = [i for i in range(len(text)) if text[i : i + len(wanted)] == wanted]
    return min(places, key=lambda i: abs(i - near), default=near)


class ExamplesBuilder(DocTestBuilder):
    """Runs every page's examples, one namespace per page, and says how many passed where."""

    name = "examples"
    epilog = "The examples are counted in %(outdir)s/examples.json."

    def init(self) -> None:
        """Start counting."""
        super().init()
        self.opt = FLAGS
        self.rows: dict[str, dict[str, Any]] = {}

    def get_line_number(self, node: nodes.Node) -> int | None:  # type: ignore[override]
        """Return the number of lines before a block's code; doctest adds the example's own."""
        if not isinstance(node, nodes.Element) or not node.source:
            return None
        source = Path(node.source).read_text("utf-8").splitlines()
        return first_line(source, as_written(node).splitlines(), node.line or 0)

    def write_documents(self, docnames: Set[str]) -> None:
        """Run the pages in order; an article without an example fails."""
        for docname in sorted(docnames):
            before, start = self._counts(), time.perf_counter()
            self.test_doc(docname, self.env.get_doctree(docname))
            examples, failures = (b - a for a, b in zip(before, self._counts(), strict=True))
            article = "series" in self.env.metadata[docname]
            if article and not examples and not failures:
                self._warn_out(f"{self.env.doc2path(docname)}: this article has no example\n")
                failures = 1
                self.total_tries += 1  # one that is missing counts as one that failed
                self.total_failures += 1
            if article or examples or failures:
                seconds = round(time.perf_counter() - start, 2)
                row = {"examples": examples, "failures": failures, "seconds": seconds}
                self.rows[docname] = row

    def _counts(self) -> tuple[int, int]:
        """Return how many examples were run, and how many failures there were, so far."""
        return self.total_tries, self.total_failures + self.setup_failures + self.cleanup_failures

    def finish(self) -> None:
        """Print the table and the total, write examples.json, and fail if anything failed."""
        vars(doctest).pop("compile", None)  # DocTestBuilder.init put it there
        text = json.dumps(self.rows, indent=1) + "\n"
        (self.outdir / "examples.json").write_text(text, "utf-8")
        self._out("\n".join(["", *self._table(), ""]))
        super().finish()  # sums up, and sets the exit status
        tried, failed = self._counts()
        logger.info("%d passed, %d failed", tried - self.total_failures, failed)

    def _table(self) -> Iterator[str]:
        """Yield the lines of the table, the page's name as wide as the longest."""
        width = max(map(len, ["page", *self.rows]))
        yield f"{'page':{width}}  examples  seconds  failures"
        for docname, row in self.rows.items():
            yield (
                f"{docname:{width}}  {row['examples']:8}  {row['seconds']:7.2f}"
                f"  {row['failures']:8}"
            )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the guard and the builder."""
    app.setup_extension("sphinx.ext.doctest")
    app.connect("doctree-read", check)
    app.add_builder(ExamplesBuilder)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
