"""Citations by author and year, and a bibliography that every reader of a page understands."""

import re
from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from docutils import nodes
from pybtex.database import Entry, Person
from pybtex.plugin import register_plugin
from pybtex.richtext import HRef, Tag, Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting.plain import Style as PlainStyle
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata
from sphinxcontrib.bibtex.domain import BibtexDomain
from sphinxcontrib.bibtex.plugin import register_plugin as register_reference_style
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

REFERENCING = "sphinxcontrib.bibtex.style.referencing"
MAX_NAMES = 6  # a report with two hundred authors names five and the rest
VENUES = ("journal", "booktitle", "howpublished", "institution", "publisher", "organization")

round_brackets = partial(BracketStyle, left="(", right=")", sep="; ")


@dataclass
class RoundReferenceStyle(AuthorYearReferenceStyle):
    """ "Dao et al. (2022)" and "(Dao et al., 2022)"."""

    bracket_textual: BracketStyle = field(default_factory=round_brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=round_brackets)


class BookStyle(PlainStyle):  # type: ignore[misc]
    """Names (year). Title. Venue, note. Links: one form for every kind of entry."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sort = partial(sorted, key=_place)  # where pybtex puts the sorting it was told to use

    def format_entry(self, label: str, entry: Entry, bib_data: Any = None) -> FormattedEntry:
        """Set an entry; the label is for the machine alone, nothing prints it."""
        rich = {key: Text.from_latex(value) for key, value in entry.fields.items()}
        venue = [Tag("em", rich[key]) for key in VENUES if key in rich][:1]
        note = [rich["note"]] if "note" in rich else []
        parts = [
            Text(_names(entry.persons.get("author", [])), " (", entry.fields["year"], ")"),
            rich["title"],
            Text(", ").join(venue + note).capfirst(),
            Text(", ").join(_links(entry)),
        ]
        text = Text(" ").join([part.add_period() for part in parts if part])
        return FormattedEntry(entry.key, text, label)


def _place(entry: Entry) -> tuple[str, ...]:
    """By the first author's family name; the braces round an institution do not count."""
    persons = entry.persons.get("author", [])
    names = ["".join([*p.prelast_names, *p.last_names]).strip("{}").lower() for p in persons]
    return (*names[:1], entry.fields["year"], entry.fields.get("title", ""), entry.key)


def _names(persons: list[Person]) -> Text:
    """Join names as one writes them; more than six become five and "et al."."""
    names = [
        Text(" ").join(
            person.rich_first_names + person.rich_middle_names + person.rich_prelast_names
            + person.rich_last_names + person.rich_lineage_names
        )
        for person in persons
    ]  # fmt: skip
    if len(names) > MAX_NAMES or str(names[-1]) == "others":
        return Text(Text(", ").join(names[: min(MAX_NAMES, len(names)) - 1]), " et al.")
    return Text(", ").join([*names[:-2], Text(" and ").join(names[-2:])])


def _links(entry: Entry) -> list[HRef]:
    """Return where an entry can be read, the stable address first."""
    get = entry.fields.get
    links = []
    if eprint := get("eprint"):
        links.append(HRef(f"https://arxiv.org/abs/{eprint}", f"arXiv:{eprint}"))
    if doi := get("doi"):
        links.append(HRef(f"https://doi.org/{doi}", f"doi:{doi}"))
    if (url := get("url")) and "arxiv.org" not in url and "doi.org" not in url:
        links.append(HRef(url, re.sub(r"^https?://(www\.)?|/$", "", url)))
    return links


def letter_years(app: Sphinx, env: BuildEnvironment) -> None:
    """Tell cited works apart that share authors and year: 2024a, 2024b, by title.

    Runs before bibtex formats its labels. Years are set afresh each time, because the entries are
    kept between builds with the letters of the last one.
    """
    domain = env.get_domain("cite")
    entries = domain.data["bibdata"].data.entries
    cited = {target.key for ref in domain.data["citation_refs"] for target in ref.targets}
    alike = defaultdict(list)
    for key in sorted(cited & set(entries)):
        entry = entries[key]
        entry.fields["year"] = re.sub(r"(?<=\d)[a-z]$", "", entry.fields.get("year", "n.d."))
        alike[_cited_as(entry), entry.fields["year"]].append(entry)
    for (_, year), group in alike.items():
        if len(group) > 1:
            group.sort(key=lambda entry: entry.fields.get("title", ""))
            for letter, entry in zip("abcdefghijklmnopqrstuvwxyz", group, strict=False):
                entry.fields["year"] = year + letter


def _cited_as(entry: Entry) -> tuple[str, ...]:
    """Return the names that a reference in the text shows: one, two, or the first "et al."."""
    last = [" ".join(person.last_names) for person in entry.persons.get("author", [])]
    return tuple(last) if len(last) < 3 else (last[0], "et al.")


class CitationList(SphinxPostTransform):
    """Sets the bibliography of a web page as a list.

    docutils writes <div role="list"> around <div role="doc-biblioentry">, which no screen reader
    takes for list items. Other writers keep the citation nodes.
    """

    default_priority = 6  # right after bibtex has filled in its citations
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Turn each run of citations into a bullet list that keeps their ids."""
        holders = {citation.parent for citation in self.document.findall(nodes.citation)}
        for holder in holders:
            items = [
                nodes.list_item("", *citation.findall(nodes.paragraph), ids=citation["ids"])
                for citation in holder.findall(nodes.citation)
            ]
            holder.replace_self(nodes.bullet_list("", *items, classes=["bibliography"]))


def outdated(app: Sphinx, env: BuildEnvironment, *_: Set[str]) -> list[str]:
    """Read a bibliography again when a file of entries came; it notes those that it knew."""
    domain = cast("BibtexDomain", env.get_domain("cite"))
    files = {str(path) for path in domain.bibdata.bibfiles}
    pages = {key.docname for key in domain.bibliographies}
    return sorted(page for page in pages if not files <= set(map(str, env.dependencies[page])))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the two styles, both named "press", and the list."""
    app.setup_extension("sphinxcontrib.bibtex")
    register_plugin("pybtex.style.formatting", "press", BookStyle, force=True)
    register_reference_style(REFERENCING, "press", RoundReferenceStyle, force=True)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", letter_years, priority=400)
    app.add_post_transform(CitationList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
