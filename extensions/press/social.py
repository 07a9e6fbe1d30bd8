"""Social: what others show of a page when its link is shared: title, sentence and picture.

The picture is drawn by Typst with the faces and colours of the book: one for each article, for each
series and for the house. Its name holds a digest of what it shows, so only a changed one is drawn
again, and no service that remembers pictures shows an old one. Services want whole addresses; while
the site knows none, that of a picture is relative, which few follow.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from docutils import nodes

from press import links, palette, series
from press.page_head import tell
from press.pandoc.typeset import FONTS
from press.swap import write

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

TEMPLATE = Path(__file__).with_name("social.typ")
FOLDER = "_images/social"
WIDTH, HEIGHT = 1200, 630
COLOURS = {name: light for name, (light, _) in palette.TOKENS.items()}


@dataclass(frozen=True)
class Card:
    """What is shown of a page: where it belongs, its title and a sentence."""

    place: str
    title: str
    summary: str

    @property
    def alt(self) -> str:
        """What a listener hears instead."""
        return " · ".join(filter(None, (self.title, self.place)))


def cards(app: Sphinx) -> dict[str, Card]:
    """Return the card of each page that has one, by docname."""
    domain = series.domain(app.env)
    house, plan = app.config.project, domain.plan.series
    found = {app.config.root_doc: Card("", house, " · ".join(s.title for s in plan))}
    found |= {s.index: Card("", s.title, s.tagline) for s in plan}
    titles = {s.key: s.title for s in plan}
    for article in domain.articles.values():
        place = f"{article.label} · {titles[article.series]}"
        found[article.docname] = Card(place, article.title, article.description)
    return found


def name(app: Sphinx, card: Card) -> str:
    """Return where the picture of a card lies on the site."""
    drawn = f"{manner()}{app.config.project!r}{card!r}"
    return f"{FOLDER}/{hashlib.sha256(drawn.encode()).hexdigest()[:16]}.png"


@cache
def manner() -> str:
    """Return what decides how every card is drawn."""
    return f"{TEMPLATE.read_text('utf-8')}{version('typst')}{COLOURS}"


def draw(app: Sphinx, error: Exception | None) -> None:
    """Draw the pictures that are not there yet, all at once; those of no page go."""
    if error or app.builder.format != "html":
        return
    wanted = {Path(app.outdir, name(app, card)): card for card in cards(app).values()}
    Path(app.outdir, FOLDER).mkdir(parents=True, exist_ok=True)
    for old in set(Path(app.outdir, FOLDER).iterdir()) - set(wanted):
        old.unlink()
    missing = [path for path in wanted if not path.exists()]
    for path, picture in zip(missing, pictures(app, [wanted[p] for p in missing]), strict=True):
        write(path, picture)


def pictures(app: Sphinx, drawn: list[Card]) -> list[bytes]:
    """Return the pictures of cards."""
    if not drawn:
        return []
    words = json.dumps([[card.place, card.title, card.summary] for card in drawn])
    made = typst.compile(
        TEMPLATE,
        format="png",
        ppi=72.0,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={**COLOURS, "house": app.config.project, "cards": words},
    )
    return made if isinstance(made, list) else [made]


def give_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Tell in the head of a page what is to be shown of it."""
    card = cards(app).get(pagename)
    if card is None:
        found = doctree.findall(nodes.paragraph) if doctree else ()
        if first := next((one for one in found if isinstance(one.parent, nodes.section)), None):
            tell(context, "meta", name="description", content=" ".join(first.astext().split()))
        return
    here = app.builder.get_target_uri(pagename)
    kind = "article" if pagename in series.domain(app.env).articles else "website"
    tell(context, "meta", name="description", content=card.summary)
    told = {"type": kind, "site_name": app.config.project, "title": card.title}
    told |= {"description": card.summary, "url": links.absolute(app.config, here)}
    told["image"] = links.address(app.config, here, name(app, card))
    told |= {"image:width": str(WIDTH), "image:height": str(HEIGHT), "image:alt": card.alt}
    for key, content in told.items():
        if content:
            tell(context, "meta", property=f"og:{key}", content=content)
    # All else X takes from these; `twitter:` tags would say them again.
    tell(context, "meta", name="twitter:card", content="summary_large_image")
    tell(context, "meta", name="twitter:image:alt", content=card.alt)


def note(app: Sphinx, docname: str, content: list[str]) -> None:
    """Let a page be written again when its picture is drawn in another way."""
    for path in (str(TEMPLATE), palette.__file__):
        app.env.note_dependency(path, docname=docname)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the tags and the pictures."""
    app.setup_extension("press.series")
    app.connect("source-read", note)
    app.connect("html-page-context", give_page)
    app.connect("build-finished", draw)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
