"""The ledger of a website: a page for each subject, one that counts them, and what is searched."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from press import ledger_site
from press.ledger_site import collect

TABLE = """
[{id}]
value = 8
unit = "cups"
display = "8 cups"
statement = "A pot of $n$ litres holds this much."
on = "a stove"
source = "stove"
locator = "p. 1"
seen = "{seen}"
date = 2026-11-22
"""
PANS = (
    "# Pans & pots\n"
    + TABLE.format(id="full", seen="derived")
    + 'recompute = "4 * 2"\n'
    + TABLE.format(id="near", seen="primary")
    + 'recompute = "8.04"\ntolerance = 0.01\n'
    + TABLE.format(id="lost", seen="secondary")
    + 'recompute = "4"\ndisputed = true\nexplanation = "Half of it boiled away."\n'
)
FACTS = "reference/facts"


@pytest.fixture
def site(cooking: Any) -> Any:
    """Build the tiny book with a second subject, two of whose facts are used."""
    article = cooking.files[cooking.article]
    words = "\n\nIt holds {fact}`full`, or {fact}`near`.\n"
    changes = {"../bib/facts/pans.toml": PANS, cooking.article: article + words}
    built = cooking.build("html", changes, bibtex_cite_id="ref-{key}")
    assert built.warnings == ""
    return built


def page(site: Any, name: str = "") -> Any:
    """Return the ledger's page, or a subject's."""
    return html.fromstring(site.text(f"{FACTS}{name}.html"))


def index(site: Any) -> dict[str, Any]:
    """Return what the search reads."""
    text = site.text(f"{FACTS}-index.js")
    return json.loads(text.removeprefix("window.allFacts=").removesuffix(";\n"))


def cells(row: Any) -> list[str]:
    """Return the text of a row's cells."""
    return [" ".join(cell.text_content().split()) for cell in row]


def test_the_ledger_counts_the_facts_of_each_subject_and_leads_to_them(site: Any) -> None:
    rows = page(site).xpath("//table[contains(@class, 'subjects')]/tbody/tr")
    assert [cells(row) for row in rows] == [
        ["a", "2", "0", "0", "1"],
        ["Pans & pots", "3", "3", "2", "2"],
    ]
    assert [row.xpath(".//a/@href") for row in rows] == [["facts-a.html"], ["facts-pans.html"]]
    assert rows[1].get("id") == "pans-pots"  # where the contents of the page lead
    assert not page(site).xpath("//*[starts-with(@id, 'fact-')]")
    assert page(site).findtext(".//form//output") == "5 facts"


def test_a_subject_has_a_page_with_its_facts_between_its_neighbours(site: Any) -> None:
    pans = page(site, "-pans")
    assert pans.findtext(".//h1").strip() == "Pans & pots"
    assert pans.xpath("//tbody/tr/@id") == ["fact-full", "fact-near", "fact-lost"]
    assert pans.xpath("//p[@class='place']/a/@href") == ["facts.html"]
    assert pans.xpath("//link[@rel='prev']/@href") == ["facts-a.html"]
    assert not pans.xpath("//link[@rel='next']")
    assert pans.findtext(".//form//output") == "3 facts"


def test_a_subject_has_not_the_number_of_the_article_written_before(site: Any) -> None:
    site.app.builder.secnumbers = {"": (1, 2)}
    bodies = [context["body"] for _, context, _ in collect(site.app)]
    assert len(bodies) == 2 and not any("section-number" in body for body in bodies)


def test_a_row_says_what_where_from_what_we_get_and_who_uses_it(site: Any) -> None:
    (row,) = page(site, "-pans").xpath("//tr[@id='fact-near']")
    value, says, source, ours, uses = cells(row)
    assert value == "8 cups"
    assert says.startswith("A pot of") and says.endswith("Conditions: a stove")
    assert source == "Source: Stove (2020), p. 1; read in the original, 22 November 2026."
    assert ours == "Recomputed: 8.04 gives 8.04 cups, 0.50% above."
    assert uses == "Used in 1.2 Hot Water."
    article = "../cooking/01-water/02-hot-water.html"
    assert row.xpath(".//a/@href") == [
        "facts-pans.html#fact-near",
        "bibliography.html#ref-stove",
        article,
    ]


