"""Reading map: which article builds on which, drawn on a series page, a row for each phase.

Lines join articles of one phase; what an article needs of other phases stands above it as numbers,
for lines across ten phases would be a tangle. Only the website shows the drawing: the lists below
it say the same in words, in every format (`press.indexes`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from docutils import nodes

from press import prerequisites, series

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from press.plan import Phase, PlannedArticle, Series

# In CSS pixels. A row of seven circles fits a phone.
PITCH, RADIUS, MARGIN = 43, 15, 2
LINE, STUB, ARROW = 12, 8, 4  # a number above a circle, the line below it, the head of an arrow
LANE, FORK = 7, 5  # lines below the circles: between two, and how far from the middle they start

NAME = "Which article builds on which"
LEGEND = (
    "A line leads from an article to one that builds on it. Numbers above a circle are articles "
    "of other parts of the book that it needs too. A dashed circle is still to come. The list "
    "below says the same in words."
)


class reading_map(nodes.General, nodes.Element):
    """Stands for the drawing of a series until every article is read; attribute ``series``."""


@dataclass(frozen=True)
class Circle:
    """An article in the row of its phase: what it needs there, and what elsewhere."""

    article: PlannedArticle
    inside: tuple[int, ...]  # places in the row
    outside: tuple[str, ...]  # labels
    uri: str  # where it leads; "" while it is not written


@dataclass(frozen=True)
class Bow:
    """A line below the circles, from one to another that is not its neighbour."""

    start: int
    end: int
    lane: int


def circles(phase: Phase, graph: prerequisites.Graph, uris: dict[str, str]) -> list[Circle]:
    """Return the articles of a phase with what each needs and nothing else implies."""
    places = {article.label: place for place, article in enumerate(phase.articles)}
    found = []
    for article in phase.articles:
        needs = prerequisites.direct(graph, article.label)
        inside = tuple(places[label] for label in needs if label in places)
        outside = tuple(label for label in needs if label not in places)
        found.append(Circle(article, inside, outside, uris.get(article.label, "")))
    return found


def bows(row: list[Circle]) -> list[Bow]:
    """Return the lines between circles that are no neighbours, such that none covers another.

    The shortest come first and so lie nearest to the circles.
    """
    pairs = [(s, end) for end, circle in enumerate(row) for s in circle.inside if end - s > 1]
    found: list[Bow] = []
    for start, end in sorted(pairs, key=lambda pair: (pair[1] - pair[0], pair)):
        taken = {bow.lane for bow in found if bow.start < end and start < bow.end}
        lane = next(lane for lane in range(len(pairs)) if lane not in taken)
        found.append(Bow(start, end, lane))
    return found


def centre(place: int) -> float:
    """Return the x of a circle."""
    return MARGIN + RADIUS + place * PITCH


def drawing(name: str, row: list[Circle]) -> str:
    """Return the row of a phase as SVG; its label says what it shows, Tab reaches its links."""
    below = bows(row)
    numbers = max(len(circle.outside) for circle in row)
    middle = MARGIN + RADIUS + numbers * LINE + (STUB if numbers else 0)
    depth = LANE * (1 + max((bow.lane for bow in below), default=-1))
    height = middle + RADIUS + MARGIN + depth
    width = 2 * centre(0) + (len(row) - 1) * PITCH
    groups = "".join(
        f'<g class="article">{"".join(_lines(place, circle, middle, below))}'
        f"{_circle(place, circle, middle)}</g>"
        for place, circle in enumerate(row)
    )
    role = "group" if any(circle.uri for circle in row) else "img"
    return (
        f'<svg role="{role}" aria-label="{escape(name)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{groups}</svg>'
    )


def _lines(place: int, circle: Circle, y: float, below: list[Bow]) -> Iterator[str]:
    """Yield what leads to a circle: from its neighbour, from further back, from elsewhere."""
    x = centre(place)
    if place - 1 in circle.inside:
        yield _path(f"M{centre(place - 1) + RADIUS} {y}H{x - RADIUS - ARROW}")
        yield _head(f"M{x - RADIUS} {y}l-{ARROW + 2}-{ARROW - 1}v{2 * (ARROW - 1)}z")
    for bow in below:
        if bow.end == place:
            start, end, edge = centre(bow.start) + FORK, x - FORK, y + RADIUS - 1
            down, turn = edge + LANE * (bow.lane + 1), LANE - 2
            yield _path(
                f"M{start} {edge}V{down - turn}q0 {turn} {turn} {turn}"
                f"H{end - turn}q{turn} 0 {turn}-{turn}V{edge + ARROW}"
            )
            yield _head(f"M{end} {edge}l-{ARROW - 1} {ARROW + 2}h{2 * (ARROW - 1)}z")
    if circle.outside:
        top = y - RADIUS
        yield _path(f"M{x} {top - STUB}V{top - ARROW}")
        yield _head(f"M{x} {top}l-{ARROW - 1}-{ARROW + 2}h{2 * (ARROW - 1)}z")
        for line, label in enumerate(reversed(circle.outside)):
            yield (
                f'<text class="needed" aria-hidden="true" x="{x}" '
                f'y="{top - STUB - 3 - line * LINE}">{label}</text>'
            )


def _path(d: str) -> str:
    return f'<path class="line" d="{d}"/>'


def _head(d: str) -> str:
    return f'<path class="arrow" d="{d}"/>'


def _circle(place: int, circle: Circle, y: float) -> str:
    label, title = circle.article.label, escape(circle.article.title)
    inner = (
        f"<title>{label} {title}</title>"
        f'<circle cx="{centre(place)}" cy="{y}" r="{RADIUS}"/>'
        f'<text x="{centre(place)}" y="{y + 4}">{label}</text>'
    )
    if circle.uri:
        return f'<a href="{escape(circle.uri)}" aria-label="{label} {title}">{inner}</a>'
    return f'<g class="planned" aria-hidden="true">{inner}</g>'


def in_words(graph: prerequisites.Graph, label: str) -> str:
    """Return after which articles an article can be read.

    >>> in_words({"1": (), "2": (), "3": ("1", "2")}, "3"), in_words({"1": ()}, "1")
    ('after 1 and 2', '')
    """
    *others, last = prerequisites.direct(graph, label) or [""]
    return f"after {', '.join(others)}{' and ' if others else ''}{last}" if last else ""


def page(entry: Series, graph: prerequisites.Graph, uris: dict[str, str]) -> str:
    """Return the drawing of a whole series, one row for each phase."""
    rows = []
    for phase in entry.phases:
        row = circles(phase, graph, uris)
        told = (f"{c.article.label} {in_words(graph, c.article.label) or 'first'}" for c in row)
        name = f"{phase.title or entry.title}: {'; '.join(told)}"
        head = f'<a class="phase-name" href="#phase-{phase.number}">{phase.number} '
        head = f"{head}{escape(phase.title)}</a>" if phase.number else ""
        rows.append(f'<div class="map-row">{head}{drawing(name, row)}</div>')
    return (
        f'<div class="reading-map" role="group" aria-label="{NAME}" tabindex="0">'
        f'{"".join(rows)}</div><p class="meta">{LEGEND}</p>'
    )


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Draw the map on a website; leave it out elsewhere."""
    for node in list(doctree.findall(reading_map)):
        if app.builder.format != "html":
            node.parent.remove(node)
            continue
        domain = series.domain(app.env)
        entry = next(s for s in domain.plan.series if s.key == node["series"])
        uris = {
            article.label: app.builder.get_relative_uri(docname, article.docname)
            for article in domain.articles.values()
        }
        html = page(entry, prerequisites.of(app.env), uris)
        node.replace_self(nodes.raw("", html, format="html"))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the node and its resolution."""
    app.setup_extension("press.prerequisites")
    app.add_node(reading_map)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
