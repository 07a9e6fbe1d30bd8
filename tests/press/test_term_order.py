"""The order of terms: found uses, their lines, and the sentence an author gets."""

import pytest
from press.term_order import phrases

PLAN = """
[[series]]
key = "cooking"
title = "Cooking"
tagline = "T."
tags = []
folder = "cooking"
stem = "cooking"
[[series.phase]]
number = 1
title = "Water"
folder = "01-water"
blurb = "B."
"""
ENTRY = """
[[series.phase.article]]
number = {number}
title = "Article {number}"
level = "beginner"
hook = "H?"
prerequisites = {needs}
"""
TERMS = """
[[term]]
name = "lid"
text = "A cover."
planned = ["1.1"]

[[term]]
name = "dew point"
text = "Where fog begins."
planned = ["1.2"]

[[term]]
name = "stock"
text = "Broth."

[[term]]
name = "slow-cooker"
text = "A pot."
planned = ["1.4"]
"""
ARTICLE = """---
series: cooking
phase: 1
number: 3
title: "Article 3"
level: beginner
tags: []
date: 2026-11-22
description: "The dew point, described."
prerequisites: {needs}
defines: [stock]
---

# Article 3

We make {{term}}`stock`.
"""
NAME = "03-article.md:"


@pytest.fixture
def order(make_book):
    """Return what builds article 3 of a series of four with more text: its warnings."""

    def order(text: str, needs: str = '["1.1"]', second: str = "[]") -> list[str]:
        says = {1: "[]", 2: second, 3: needs, 4: '["1.3"]'}
        files = {
            "plan.toml": PLAN + "".join(ENTRY.format(number=n, needs=says[n]) for n in says),
            "glossary.toml": TERMS,
            "index.md": "# All\n\n```{series-contents} cooking\n```\n\n```{glossary-terms}\n```\n",
            "cooking/01-water/index.md": "# Water\n\n```{phase-contents}\n```\n",
            "cooking/01-water/03-article.md": ARTICLE.format(needs=needs) + text,
        }
        extensions = ["press.series", "press.numbering", "press.indexes", "press.term_order"]
        built = make_book(files, extensions=extensions)
        return [x.partition(NAME)[2] for x in built.warnings.splitlines() if "index" not in x]

    return order


def test_terms_of_the_article_and_of_its_prerequisites_may_be_used(order):
    assert order("\nOne {term}`lid`, {term}`stock`.\n") == []


def test_a_prerequisite_of_a_prerequisite_counts_though_it_is_planned(order):
    assert order("\nOne {term}`lid` at the dew point.\n", '["1.2"]', '["1.1"]') == []


def test_a_term_that_comes_too_early_is_named_with_its_line(order):
    (warning,) = order("\nWe wait for\nthe {term}`dew point`.\n")
    assert warning.startswith("19: WARNING: 'dew point' is used before it is introduced")
    assert "1.2 introduces it and 1.3 does not build on that: add '1.2' to" in warning
    assert "or say it in other words" in warning


def test_a_term_of_a_later_article_cannot_be_had_by_a_prerequisite(order):
    (warning,) = order("\nThe {term}`slow-cooker` helps.\n")
    assert "1.4 introduces it" in warning and "prerequisites" not in warning
    assert "explain it here and let `defines` name it" in warning


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\nNear the\ndew points we stop.\n", 19),
        ("\nNear the **Dew\npoint** we stop.\n", 18),
        ("\n## A slow-cooker\n\nText.\n", 18),
        ("\n:::{note}\nA slow-cooker.\n:::\n", 19),
        ("\n| a |\n|---|\n| dew point |\n", 18),  # a table has one line
    ],
)
def test_a_phrase_of_several_words_counts_in_prose(order, text, line):
    (warning,) = order(text)
    assert warning.startswith(f"{line}: WARNING: ") and "only name it, in emphasis: *" in warning


@pytest.mark.parametrize(
    "text",
    [
        "Its *dew point* comes later.",
        "`dew point` and $dew point$, [dew point](https://x.example).",
        "Dew, point. A dewy point, dew pointing, mildew point.",
        "A lid and a stockpot.",
        "Dew {term}`stock` point.",
    ],
)
def test_what_is_named_quoted_or_only_similar_does_not_count(order, text):
    assert order(f"\n{text}\n", "[]") == []


def test_a_term_is_complained_of_once(order):
    assert len(order("\nA dew point, a dew point.\n\nThe {term}`dew point`.\n")) == 1


def test_a_term_that_an_article_defines_has_to_be_marked_in_it(cooking):
    article = cooking.files[cooking.article].replace("{term}`steam`", "steam")
    (warning,) = cooking.build("html", {cooking.article: article}).warnings.splitlines()
    assert ":11: WARNING: `defines` names 'steam', which the text never marks" in warning


def test_the_longest_phrase_wins():
    assert phrases(["dew point", "dew point meter"]).findall("A dew point meter.") == [
        "dew point meter"
    ]
    assert phrases(["lid"]).findall("a lid") == []
