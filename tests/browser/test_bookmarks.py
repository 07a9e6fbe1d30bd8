"""What a reader has read: ticks, marks, where to go on; rubbish, refusal, keyboard, paper."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

SITE = Path(__file__).parents[2] / "build" / "html"
SERIES = "deepseek/index.html"
PHASE = "deepseek/01-llm-foundations/index.html"
COLOPHON = "reference/colophon.html"
ARTICLE = "deepseek/01-llm-foundations/04-self-attention.html"
TICK = "I have read this article"


def kept(page: Page) -> dict | None:
    return json.loads(page.evaluate("localStorage.getItem('deep-dives')") or "null")


def go(page: Page, origin: str, path: str) -> None:
    page.goto(origin + path)
    page.wait_for_load_state("networkidle")


def scroll_to(page: Page, heading: int) -> str:
    """Bring a heading of an article to the top and wait until it is kept; return its id."""
    found = page.locator("article section > h2").nth(heading)
    id = found.evaluate("h => h.parentElement.id")
    found.evaluate("h => h.scrollIntoView()")
    page.wait_for_function(f"(localStorage.getItem('deep-dives') ?? '').includes('\"{id}\"')")
    return id


def test_an_article_is_ticked_by_the_keyboard_and_marked_in_every_list(visit, origin):
    page = visit(PHASE)
    first = page.locator(".article-row a").first
    label = page.locator(".article-row .label").first.inner_text()
    expect(page.locator("div.bookmarks")).to_contain_text(re.compile(r"^0 of \d+ read.*Begin with"))
    first.click()
    page.get_by_label(TICK).focus()
    page.keyboard.press("Space")
    assert kept(page) == {"version": 1, "read": [label], "at": []}
    for path, lists in ((PHASE, 1), (SERIES, 1), ("index.html", 2)):
        go(page, origin, path)
        expect(page.locator("div.bookmarks")).to_have_count(lists)
        expect(page.locator("div.bookmarks").first).to_contain_text(
            re.compile(r"^1 of \d+ read.*Read next: 1\.2 ")
        )
    go(page, origin, SERIES)
    content = "span => getComputedStyle(span, '::after').content"
    assert page.locator(".article-row .label").first.evaluate(content) == '"✓ read"'
    assert page.locator(".article-row .label").nth(1).evaluate(content) == "none"
    assert page.locator(".reading-map a.is-read").count() == 1
    page.locator(".article-row a").first.click()
    page.get_by_label(TICK).uncheck()
    assert kept(page) == {"version": 1, "read": [], "at": []}


def test_reading_goes_on_in_the_section_where_it_stopped(visit, origin):
    page = visit(ARTICLE)
    page.wait_for_timeout(700)
    assert kept(page) is None  # the beginning is not worth a word
    scroll_to(page, 1)
    id = scroll_to(page, 3)
    label, (place, title) = kept(page)["at"][0]
    assert (label, place) == ("1.4", id) and title.startswith("1.4, ") and "#" not in title
    for path in (SERIES, PHASE, "index.html"):
        go(page, origin, path)
        link = page.get_by_role("link", name=f"Continue reading: {title}")
        assert link.count() == 1
    link.press("Enter")
    page.wait_for_url(re.compile(f"#{id}$"))
    expect(page.locator(f"[id='{id}'] > h2")).to_be_in_viewport()
    page.get_by_label(TICK).check()
    page.wait_for_timeout(700)  # what was read is not begun
    assert kept(page) == {"version": 1, "read": ["1.4"], "at": []}


def test_coming_back_shows_what_was_ticked(visit):
    page = visit(PHASE)
    page.locator(".article-row a").first.click()
    page.get_by_label(TICK).check()
    page.go_back()
    expect(page.locator("div.bookmarks")).to_contain_text(re.compile(r"^1 of "))


@pytest.mark.parametrize(
    "rubbish",
    [
        *("", "{", "null", "7", "[]", '"x"', '{"version": 2, "read": ["1.1"], "at": []}'),
        '{"version": 1, "read": 7, "at": "<b>"}',
        '{"version": 1, "read": [null, {}, "9.9"], "at": [[], ["9.9"]]}',
    ],
)
def test_rubbish_is_nothing(visit, origin, rubbish):
    page = visit(PHASE)
    faults = []
    page.on("pageerror", lambda fault: faults.append(fault))
    page.evaluate("text => localStorage.setItem('deep-dives', text)", rubbish)
    go(page, origin, PHASE)
    expect(page.locator("div.bookmarks")).to_contain_text(re.compile(r"^0 of \d+ read"))
    page.locator(".article-row a").first.click()
    page.get_by_label(TICK).check()
    assert "1.1" in kept(page)["read"] and faults == []


def test_what_is_kept_is_never_taken_for_markup(visit, origin):
    page = visit(PHASE)
    bad = {"version": 1, "read": [], "at": [["1.1", ['x"><b>', "<img src=x onerror=alert(1)>"]]]}
    page.evaluate("text => localStorage.setItem('deep-dives', text)", json.dumps(bad))
    go(page, origin, PHASE)
    expect(page.locator("div.bookmarks a")).to_have_text(
        "Continue reading: <img src=x onerror=alert(1)>"
    )
    assert page.locator("div.bookmarks :is(img, b)").count() == 0


@pytest.mark.parametrize("refusal", ["get: () => { throw new DOMException() }", "value: null"])
def test_a_browser_that_keeps_nothing_shows_nothing(browser, origin, refusal):
    context = browser.new_context()
    context.add_init_script(f"Object.defineProperty(window, 'localStorage', {{ {refusal} }})")
    page = context.new_page()
    go(page, origin, PHASE)
    expect(page.locator("div.bookmarks")).to_have_text("")
    page.locator(".article-row a").first.click()
    expect(page.get_by_text(TICK)).to_be_hidden()
    context.close()


def test_a_full_store_leaves_the_box_unticked(visit):
    page = visit(PHASE)
    page.locator(".article-row a").first.click()
    page.wait_for_load_state("networkidle")
    page.evaluate("void (Storage.prototype.setItem = () => { throw new DOMException('full') })")
    page.get_by_label(TICK).click()
    assert not page.get_by_label(TICK).is_checked()


def test_the_reader_can_make_it_forget_and_hears_so(visit, origin):
    page = visit(ARTICLE)
    page.get_by_label(TICK).check()
    page.get_by_role("link", name="Only your browser knows").click()
    page.wait_for_url(re.compile(f"{COLOPHON}#"))
    status = page.locator(".bookmarks").get_by_role("status")
    expect(status).to_have_text("1 read, 0 begun")
    page.get_by_role("button", name="Forget what I have read").press("Enter")
    expect(status).to_have_text("0 read, 0 begun")
    assert kept(page) is None


@pytest.mark.parametrize("path", ["index.html", SERIES, PHASE, COLOPHON])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_when_the_script_begins(visit, path, width):
    page = visit(path, viewport={"width": width, "height": 900})

    def places() -> list[list[float]]:
        page.wait_for_load_state("networkidle")
        return page.locator("article :is(p, h2, h3, .article-row, .tags)").evaluate_all(
            "all => all.map(x => x.getBoundingClientRect()).map(b => [b.x, b.y, b.height])"
        )

    state = {"version": 1, "read": ["1.1"], "at": [["1.4", ["x", "1.4, A long title, " * 9]]]}
    page.evaluate("text => localStorage.setItem('deep-dives', text)", json.dumps(state))
    page.reload()
    after = places()
    page.route("**/shared.js*", lambda route: route.abort())
    page.reload()
    assert page.locator(".bookmarks.on").count() == 0
    assert places() == after


def test_it_works_from_a_file(browser):
    page = browser.new_page()
    page.goto((SITE / ARTICLE).as_uri())
    page.get_by_label(TICK).check()
    page.reload()
    expect(page.get_by_label(TICK)).to_be_checked()
    page.close()


def test_without_script_and_on_paper_there_is_no_dead_box(visit):
    page = visit(ARTICLE, java_script_enabled=False)
    assert page.locator(".bookmarks").is_hidden()
    page = visit(ARTICLE)
    expect(page.locator(".bookmarks")).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator(".bookmarks").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", SERIES, PHASE])
def test_axe_finds_nothing_in_marked_lists(visit, violations, dress, origin, path, scheme):
    page = visit(path, scheme)
    state = {"version": 1, "read": ["1.1", "1.2"], "at": [["1.4", ["x", "1.4, A title"]]]}
    page.evaluate("text => localStorage.setItem('deep-dives', text)", json.dumps(state))
    go(page, origin, path)
    dress(page, scheme)
    expect(page.locator("div.bookmarks a").first).to_be_visible()
    assert violations(page) == []