def test_a_formula_of_a_fact_is_one_on_its_page(site: Any) -> None:
    (row,) = page(site, "-pans").xpath("//tr[@id='fact-near']")
    assert [formula.get("alttext") for formula in row.iter("math")] == ["n"]


def test_a_row_carries_what_it_is_filtered_and_sorted_by(site: Any) -> None:
    rows = page(site, "-pans").xpath("//tbody/tr")
    assert [row.get("class") for row in rows] == [
        "derived recomputed same used",
        "primary recomputed differs used",
        "secondary recomputed differs disputed unused",
    ]
    assert [row.get("data-difference") for row in rows] == ["0", "0.005", "0.5"]
    assert {(row.get("data-value"), row.get("data-unit")) for row in rows} == {("8", "cups")}
    assert [row.get("data-uses") for row in rows] == ["1", "1", "0"]
    assert page(site, "-a").xpath("//tr[@id='fact-unused']/@class") == ["primary unchecked unused"]
    offered = set(page(site).xpath("//form//option/@value")) - {""}
    assert offered >= {kind for row in rows for kind in row.get("class").split()}


def test_the_contents_of_the_site_mark_the_ledger_on_the_page_of_a_subject(cooking: Any) -> None:
    contents = {"contents.html": "<nav>{{ toctree(collapse=False) }}</nav>"}
    templates = {f"../templates/{name}": text for name, text in contents.items()}
    paths = ["templates", str(Path(ledger_site.__file__).with_name("templates"))]
    conf = {"templates_path": paths, "html_sidebars": {"**": ["contents.html"]}}
    built = cooking.build("html", templates, **conf)
    marked = page(built, "-a").xpath("//nav//li[contains(@class, 'current')]/a")
    assert [(link.text, link.get("href")) for link in marked] == [("Facts", "facts.html")]


def test_the_search_knows_of_every_fact_what_its_row_says(site: Any) -> None:
    found = index(site)
    assert list(found) == ["facts-a.html", "facts-pans.html"]
    for address, facts in found.items():
        rows = html.fromstring(site.text(f"reference/{address}")).xpath("//tbody/tr")
        assert [fact[0] for fact in facts] == [row.get("id") for row in rows]
        assert [fact[1] for fact in facts] == [row.get("class") for row in rows]
    _, _, data, near = found["facts-pans.html"][1]
    assert data == {"unit": "cups", "value": 8, "uses": 1, "difference": "0.005"}
    assert near[1] == ["A pot of n litres holds this much.", "a stove"]
    assert near[3:] == [["8.04 gives 8.04 cups, 0.50% above."], ["1.2 Hot Water."]]


def test_only_pages_with_the_form_have_its_script(site: Any) -> None:
    def scripts(built: Any) -> list[str]:
        return [s for s in built.xpath("//script[@defer]/@src") if "facts.js" in s]

    assert [len(scripts(page(site, name))) for name in ("", "-a", "-pans")] == [1, 1, 1]
    assert scripts(html.fromstring(site.text("reference/glossary.html"))) == []


def test_files_of_one_subject_share_the_page_of_the_first(cooking: Any) -> None:
    more = "# Pans & pots\n" + TABLE.format(id="lid", seen="primary")
    files = {"../bib/facts/pans.toml": PANS, "../bib/facts/woks.toml": more}
    built = cooking.build("html", files)
    assert page(built, "-pans").xpath("//tbody/tr/@id")[-1] == "fact-lid"
    assert not (built.outdir / f"{FACTS}-woks.html").exists()
