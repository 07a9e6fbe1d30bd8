"""Prerequisites: which article builds on which, as a graph that has to lead from front to back.

A written article says it in its front matter, one to come in the plan. A reader who follows a
series from its first article to its last meets every prerequisite of that series in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sphinx.util import logging

from press import series

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

    from press.plan import Plan

logger = logging.getLogger(__name__)

Graph = Mapping[str, tuple[str, ...]]  # label -> labels of what it builds on


def graph(plan: Plan, written: Iterable[series.Article]) -> Graph:
    """Return what each article of the plan builds on, in the order of the plan."""
    said = {article.label: article.prerequisites for article in written}
    return {
        planned.label: said.get(planned.label, planned.prerequisites or ())
        for entry in plan.series
        for planned in entry.articles
    }


def of(env: BuildEnvironment) -> Graph:
    """Return the graph of a whole project."""
    domain = series.domain(env)
    return graph(domain.plan, domain.articles.values())


def before(graph: Graph, label: str) -> set[str]:
    """Return all that an article builds on, directly or not.

    >>> sorted(before({"1": (), "2": ("1",), "3": ("2",)}, "3"))
    ['1', '2']
    """
    found: set[str] = set()
    waiting = list(graph.get(label, ()))
    while waiting:
        if (next_one := waiting.pop()) not in found:
            found.add(next_one)
            waiting += graph.get(next_one, ())
    return found


def direct(graph: Graph, label: str) -> list[str]:
    """Return what an article builds on without what follows from the rest, in the graph's order.

    >>> direct({"1": (), "2": ("1",), "3": ("1", "2")}, "3")
    ['2']
    """
    named = graph.get(label, ())
    implied = {x for other in named for x in before(graph, other)}
    return [x for x in graph if x in named and x not in implied]


def loop(graph: Graph) -> list[str]:
    """Return articles that build on each other in a ring, the first one again at the end.

    >>> loop({"1": ("3",), "2": ("1",), "3": ("2",)}), loop({"1": (), "2": ("1",)})
    (['1', '3', '2', '1'], [])
    """
    for start in graph:
        paths, seen = [[start]], set[str]()
        for path in paths:
            for needed in graph.get(path[-1], ()):
                if needed == start:
                    return [*path, start]
                if needed not in seen:
                    seen.add(needed)
                    paths.append([*path, needed])
    return []


def problems(graph: Graph, plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield article and sentence for whatever keeps the graph from leading front to back."""
    if ring := loop(graph):
        yield (
            ring[0],
            f"the prerequisites go round in a ring, {' needs '.join(ring)}: take one of them away",
        )
        return
    for entry in plan.series:
        passed: set[str] = set()
        inside = {article.label for article in entry.articles}
        for label in (article.label for article in entry.articles):
            for needed in graph[label]:
                if needed not in graph:
                    yield (
                        label,
                        f"{label} needs {needed!r}, which is no article of the plan: "
                        "use a label, as 1.4",
                    )
                elif needed in inside - passed:
                    yield (
                        label,
                        f"{label} needs {needed}, which comes after it in the series: "
                        "take it away, or change their order in the plan",
                    )
            passed.add(label)


def place(env: BuildEnvironment, label: str) -> tuple[str, int] | str:
    """Return where an article says what it builds on: its front matter, or the plan."""
    domain = series.domain(env)
    for article in domain.articles.values():
        if article.label == label:
            return article.docname, domain.data["lines"][article.docname]["prerequisites"]
    planned = (a for entry in domain.plan.series for a in entry.articles)
    return f"{domain.plan.path}:{next(a.line for a in planned if a.label == label)}"


def check(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Warn of everything that is wrong with the graph."""
    found = problems(of(env), series.domain(env).plan) if series.understood(env) else ()
    for label, message in found:
        logger.warning(message, location=place(env, label), type="press", subtype="prerequisites")
    return []


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check."""
    app.setup_extension("press.series")
    app.connect("env-updated", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
