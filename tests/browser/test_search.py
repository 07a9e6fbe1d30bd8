"""The search of the site: each kind of place, found where it is; keyboard, file, words said."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

SITE = Path(__file__).parents[2] / "build" / "html"


def data(name: str) -> dict:
    text = (SITE / name).read_text("utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


ENTRIES = data("search-index.js")["entries"]
FACTS = data("reference/facts-index.js")


def of(kind: str, word: str = "") -> list[str]:
    """Return one entry of a kind."""
    return next(entry for entry in ENTRIES if entry[0] == kind and word in entry[2])


def search(page: Page, words: str) -> None:
    page.get_by_role("searchbox", name="Search this site").fill(words)
    expect(page.get_by_role("status")).to_have_text(re.compile("^(Found|Nothing)"))


def group(page: Page, heading: str) -> Locator:
    return page.locator("#search-results > section").filter(
        has=page.get_by_role("heading", name=heading, exact=True)
    )


@pytest.mark.parametrize(
    ("heading", "entry"),
    [
        ("Articles", of("article", "1.4")),
        ("Sections", of("section", "Why three matrices")),
        ("Terms", of("term", "ridge point")),
        ("Code objects", of("code", "minseek.attention.softmax")),
        ("Sources", of("source", "Attention")),
        ("Pages", of("page", "Notation")),
    ],
)
def test_each_kind_is_named_first_and_leads_to_its_place(visit, heading, entry):
    _, uri, title, text = entry
    page = visit("search.html")
    search(page, re.sub(r"^[\d.]+ ", "", title)[:60])
    link = group(page, heading).get_by_role("link", name=title, exact=True)
    expect(link).to_have_count(1)
    if text:
        expect(group(page, heading).get_by_text(text, exact=True).first).to_be_visible()
    assert page.locator("#search-results > section").first.inner_text().startswith(heading)
    link.press("Enter")
    page.wait_for_url(lambda url: unquote(url).endswith(uri))
    page.wait_for_load_state()
    if "#" in uri:
        expect(page.locator(":target")).to_be_in_viewport()


def test_a_fact_leads_to_its_row_and_many_to_the_ledger(visit):
    name, [id, _, _, cells] = next((page, facts[0]) for page, facts in FACTS.items())
    page = visit("search.html")
    search(page, " ".join(cells[1][0].split()[:9]))
    link = group(page, "Facts").locator(f"a[href='reference/{name}#{id}']")
    expect(link).to_have_text(" ".join(cells[0]))
    link.click()
    expect(page.locator("tr:target")).to_be_in_viewport()
    page.go_back()
    search(page, "attention")
    more = group(page, "Facts").get_by_role("link", name=re.compile("^All .* facts, in the ledger"))
    count = re.search(r"[\d,]+", more.inner_text())[0]
    more.click()
    expect(page.locator(".fact-search output")).to_have_text(re.compile(f"^{count} of "))


def test_words_inside_a_section_lead_to_the_section(visit):
    words = data("search-index.js")["words"]
    alone = next(
        word
        for word, at in sorted(words.items())
        if len(at) == 1 and ENTRIES[at[0]][0] == "section" and len(word) > 9
        and not any(other != word and other.startswith(word[:-1]) for other in words)
        and not any(word in f"{e[2]} {e[3]}".lower() for e in ENTRIES)
    )  # fmt: skip
    page = visit("search.html")
    search(page, alone.upper())
    expect(group(page, "Sections").get_by_role("link")).to_have_attribute(
        "href", ENTRIES[words[alone][0]][1]
    )


def test_nothing_found_is_a_kind_sentence(visit):
    page = visit("search.html")
    search(page, "zyxwv")
    expect(page.get_by_role("status")).to_have_text(
        "Nothing here says “zyxwv”. Fewer words, or the beginning of one, find more."
    )
    assert page.locator("#search-results > *").count() == 0
    page.get_by_role("searchbox", name="Search this site").fill("")
    expect(page.get_by_role("status")).to_have_text("")


def test_the_keyboard_leads_from_any_page_to_a_result(visit):
    page = visit("index.html")
    page.wait_for_load_state("networkidle")
    assert not [url for url in page.asked if "index.js" in url]
    page.keyboard.press("Control+k")
    page.keyboard.type("ridge point")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"search\.html\?q=ridge"))
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^Found: \d+ terms?\b"))
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("glossary.html#term-ridge-point"))


def test_what_is_asked_stays_in_the_address_and_more_is_folded(visit):
    page = visit("search.html?q=softmax")
    expect(page.get_by_role("status")).to_have_text(re.compile("^Found"))
    for part in page.locator("#search-results > section").all():
        assert part.locator(":scope > ul > li").count() <= 8
    search(page, "query")
    page.wait_for_url(re.compile(r"\?q=query$"))


def test_it_works_from_a_file_and_without_the_ledger(browser):
    page = browser.new_page()
    page.route("**/facts-index.js", lambda route: route.abort())
    page.goto((SITE / "search.html").as_uri())
    search(page, "softmax")
    expect(group(page, "Terms").get_by_role("link").first).to_be_visible()
    page.close()


def test_an_index_that_is_not_there_is_said(visit):
    page = visit("search.html")
    page.route("**/search-index.js", lambda route: route.abort())
    page.get_by_role("searchbox", name="Search this site").fill("softmax")
    expect(page.get_by_role("status")).to_have_text(re.compile("could not be loaded"))


def test_words_are_never_taken_for_markup_and_odd_ones_do_no_harm(visit):
    page = visit("search.html")
    for words in ("<img src=x onerror=alert(1)>", "the", "—", "__proto__ constructor", '"\\'):
        search(page, words)
        assert page.locator("#search img").count() == 0
        page.get_by_role("searchbox", name="Search this site").fill("")
        expect(page.get_by_role("status")).to_have_text("")


def test_without_script_it_says_so(visit):
    page = visit("search.html", java_script_enabled=False)
    assert page.locator(".site-search").is_hidden()
    assert page.get_by_text("The search needs a script").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_results_and_they_fit(visit, violations, screenshots, scheme, width):
    page = visit("search.html?q=attention", scheme, viewport={"width": width, "height": 900})
    expect(page.get_by_role("status")).to_have_text(re.compile("^Found"))
    beyond = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(beyond) <= 0
    page.screenshot(path=screenshots / f"search-{scheme}-{width}.png")
    assert violations(page) == []
