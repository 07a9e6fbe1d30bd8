"""Series: front matter, numbers, counts and index pages of a plan with three articles."""

import os

import pytest
from lxml import html
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

EXTENSIONS = ["press.series", "press.numbering", "press.indexes"]
PLAN = """
[[series]]
key = "cooking"
title = "Cooking"
tagline = "From water to soup."
tags = ["food"]
folder = "cooking"
stem = "cooking"
[[series.phase]]
number = 1
title = "Water"
folder = "01-water"
blurb = "How to boil it."
after = "You can boil water."
[[series.phase.article]]
number = 1
title = "Cold Water"
level = "beginner"
hook = "How cold?"
[[series.phase.article]]
number = 2
title = "Hot Water"
level = "beginner"
hook = "How hot?"

[[series]]
key = "baking"
letter = "B"
title = "Baking"
tagline = "Bread."
tags = ["food"]
folder = "baking"
stem = "baking"
[[series.phase]]
number = 0
title = ""
folder = ""
blurb = ""
[[series.phase.article]]
number = 1
title = "Bread"
level = "advanced"
hook = "Why does it rise?"
"""
HOT = """---
series: cooking
phase: 1
number: 2
title: "Hot Water"
level: beginner
tags: [food]
date: 2026-11-22
description: "Water, hot."
prerequisites: ["1.1"]
defines: [boil]
---

# Hot Water

See {numref}`tab-heat` and {eq}`eq-heat`: six words of prose.

:::{table} Heat
:name: tab-heat

| a |
|---|
| 1 |
:::

```{math}
:label: eq-heat
a = b
```
"""
COLD = (
    HOT.replace("number: 2", "number: 1")
    .replace("Hot Water", "Cold Water")
    .replace('["1.1"]', "[]")
    .replace("[boil]", "[]")
    .replace("heat", "cold")
)
GLOSSARY = {
    "glossary.md": "---\norphan: true\n---\n# Terms\n\n:::{glossary}\nboil\n: To be hot.\n:::\n"
}
BREAD = (
    HOT.replace("series: cooking\nphase: 1\nnumber: 2", "series: baking\nnumber: 1")
    .replace("Hot Water", "Bread")
    .replace("heat", "rise")
)
BASE = {
    "plan.toml": PLAN,
    "index.md": "# All\n\n```{series-index}\n```\n",
    "cooking/index.md": "# Cooking\n\n```{series-contents} cooking\n```\n",
    "cooking/01-water/index.md": "# Water\n\n```{phase-contents}\n```\n",
    "baking/index.md": "# Baking\n\n```{series-contents} baking\n```\n",
}
HOT_PATH = "cooking/01-water/02-hot-water.md"
BREAD_PATH = "baking/01-bread.md"


@pytest.fixture
def book(make_book):
    def build(files, **options):
        return make_book({**BASE, **files}, extensions=EXTENSIONS, **options)

    return build


def part(built, page, name):
    return html.fromstring(built.text(f"{page}.html")).find_class(name)


def words_of(built, page, name):
    return " ".join(part(built, page, name)[0].text_content().split())


def test_an_article_is_numbered_by_its_label_not_by_what_else_is_written(book):
    built = book({HOT_PATH: HOT, BREAD_PATH: BREAD})
    assert built.warnings == ""
    hot = built.text("cooking/01-water/02-hot-water.html")
    bread = built.text("baking/01-bread.html")
    assert "Table 1.2.1" in hot and "(1.2.1)" in hot and '">1.2' in hot
    assert "Table B.1.1" in bread and "(B.1.1)" in bread


def test_the_head_says_where_the_article_stands(book):
    page = words_of(book({HOT_PATH: HOT}), "cooking/01-water/02-hot-water", "article-head")
    assert "Cooking · Water · Article 2 of 2 · Phase 1 of 1" in page
    assert "22 November 2026 · beginner · 1 min · 13 words" in page
    assert "Builds on 1.1 Cold Water (coming soon)" in page


def test_a_description_has_the_quotes_of_the_text(book):
    told = HOT.replace('"Water, hot."', '"Water\'s heat."')
    (lead,) = part(book({HOT_PATH: told}), "cooking/01-water/02-hot-water", "lead")
    assert lead.text_content() == "Water\N{RIGHT SINGLE QUOTATION MARK}s heat."


def test_the_head_links_what_it_builds_on_once_that_is_written(book):
    built = book({HOT_PATH: HOT, "cooking/01-water/01-cold-water.md": COLD})
    (head,) = part(built, "cooking/01-water/02-hot-water", "article-head")
    links = {link.text_content(): link.get("href") for link in head.iter("a")}
    assert links == {
        "Cooking": "../index.html",
        "Water": "index.html",
        "1.1 Cold Water": "01-cold-water.html",
    }
    assert "Builds on no other article." in words_of(
        built, "cooking/01-water/01-cold-water", "article-head"
    )


