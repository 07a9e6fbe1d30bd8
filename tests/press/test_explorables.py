"""Explorables: what a page holds and loads, what print gets, and what is refused."""

import json
import re

import pytest
from lxml import html
from press.explorables import STATIC

BODY = "Scores 4 and 0.\n\n| a |\n| - |\n| 1 |\n"
GOOD = f':::{{explorable}} softmax What is *it* & "who"?\n{BODY}:::\n'
HOUSE = {"extensions": ["press.explorables"], "html_static_path": [str(STATIC)]}


def article(text: str) -> dict[str, str]:
    return {"index.md": f"# A\n\n{text}"}


def loaded(page: str) -> list[str]:
    """The files of ours that a page loads, in their order."""
    tree = html.fromstring(page)
    files = [*tree.xpath("//link/@href"), *tree.xpath("//script/@src")]
    return [file.partition("?")[0] for file in files if "explorable" in file]


def test_the_page_holds_the_question_and_the_twin_in_the_element(make_book):
    book = make_book(article(GOOD), **HOUSE)
    assert book.warnings == ""
    (section,) = html.fromstring(book.text()).xpath("//section[@class='explorable']")
    question, element = section
    assert section.get("aria-labelledby") == question.get("id") != section.get("id")
    assert question.text == 'What is *it* & "who"?'
    assert element.tag == "x-softmax"
    assert element[0].text == "Scores 4 and 0." and element.xpath(".//td/p/text()") == ["1"]


def test_the_page_holds_the_data_of_the_script(make_book):
    text = f":::{{explorable}} generation What?\n{BODY}:::\n"
    page = html.fromstring(make_book(article(text), **HOUSE).text())
    (data,) = page.xpath("//section/script")
    assert (data.get("type"), data.get("id")) == ("application/json", "x-generation-data")
    assert json.loads(data.text) == json.loads((STATIC / "explorables/generation.json").read_text())
    assert "<" not in data.text and data.getnext().tag == "x-generation"


def test_only_a_page_that_uses_an_explorable_loads_its_files(make_book):
    files = article(GOOD + "\n```{toctree}\nother\n```\n") | {"other.md": "# B\n"}
    book = make_book(files, **HOUSE)
    paths = [f"_static/{name}" for name in ("explorable.js", "explorables/softmax.js")]
    assert loaded(book.text()) == paths
    assert loaded(book.text("other.html")) == []
    assert all((book.outdir / path).exists() for path in paths)


def test_what_explorables_share_is_loaded_before_them_and_once(make_book):
    one = GOOD.replace("softmax", "kv-cache")
    both = one + "\n" + one.replace("kv-cache", "capacity-planner")
    tree = html.fromstring(make_book(article(both), **HOUSE).text())
    found = [src.partition("?")[0] for src in tree.xpath("//script/@src")]
    files = ["explorable", "model-file", "explorables/kv-cache", "explorables/capacity-planner"]
    assert found[-4:] == [f"_static/{file}.js" for file in files]


def test_scripts_are_classic_and_wait_for_the_twin(make_book):
    tree = html.fromstring(make_book(article(GOOD), **HOUSE).text())
    scripts = tree.xpath("//script[contains(@src, 'explorable')]")
    assert [script.get("defer") for script in scripts] == ["defer", "defer"]
    assert not any(script.get("type") for script in scripts)


def test_other_formats_have_the_twin_and_not_the_question(make_book):
    text = make_book(article(GOOD), "text", **HOUSE).text("index.txt")
    assert "Scores 4 and 0." in text and "who" not in text


def test_a_changed_script_reads_the_article_again(make_book):
    env = make_book(article(GOOD), **HOUSE).app.env
    names = {re.sub(r".*/static/", "", str(path)) for path in env.dependencies["index"]}
    assert names == {"explorable.js", "explorables/softmax.js"}


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        (
            "softmax",
            "sotfmax",
            3,
            "there is no explorable 'sotfmax'; the nearest name is 'softmax'",
        ),
        ('What is *it* & "who"?', "", 3, "'softmax' has no question: write it after the name"),
        (BODY, "", 3, "'softmax' has no body: write its twin, the figure or the table that"),
        (GOOD, GOOD + GOOD, 10, "'softmax' is in this article already: refer to that one"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(make_book, old, new, line, complaint):
    warnings = make_book(article(GOOD.replace(old, new)), **HOUSE).warnings
    assert f"index.md:{line}: ERROR: " in warnings and complaint in warnings, warnings
