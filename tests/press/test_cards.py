"""Cards and marks of symbols on tiny books: what they copy, where they lie, when they change."""

from pathlib import Path

import pytest
from lxml import html
from press import symbols
from press.mathml_tree import parse
from press.notation import Symbol

TEMPLATES = str(Path(__file__).parents[2] / "extensions" / "press" / "templates")
NOTATION = """
[[symbol]]
tex = "a"
meaning = "area, as in $a^2$"
shape = "m²"

[[symbol]]
tex = "d_k, b"
meaning = "width"
shape = ""
size = "d_model"
indexed = true
"""
SECOND = """---
series: cooking
phase: 1
number: 1
title: "Cold Water"
level: beginner
tags: [food]
date: 2026-11-22
description: "Water, cold."
prerequisites: []
defines: []
---

# Cold Water

See {numref}`fig-pot` and {eq}`eq-heat`, the area $2 a$, and $a$ of {cite:p}`cook,stove`.
"""


@pytest.fixture
def site(cooking):
    """Build the tiny series with cards, a second article and changes."""

    def build(changes=None, builder="html", **conf):
        index = cooking.files["index.md"].replace(
            "reference/facts", "reference/facts\nreference/notation"
        )
        files = {
            "notation.toml": NOTATION,
            "reference/notation.md": "# Notation\n\n```{notation}\n```\n",
            "index.md": index,
            "cooking/01-water/01-cold-water.md": SECOND,
            **(changes or {}),
        }
        house = {
            "templates_path": [TEMPLATES],
            "html_math_renderer": "mathml",
            "bibtex_cite_id": "ref-{key}",
            "version": "1",
        }
        return cooking.build(builder, files, **{**house, **conf})

    return build


FIRST = "cooking/01-water/01-cold-water.html"
HOT = "cooking/01-water/02-hot-water.html"


def words(element) -> str:
    return " ".join(element.text_content().split())


def page_cards(built, page: str = HOT) -> dict[str, str]:
    """The cards of a page: what each is of, and what it says."""
    found = html.fromstring(built.text(page)).xpath("//template[@id='cards']/div")
    return {card.get("data-of"): words(card) for card in found}


def marked(built, page: str = HOT) -> dict[str, str]:
    """The formulas that have a card, as they are read aloud, and of which symbols."""
    found = html.fromstring(built.text(page)).xpath(
        "//article//*[@data-cards] | //body//*[@data-cards]"
    )
    return {one.xpath(".//math/@alttext")[0]: one.get("data-cards") for one in found}


def test_a_card_says_what_stands_at_the_end_of_the_link(site):
    built = site()
    cards = page_cards(built)
    (entry,) = html.fromstring(built.text("reference/facts-a.html")).xpath(
        "//tr[@id='fact-minutes']"
    )
    value, *told, uses = (words(p) for cell in entry for p in cell.iter("p"))
    assert cards["fact-minutes"] == " ".join([value, *told])
    assert uses.startswith("Used in") and "Used in" not in cards["fact-minutes"]
    work = html.fromstring(built.text("reference/bibliography.html")).get_element_by_id("ref-cook")
    assert cards["ref-cook"] == words(work)
    assert cards["term-steam"] == "steam Water, hotter."
    assert built.warnings == ""


def test_an_object_is_copied_to_other_pages_only(site):
    built = site()
    assert not {"fig-pot", "equation-eq-heat"} & set(page_cards(built))
    cards = page_cards(built, FIRST)
    assert "The pot." in cards["fig-pot"] and "equation-eq-heat" in cards
    assert '<template id="cards">' in built.text(FIRST) and "<svg" in built.text(FIRST)


def test_a_citation_of_two_works_has_two_cards(site):
    assert {"ref-cook", "ref-stove"} <= set(page_cards(site(), FIRST))


def test_a_card_of_a_symbol_is_its_row_of_the_notation(site):
    built = site(press_notation_models={"V2": "deepseek-v2"})
    assert page_cards(built)["symbol-a"] == "a: area, as in a2 m²"
    assert page_cards(built)["symbol-d_k-b"] == "dk,b: width V2 5,120"
    rows = html.fromstring(built.text("reference/notation.html")).xpath("//tr/@id")
    assert rows == ["symbol-a", "symbol-d_k-b"]


def test_the_first_formula_with_a_symbol_is_marked(site):
    built = site()
    assert marked(built) == {"a equals b": "symbol-a symbol-d_k-b"}
    assert marked(built, FIRST) == {"2 a": "symbol-a"}


def test_an_article_may_depart_from_the_notation(site, cooking):
    text = cooking.files[cooking.article].replace("date:", "departs: [a]\ndate:", 1)
    assert marked(site({cooking.article: text})) == {"a equals b": "symbol-d_k-b"}
    wrong = text.replace("departs: [a]", "departs: [z]")
    (warning,) = site({cooking.article: wrong}).warnings.splitlines()
    assert "02-hot-water.md:8" in warning and "names 'z', which is no symbol of" in warning


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("<msub><mi>d</mi><mi>k</mi></msub>", "d_k"),
        ("<msup><msub><mi>d</mi><mi>k</mi></msub><mn>2</mn></msup>", "d_k"),
        ("<msubsup><mi>d</mi><mi>k</mi><mn>2</mn></msubsup>", "d_k"),
        ("<msub><mi>d</mi><mi>z</mi></msub>", ""),
        ("<msub><mi>W</mi><mi>d</mi></msub>", "W"),
        ("<mfrac><mi>d</mi><mi>W</mi></mfrac>", "d W"),
        ("<mi>𝐖</mi>", "W"),
        ("<mi>𝐝</mi>", ""),
        ("<mover><mi>d</mi><mo>~</mo></mover>", ""),
        ("<munder><mo>∑</mo><mi>d</mi></munder>", "d"),
    ],
)
def test_a_symbol_is_found_as_a_whole(formula, found):
    tex = {"<mi>d</mi>": "d", "<mi>W</mi>": "W", "<msub><mi>d</mi><mi>k</mi></msub>": "d_k"}
    known = {
        symbols.form(parse(piece)): Symbol(name, "", "", indexed=name == "W")
        for piece, name in tex.items()
    }
    assert " ".join(s.tex for s in symbols.used(parse(f"<math>{formula}</math>"), known)) == found


@pytest.mark.parametrize("builder", ["epub", "pdf", "notebooks"])
def test_other_formats_have_no_cards(site, builder):
    built = site(builder=builder)
    assert built.warnings == ""
    made = [path for path in built.outdir.rglob("*") if path.suffix in (".ipynb", ".xhtml")]
    assert not [path for path in made if "data-cards" in path.read_text("utf-8")]
