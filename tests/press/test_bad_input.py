"""Bad input, through the command a writer types: one located sentence, and the old book stays."""

from pathlib import Path

import pytest

ARTICLE = "source/cooking/01-water/02-hot-water.md"
FACTS = "bib/facts/a.toml"
TERMS = "source/glossary.toml"
TERM = '[[term]]\nname = "Steam"\ntext = "Fog."\n\n'
LISTING = "## Watching it\n\n```{listing} minseek.accounting.roofline:rigde\n```"
BAD = {
    "citation": (ARTICLE, "{cite:t}`cook`", "{cite:t}`cok`", 16, 'bibtex key "cok"'),
    "fact": (ARTICLE, "{fact}`minutes`", "{fact}`hours`", 16, "no fact 'hours'"),
    "listing": (ARTICLE, "## Watching it", LISTING, 23, "nearest name is 'ridge'"),
    "term": (ARTICLE, "{term}`steam`", "{term}`stem`", 16, "term not in glossary: 'stem'"),
    "unknown defined term": (
        ARTICLE,
        "[steam]",
        "[steam, ice]",
        11,
        "names 'ice', which is not in",
    ),
    "doubled term": (TERMS, "[[term]]", TERM + "[[term]]", 5, "'steam' is on line 1 already"),
    "figure": (ARTICLE, "/figures/pot.svg", "/figures/pan.svg", 28, "/figures/pan.svg"),
    "label": (ARTICLE, "{numref}`fig-pot`", "{numref}`fig-pan`", 16, "undefined label: 'fig-pan'"),
    "equation": (ARTICLE, "{eq}`eq-heat`", "{eq}`eq-cold`", 16, "equation not found: eq-cold"),
    "refused formula": (ARTICLE, "($x^2$)", r"($\smash{x}$)", 16, r"it has \smash"),
    "thinned formula": (ARTICLE, "a = b", r"a = b \tag{1}", 23, r"it has \tag"),
    "front matter": (ARTICLE, "tags: [food]", "tags: [food", 8, "not valid YAML"),
    "no front matter": (ARTICLE, "---\nseries", "series", 1, "front matter is missing"),
    "level": (ARTICLE, "level: beginner", "level: easy", 6, "'easy' is not one of beginner"),
    "unrun code": (ARTICLE, "~~~{doctest}", "~~~python", 43, "this Python block is not run"),
    "locator": (FACTS, 'locator = "p. 1"\n', "", 1, "locator"),
    "recomputation": (
        FACTS,
        "value = 7\n",
        'value = 7\nrecompute = "sqrt(50)"\n',
        3,
        "recomputed as 7.07107",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_slip_is_named_with_its_place_and_the_old_book_stays(book, what):
    path, old, new, line, sentence = BAD[what]
    book.change(path, old, new)
    book.refused(f"{Path(path).name}:{line}:", sentence)


def test_two_articles_with_one_number_are_named(book):
    article = book.root / ARTICLE
    twin = article.read_text("utf-8").replace("heat", "rise").replace("-pot", "-pan")
    article.with_name("02-warm-water.md").write_text(twin.replace("ex-hot", "ex-warm"), "utf-8")
    book.refused("02-warm-water.md:4:", "article number 1.2 is taken by")


def test_a_mended_book_replaces_the_old_one(book):
    book.change(ARTICLE, "In a small pot", "In a pan")
    assert book.press().returncode == 0
    assert b"In a pan" in book.output()["cooking/01-water/02-hot-water.html"]