def test_an_article_says_how_to_cite_it(book):
    conf = {"project": "Meals & More", "author": "The Cooks", "release": "2.0"}
    built = book({HOT_PATH: HOT}, html_baseurl="https://cooks.example/", **conf)
    (folded,) = part(built, "cooking/01-water/02-hot-water", "citing")
    assert folded.tag == "details" and folded.get("open") is None
    assert folded.find("pre").text_content().splitlines() == [
        "@misc{meals-more-1-2,",
        "  author = {{The Cooks}},",
        "  title = {{Hot Water}},",
        "  howpublished = {Meals \\& More, Cooking, article 1.2},",
        "  year = {2026},",
        "  note = {Version 2.0, 2026-11-22},",
        "  url = {https://cooks.example/cooking/01-water/02-hot-water.html},",
        "}",
    ]
    plain = book({HOT_PATH: HOT}).text("cooking/01-water/02-hot-water.html")
    assert "@misc" in plain and "url = " not in plain


def test_the_foot_names_the_terms_and_asks_the_next_question(book):
    built = book({HOT_PATH: HOT, "cooking/01-water/01-cold-water.md": COLD, **GLOSSARY})
    cold, hot = (f"cooking/01-water/{name}" for name in ("01-cold-water", "02-hot-water"))
    assert "Next: 1.2 Hot Water How hot?" in words_of(built, cold, "article-foot")
    (foot,) = part(built, hot, "article-foot")
    links = {link.text_content(): link.get("href") for link in foot.iter("a")}
    assert links == {"boil": "../../glossary.html#term-boil"}
    assert "Next" not in foot.text_content()
    assert "Coming soon" not in foot.text_content()


def test_one_next_is_the_article_that_can_be_read_and_the_planned_one_is_coming(book):
    steam = """[[series.phase.article]]
number = 3
title = "Steam"
level = "beginner"
hook = "How light?"
"""
    files = {
        "plan.toml": PLAN.replace('hook = "How hot?"\n', f'hook = "How hot?"\n{steam}'),
        "cooking/01-water/01-cold-water.md": COLD,
        "cooking/01-water/03-steam.md": HOT.replace("number: 2", "number: 3")
        .replace('"Hot Water"', "Steam")
        .replace("# Hot Water", "# Steam"),
        **GLOSSARY,
    }
    built = book(files)
    assert built.warnings == ""
    cold = "cooking/01-water/01-cold-water"
    foot = words_of(built, cold, "article-foot")
    assert foot.endswith("Next: 1.3 Steam How light? Coming soon: 1.2 Hot Water How hot?")
    (found,) = part(built, cold, "article-foot")
    assert [link.get("href") for link in found.iter("a")] == ["03-steam.html"]
    assert 'rel="next"' not in built.text(f"{cold}.html")


def test_lists_have_a_place_for_what_a_reader_has_read_and_articles_a_box(book):
    built = book({HOT_PATH: HOT, "cooking/01-water/01-cold-water.md": COLD, **GLOSSARY})
    for page, folder in (
        ("index", "cooking/01-water/"),
        ("cooking/index", "01-water/"),
        ("cooking/01-water/index", ""),
    ):
        (place,) = part(built, page, "bookmarks")
        assert [(link.text, link.get("href")) for link in place.iter("a")] == [
            ("1.1 Cold Water", f"{folder}01-cold-water.html"),
            ("1.2 Hot Water", f"{folder}02-hot-water.html"),
        ]
    assert part(built, "baking/index", "bookmarks") == []  # nothing to read yet
    (place,) = part(built, "cooking/01-water/02-hot-water", "bookmarks")
    assert [box.get("value") for box in place.iter("input")] == ["1.2"]
    assert [*place.iter("a")] == []


def test_the_page_that_forgets_is_linked_and_other_formats_have_no_button(book):
    about = {
        "about.md": "---\norphan: true\n---\n# About\n\n(bookmarks)=\n## Kept\n\nHere.\n"
        "\n```{bookmarks}\n```\n"
    }
    files = {HOT_PATH: HOT, **GLOSSARY, **about}
    built = book(files)
    assert built.warnings == ""
    (place,) = part(built, "cooking/01-water/02-hot-water", "bookmarks")
    assert [link.get("href") for link in place.iter("a")] == ["../../about.html#bookmarks"]
    assert "Forget what I have read" in built.text("about.html")
    text = book(about, builder="text")
    assert text.text("about.txt").split() == ["About", "*****", "Kept", "====", "Here."]


def test_a_notebook_opens_in_colab_only_where_it_lies_in_a_repository(book):
    page = "cooking/01-water/02-hot-water"
    built = book({HOT_PATH: HOT}, press_colab="cooks/meals/blob/books/notebooks/")
    (line,) = part(built, page, "downloads")
    assert [(link.text, link.get("href")) for link in line.iter("a")] == [
        (
            "Open in Colab",
            "https://colab.research.google.com/github/cooks/meals/blob/books/notebooks/"
            f"{page}.ipynb",
        )
    ]


