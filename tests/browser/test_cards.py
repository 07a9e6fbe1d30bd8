"""Cards in a real browser: how they come and go, where they stand, what a screen reader is told."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

SITE = Path(__file__).parents[2] / "build" / "html"
ARTICLE = "flashattention/01-flashattention.html"
OTHER = "deepseek/01-llm-foundations/04-self-attention.html"
THIRD = "deepseek/01-llm-foundations/06-multi-head-attention-internals.html"
KINDS = {
    "fact": (ARTICLE, "a[href*='#fact-fa1-hbm-standard']"),
    "citation": (ARTICLE, "p a[href*='bibliography.html#ref-']"),
    "term": (ARTICLE, "a[href*='glossary.html#term-']"),
    "symbol": (OTHER, ".symbol[data-cards*='symbol-d_k']"),
    "formula with symbols": (THIRD, ".math-scroll[data-cards]"),
    "equation": (ARTICLE, "a.reference[href^='#equation-']"),
    "figure": (ARTICLE, "p a.reference[href^='#fig-']"),
    "table": (OTHER, "p a.reference[href^='#tab-']"),
    "listing": (ARTICLE, "p a.reference[href^='#lst-']"),
}
FACT = KINDS["fact"][1]
WIDTHS = {"desktop": 1280, "reflow": 320}
BEYOND = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
OVERLAP = """([a, b]) => {
  const [p, q] = [a, b].map((element) => element.getBoundingClientRect());
  return Math.min(p.right, q.right) > Math.max(p.left, q.left)
    && Math.min(p.bottom, q.bottom) > Math.max(p.top, q.top);
}"""


def center(page: Page, selector: str):
    """Bring the first of these into the middle of the window."""
    use = page.locator(f"article {selector}").first
    use.evaluate("use => use.scrollIntoView({ block: 'center', behavior: 'instant' })")
    return use


def focus(page: Page, use) -> None:
    """Come to a reference as the keyboard does."""
    page.keyboard.press("Shift")  # from here on the browser shows where the focus is
    use.evaluate("use => use.focus({ focusVisible: true })")


@pytest.fixture
def fact(visit):
    """Return a page and a fact of it, with the keyboard's focus on the fact."""
    page = visit(ARTICLE, viewport={"width": 1280, "height": 800})
    use = center(page, FACT)
    focus(page, use)
    return page, use


@pytest.mark.parametrize("path", [ARTICLE, OTHER, THIRD])
@pytest.mark.parametrize("way", ["hover", "focus", "tap"])
@pytest.mark.parametrize("width", WIDTHS)
def test_each_kind_shows_its_card_beside_it_and_inside_the_window(
    visit, screenshots, path, way, width
):
    page = visit(path, viewport={"width": WIDTHS[width], "height": 700}, has_touch=way == "tap")
    card = page.locator(".card")
    for kind in (kind for kind, (where, _) in KINDS.items() if where == path):
        use = center(page, KINDS[kind][1])
        focus(page, use) if way == "focus" else getattr(use, way)()
        expect(use).to_have_attribute("aria-describedby", "card-gist")
        assert len(card.inner_text()) > 10 or card.locator("math").count(), kind
        assert not page.evaluate(OVERLAP, [use.element_handle(), card.element_handle()]), kind
        box = card.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= WIDTHS[width], kind
        assert page.evaluate(BEYOND) <= 0, kind
        page.screenshot(path=screenshots / f"card-{kind.replace(' ', '-')}-{way}-{width}.png")


def test_a_fact_says_what_the_ledger_says(fact):
    page, use = fact
    said = page.locator(".card p").all_text_contents()
    use.click()
    page.wait_for_url("**/facts*.html#fact-fa1-hbm-standard")
    entry = page.locator("#fact-fa1-hbm-standard p").all_text_contents()
    assert len(said) > 4 and set(said) <= set(entry)


def test_escape_takes_the_card_away_and_leaves_the_focus(fact):
    page, use = fact
    page.keyboard.press("Escape")
    expect(page.locator(".card")).to_have_count(0)
    expect(use).to_be_focused()


