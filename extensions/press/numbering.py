"""Numbering: the article's label leads every number in it, in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.domains.std import StandardDomain
from sphinx.environment.collectors.toctree import TocTreeCollector

from press.series import domain

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata


class Mark(NamedTuple):
    """A place where a document takes a number, or continues in other documents."""

    sections: tuple[str, ...]  # ids of the sections around it, outermost first
    figtype: str  # or nothing, for a toctree
    target: Any  # an id, or a toctree's docnames


class NumberingDomain(Domain):
    """The marks of each document, in reading order.

    Without them Sphinx loads every document of the book to number its figures, even when a single
    one has changed.
    """

    name, label = "numbering", "Numbering"
    initial_data: ClassVar[dict[str, Any]] = {"marks": {}}

    @property
    def marks(self) -> dict[str, list[Mark]]:
        """The marks by docname."""
        return cast("dict[str, list[Mark]]", self.data["marks"])

    def clear_doc(self, docname: str) -> None:
        """Forget a document."""
        self.marks.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another reading process found."""
        self.marks.update({doc: otherdata["marks"].get(doc, []) for doc in docnames})


def note_marks(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the marks of a document that was just read."""
    marks = cast("NumberingDomain", app.env.domains["numbering"]).marks
    marks[app.env.current_document.docname] = list(_marks(app.env, doctree, ()))


def _marks(
    env: BuildEnvironment, parent: nodes.Element, sections: tuple[str, ...]
) -> Iterator[Mark]:
    for node in parent.children:
        if isinstance(node, nodes.section):
            yield from _marks(env, node, (*sections, node["ids"][0]))
        elif isinstance(node, addnodes.toctree):
            yield Mark(sections, "", [docname for _, docname in node["entries"]])
        elif isinstance(node, nodes.Element):
            figtype = _figtype(env, node) if node["ids"] else None
            if figtype:
                yield Mark(sections, figtype, node["ids"][0])
            yield from _marks(env, node, sections)


def _figtype(env: BuildEnvironment, node: nodes.Element) -> str | None:
    """Return what a node is counted as; without a caption it is not."""
    for one in env.domains.sorted():
        figtype = one.get_enumerable_node_type(node)
        if figtype and not (isinstance(one, StandardDomain) and not one.get_numfig_title(node)):
            return figtype
    return None


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

    def assign_figure_numbers(self, env: BuildEnvironment) -> list[str]:
        """Count as Sphinx does, in the order of the contents, by the marks."""
        marks = cast("NumberingDomain", env.domains["numbering"]).marks
        old, env.toc_fignumbers = env.toc_fignumbers, {}
        counts: Counter[tuple[str, tuple[int, ...]]] = Counter()
        seen: set[str] = set()

        def walk(docname: str, above: tuple[int, ...]) -> None:
            if docname in seen or docname not in marks:
                return
            seen.add(docname)
            for mark in marks[docname]:
                secnum = _innermost(env, docname, mark.sections) or above
                if not mark.figtype:
                    for below in mark.target:
                        walk(below, secnum)
                    continue
                secnum = secnum[: env.config.numfig_secnum_depth]
                counts[mark.figtype, secnum] += 1
                numbers = env.toc_fignumbers.setdefault(docname, {}).setdefault(mark.figtype, {})
                numbers[mark.target] = (*secnum, counts[mark.figtype, secnum])

        if env.config.numfig:
            walk(env.config.root_doc, ())
        return [doc for doc, numbers in env.toc_fignumbers.items() if numbers != old.get(doc)]


def _innermost(env: BuildEnvironment, docname: str, sections: tuple[str, ...]) -> tuple[int, ...]:
    """Return the number of the innermost section that has one."""
    numbers = env.toc_secnumbers.get(docname, {})
    found = (numbers.get(f"#{id}", numbers.get("", ())) for id in reversed(sections))
    return next((number for number in found if number), ())


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
    app.add_domain(NumberingDomain)
    app.connect("doctree-read", note_marks, priority=900)
    for listener in list(app.events.listeners["env-get-updated"]):
        if isinstance(getattr(listener.handler, "__self__", None), TocTreeCollector):
            app.disconnect(listener.id)
    app.connect("env-get-updated", LabelNumbers().get_updated_docs)
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
