"""Explorables: a small machine on the web, and the same lesson standing still everywhere else.

    ::::{explorable} softmax How does a row of scores become weights?
    ```{table} Row *it*, step by step
    (the static twin: what the machine shows before anybody touches it)
    ```
    ::::

The first word names a script in ``static/explorables``, the others are the question above it. The
body is the twin: print, EPUB, notebooks and a browser without script show it and nothing else.

In HTML the twin stands inside the custom element ``<x-softmax>``. The script defines that element
as a subclass of ``Explorable`` (``static/explorable.js``, which says how), builds the machine and
folds the twin away below it. All scripts are classic ones, since from a file:// address browsers
run no modules; ``defer`` makes them wait for the twin. Only pages that use them load them.

Numbers that only minseek can compute stand beside the script, as ``generation.json``, and in the
page, for from a file:// address scripts may not fetch. What several explorables share is a
script of its own in ``static``, and each of them says so in a line: ``// uses model-file.js``.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.text import TextTranslator

from press.listing import nearest

STATIC = Path(__file__).with_name("static")
FOLDER = "explorables"
HELPER = "explorable.js"
USES = re.compile(r"^// uses ([\w-]+\.js)$", re.M)


def scripts(name: str) -> list[str]:
    """Return the scripts of an explorable under ``static``, its own after those that it uses."""
    own = f"{FOLDER}/{name}.js"
    return [*USES.findall((STATIC / own).read_text("utf-8")), own]


class explorable(nodes.General, nodes.Element):
    """The static twin of an explorable, which knows its name and its question."""


class Explorable(SphinxDirective):
    """``{explorable} name Question?`` with the twin as its body."""

    required_arguments = 1
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the twin; the page's scripts follow from it."""
        name, *question = self.arguments
        self.check(name, question)
        for file in (HELPER, *scripts(name)):  # a page carries their checksums
            self.env.note_dependency(str(STATIC / file))
        node = explorable(name=name, question=question[0], ids=[f"x-{name}"], data=self.data(name))
        self.set_source_info(node)
        self.state.document.set_id(node)
        node += self.parse_content_to_nodes()
        return [node]

    def data(self, name: str) -> str:
        """Return the numbers that the page shall hold, or nothing."""
        path = STATIC / FOLDER / f"{name}.json"
        if not path.exists():
            return ""
        self.env.note_dependency(str(path))
        return path.read_text("utf-8").strip()

    def check(self, name: str, question: list[str]) -> None:
        """Stop at a name that is not there or here twice, and at a missing question or twin."""
        known = sorted(path.stem for path in (STATIC / FOLDER).glob("*.js"))
        if name not in known:
            hint = nearest(name, known)
            raise self.error(
                f"there is no explorable {name!r}{hint}: correct it, or write its script"
            )
        if f"x-{name}" in self.state.document.ids:
            raise self.error(f"explorable {name!r} is in this article already: refer to that one")
        if not question:
            raise self.error(f"explorable {name!r} has no question: write it after the name")
        if not self.content:
            raise self.error(
                f"explorable {name!r} has no body: write its twin, the figure or the table that "
                "print shows"
            )


def load(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let a page with explorables load the shared helper and their scripts."""
    names = [node["name"] for node in doctree.findall(explorable)] if doctree else []
    if names:
        needed = [script for name in names for script in scripts(name)]
        for script in dict.fromkeys([HELPER, *needed]):
            app.add_js_file(script, loading_method="defer")


def visit_html(self: HTML5Translator, node: explorable) -> None:
    """Open the section, ask the question and open the element."""
    name = node["name"]
    labelled: dict[str, Any] = {"aria-labelledby": f"x-{name}-question"}
    self.body.append(self.starttag(node, "section", CLASS="explorable", **labelled))
    question = self.encode(node["question"])
    self.body.append(f'<p class="question" id="x-{name}-question">{question}</p>\n')
    if data := node["data"].replace("<", "\\u003c"):  # nothing in it ends the element
        self.body.append(f'<script type="application/json" id="x-{name}-data">{data}</script>\n')
    self.body.append(f"<x-{name}>\n")


def depart_html(self: HTML5Translator, node: explorable) -> None:
    """Close both."""
    self.body.append(f"</x-{node['name']}>\n</section>\n")


def visit_text(self: TextTranslator, node: explorable) -> None:
    """Write the twin alone."""


def depart_text(self: TextTranslator, node: explorable) -> None:
    """Nothing is open."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the node, its directive and what its pages load."""
    app.add_node(explorable, html=(visit_html, depart_html), text=(visit_text, depart_text))
    app.add_directive("explorable", Explorable)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
