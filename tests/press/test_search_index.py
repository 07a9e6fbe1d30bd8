"""The search index: every place by its kind, and after a change that of a build from nothing."""

import json
import shutil

import pytest


def index(book) -> dict:
    text = book.output()["search-index.js"].decode()
    return json.loads(text.removeprefix("window.searchIndex=").removesuffix(";\n"))


@pytest.fixture
def entries(built_book) -> list[list[str]]:
    return index(built_book("html"))["entries"]


def test_every_kind_of_place_is_there_with_its_address(entries, built_book):
    article = built_book("html").article.replace(".md", ".html")
    wanted = [
        ["article", article, "1.2 Hot Water", "Water, hot."],
        ["section", f"{article}#watching-it", "Watching it", "in 1.2 Hot Water"],
        ["term", "reference/glossary.html#term-steam", "steam", "Water, hotter."],
        ["page", "reference/facts-a.html", "a", "2 facts"],
        ["page", "reference/colophon.html", "Colophon", ""],
    ]
    assert [one for one in wanted if one not in entries] == []
    assert len([one for one in entries if one[0] == "source"]) == 3
    assert len({uri for _, uri, *_ in entries}) == len(entries)


def test_every_address_is_a_place_of_the_site(entries, built_book):
    pages = built_book("html").output()
    for _, uri, title, _ in entries:
        page, _, id = uri.partition("#")
        assert page in pages, title
        assert not id or f'id="{id}"'.encode() in pages[page], uri


def test_words_lead_to_the_section_that_says_them(built_book):
    found = index(built_book("html"))
    entries = found["entries"]
    assert {entries[n][2] for n in found["words"]["steam"]} == {"1.2 Hot Water"}
    assert not [w for w in found["words"] if w.isdigit() or len(w) < 2 or w in found["stop"]]
    assert "the" in found["stop"]


def test_code_is_found_by_its_object_and_a_section_by_what_the_printed_index_says(book):
    marked = "```{index} single: kettle; of iron\n```\n"
    listed = "```{listing} minseek.attention:softmax\n```\n"
    book.change("source/reference/colophon.md", "phon\n", f"phon\n\n{marked}\n{listed}")
    assert book.press().returncode == 0
    found = index(book)
    page = "reference/colophon.html"
    listing = f"{page}#lst-minseek-attention-softmax"
    (code,) = (entry for entry in found["entries"] if entry[0] == "code")
    assert code[1:3] == [listing, "minseek.attention.softmax"]
    assert code[3].startswith("Positive weights along dim,")
    assert [found["entries"][n][1] for n in found["words"]["kettle"]] == [page]
    assert "amax" not in found["words"]  # code is found by its name


def test_sphinx_s_own_search_is_left_out(built_book):
    files = built_book("html").output()
    assert not [name for name in files if "searchindex" in name or "searchtools" in name]
    assert b'data-ledger="reference/facts"' in files["search.html"]
    assert b"search.js" in files["search.html"] and b"search.js" not in files["index.html"]


def test_a_small_change_gives_the_index_of_a_build_from_nothing(book):
    article = f"source/{book.article}"
    book.change(article, "## Watching it", "## Waiting for it")
    assert book.press().returncode == 0
    changed = book.output()["search-index.js"]
    assert b'"Water, hotter."' in changed  # of a page that was not read again
    assert b"watching" not in changed  # a word that no page holds any more
    shutil.rmtree(book.root / "build")
    assert book.press().returncode == 0
    assert book.output()["search-index.js"] == changed