def test_a_dismissed_card_stays_away_until_the_pointer_has_left(visit):
    page = visit(ARTICLE)
    use = center(page, FACT)
    use.hover()
    expect(page.locator(".card")).to_be_visible()
    page.keyboard.press("Escape")
    use.hover(position={"x": 3, "y": 3})
    page.wait_for_timeout(400)
    expect(page.locator(".card")).to_have_count(0)
    page.locator("article h1").hover()
    center(page, FACT).hover()
    expect(page.locator(".card")).to_be_visible()


def test_the_pointer_may_move_onto_the_card_and_stay(visit):
    page = visit(ARTICLE)
    center(page, FACT).hover()
    expect(page.locator(".card")).to_be_visible()
    box = page.locator(".card").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=8)
    page.wait_for_timeout(600)
    expect(page.locator(".card")).to_be_visible()
    page.locator("article h1").hover()
    expect(page.locator(".card")).to_have_count(0)


def test_a_pointer_that_goes_away_leaves_the_card_of_the_focus(fact):
    page, use = fact
    use.hover()
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)
    expect(page.locator(".card")).to_be_visible()
    page.keyboard.press("Tab")
    expect(use).not_to_have_attribute("aria-describedby", re.compile("."))


def test_a_screen_reader_hears_one_sentence_and_no_card(fact):
    page, use = fact
    expect(use).to_have_accessible_description(
        "Standard attention reads and writes this much main memory."
    )
    expect(page.locator(".card")).to_have_attribute("aria-hidden", "true")
    assert page.locator(".card a, .card [tabindex]").count() == 0


def test_the_first_tap_shows_and_the_way_there_is_in_the_card_or_in_a_second_tap(visit):
    page = visit(ARTICLE, viewport={"width": 390, "height": 800}, has_touch=True)
    center(page, FACT).tap()
    there = page.get_by_role("link", name="Go there")
    expect(there).to_be_visible()
    assert page.url.endswith(ARTICLE)
    there.tap()
    page.wait_for_url("**/facts*.html#fact-fa1-hbm-standard")
    page.go_back()
    center(page, FACT).tap()
    page.locator(FACT).first.tap()
    page.wait_for_url("**/facts*.html#fact-fa1-hbm-standard")


def test_a_tap_elsewhere_takes_the_card_away(visit):
    page = visit(ARTICLE, viewport={"width": 390, "height": 800}, has_touch=True)
    center(page, FACT).tap()
    expect(page.locator(".card")).to_be_visible()
    page.touchscreen.tap(195, 20)
    expect(page.locator(".card")).to_have_count(0)


def test_a_click_goes_where_it_always_went(visit):
    page = visit(ARTICLE)
    center(page, FACT).click()
    page.wait_for_url("**/facts*.html#fact-fa1-hbm-standard")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["fact", "symbol", "figure", "table"])
def test_axe_finds_nothing_in_a_card(visit, violations, screenshots, kind, scheme):
    path, selector = KINDS[kind]
    page = visit(path, scheme, has_touch=True)
    center(page, selector).tap()
    expect(page.locator(".card")).to_be_visible()
    page.screenshot(path=screenshots / f"card-{kind}-{scheme}.png")
    assert violations(page) == []


def test_a_card_asks_for_nothing(visit, fetched):
    page = visit(ARTICLE)
    page.wait_for_load_state("networkidle")
    before = len(page.asked)
    center(page, KINDS["figure"][1]).hover()
    expect(page.locator(".card svg")).to_be_visible()
    assert fetched(page, before) == []


def test_without_script_a_formula_looks_as_in_print(visit):
    page = visit(OTHER, java_script_enabled=False)
    assert page.locator(".symbol").count() > 3
    border = page.locator(".symbol").first.evaluate(
        "use => getComputedStyle(use).borderBottomWidth"
    )
    assert border == "0px"
    assert page.locator(".symbol[tabindex], .card").count() == 0


def test_a_file_shows_cards_without_a_server(browser):
    page = browser.new_page()
    page.goto((SITE / ARTICLE).as_uri())
    center(page, FACT).hover()
    expect(page.locator(".card")).to_be_visible()
    page.close()


def test_cards_are_not_printed(fact):
    page, _ = fact
    page.emulate_media(media="print")
    expect(page.locator(".card")).to_be_hidden()