def test_downloads_are_named_only_where_somebody_says_that_they_are(book):
    pages = "cooking/index", "cooking/01-water/02-hot-water"
    silent = book({HOT_PATH: HOT})
    assert [part(silent, page, "downloads") for page in pages] == [[], []]
    told = book({HOT_PATH: HOT}, press_downloads="https://cooks.example/files/")
    found = [
        link.get("href") for page in pages for p in part(told, page, "downloads") for link in p
    ]
    assert found == [
        f"https://cooks.example/files/{path}"
        for path in (
            "pdf/cooking.pdf",
            "epub/cooking.epub",
            "notebooks/cooking/01-water/02-hot-water.ipynb",
        )
    ]
    assert part(told, "baking/index", "downloads") == []  # a series without an article has no book


def test_the_first_page_leads_to_each_series_by_its_tags_and_status(book):
    built = book({HOT_PATH: HOT})
    (jump,) = part(built, "index", "jump")
    cards = part(built, "index", "series-card")
    assert [link.get("href") for link in jump] == [f"#{card.get('id')}" for card in cards]
    assert len(cards) == 2 and [tag.text_content() for tag in part(built, "index", "tag")] == [
        "food",
        "food",
    ]
    assert "0 of 1 phases complete" in words_of(built, "index", "series-card")


def test_a_phase_says_what_its_reader_can_do_after_it(book):
    assert "After it: You can boil water." in words_of(book({}), "cooking/01-water/index", "body")


def test_a_new_article_appears_everywhere_by_adding_its_file(book):
    before = book({})
    after = book({HOT_PATH: HOT})
    for page in ("index", "cooking/index", "cooking/01-water/index"):
        assert "0 of 2 articles" in before.text(f"{page}.html")
        assert "1 of 2 articles · 13 words · 1 min" in after.text(f"{page}.html")
    assert "Hot Water" in before.text("cooking/index.html")
    assert 'href="01-water/02-hot-water.html"' in after.text("cooking/index.html")
    assert after.text("cooking/index.html").count("coming soon") == 1
    assert 'href="01-water/index.html"' in after.text("cooking/index.html")


def test_an_edited_article_changes_the_counts_above_it(book):
    first = book({HOT_PATH: HOT}).app
    path = first.srcdir / HOT_PATH
    path.write_text(HOT + "\nTwo words.\n", "utf-8")
    os.utime(path, (1e10, 1e10))
    with patch_docutils(first.confdir), docutils_namespace():
        folders = first.srcdir, first.confdir, first.outdir, first.doctreedir
        conf = {**first.config.overrides, "extensions": ["myst_parser", *EXTENSIONS]}
        again = Sphinx(*folders, "html", conf, status=None)
        again.build()
    assert "15 words" in (first.outdir / "index.html").read_text("utf-8")


def test_parallel_reading_gives_the_same_pages(book):
    files = {
        HOT_PATH: HOT,
        BREAD_PATH: BREAD,
        "cooking/note.md": "---\norphan: true\n---\n# Note\n",
    }
    serial, parallel = book(files), book(files, parallel=2)
    assert parallel.warnings == ""
    for page in ("index", "cooking/index", "cooking/01-water/02-hot-water", "baking/01-bread"):
        assert serial.text(f"{page}.html") == parallel.text(f"{page}.html")


@pytest.mark.parametrize(
    ("change", "line", "sentence"),
    [
        (("---\nseries", "series"), 1, "the front matter is missing"),
        (("tags: [food]", "tags: [food"), 8, "the front matter is not valid YAML"),
        (("level: beginner", "level: easy"), 6, "level 'easy' is not one of beginner"),
        (("level: beginner\n", ""), 1, "the front matter lacks level"),
        (("number: 2", "number: two"), 4, "'number' is 'two', expected a int"),
        (("number: 2", "number: 7"), 4, "number 7 is not in plan.toml for this phase"),
        (("phase: 1", "phase: 2"), 3, "phase is 2 but the file lies in phase 1"),
        (('["1.1"]', '["9.9"]'), 10, "prerequisite '9.9' is no article of the plan"),
        (
            ("level: beginner", "level: beginner\ncolour: red"),
            7,
            "unknown front matter key 'colour'",
        ),
        (("# Hot Water", "# Hot Soup"), 1, "the title 'Hot Soup': begin the text with # Hot Water"),
    ],
)
def test_a_wrong_front_matter_is_one_located_sentence(book, change, line, sentence):
    built = book({HOT_PATH: HOT.replace(*change, 1)})
    assert f"02-hot-water.md:{line}: WARNING: " in built.warnings
    assert sentence in built.warnings


def test_two_articles_cannot_share_a_number(book):
    again = HOT.replace("Hot Water", "Hot Water Again")
    built = book({HOT_PATH: HOT, "cooking/01-water/02-again.md": again})
    assert "02-hot-water.md:4: WARNING: article number 1.2 is taken by" in built.warnings


def test_an_unknown_series_is_named_with_the_known_ones(book):
    built = book({"cooking/index.md": "# Cooking\n\n```{series-contents} cookery\n```\n"})
    assert "no series 'cookery' in plan.toml: use cooking, baking" in built.warnings


def test_a_plan_that_is_not_toml_stops_the_build(book):
    from sphinx.errors import ConfigError

    with pytest.raises(ConfigError, match=r"plan\.toml: the plan is not valid TOML"):
        book({"plan.toml": "[[series"})
