"""Numbering: the article's label leads every number in it, in every format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.environment.collectors.toctree import TocTreeCollector

from press.series import domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class LabelNumbers(TocTreeCollector):
    """Numbers articles by their label, not by what else is written: 1.4 is 1.4 from the first day.

    Sphinx then numbers figures, tables, listings and equations "1.4.1" from these. The collector
    stands in for Sphinx's own, which counts toctree entries; a second pass over the numbers would
    make every incremental build rewrite every page.
    """

    def assign_section_numbers(self, env: BuildEnvironment) -> list[str]:
        old, env.toc_secnumbers = env.toc_secnumbers, {}
        for docname, number in _section_numbers(env):
            numbers: dict[str, Any] = {}
            for reference in env.tocs[docname].findall(nodes.reference):
                anchor = reference["anchorname"]
                numbers[anchor] = number if anchor == "" else ()
                if anchor == "":
                    reference["secnumber"] = number
            env.titles[docname]["secnumber"] = number
            env.toc_secnumbers[docname] = numbers
        return [doc for doc, numbers in env.toc_secnumbers.items() if numbers != old.get(doc)]


def _section_numbers(env: BuildEnvironment) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    series = domain(env)
    for entry in series.plan.series:
        for phase in entry.phases:
            if phase.number and f"{phase.folder}/index" in env.tocs:
                yield f"{phase.folder}/index", (phase.number,)
    for docname, entry_ in sorted(series.articles.items()):
        if docname in env.tocs:
            head, _, tail = entry_.label.partition(".")
            yield docname, (int(head) if head.isdigit() else head, int(tail))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Puts our numbering in the place of Sphinx's, for this book only."""
    app.setup_extension("press.series")
    for listener in list(app.events.listeners["env-get-updated"]):
        if isinstance(getattr(listener.handler, "__self__", None), TocTreeCollector):
            app.disconnect(listener.id)
    app.connect("env-get-updated", LabelNumbers().get_updated_docs)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
