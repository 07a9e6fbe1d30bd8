"""What stands around the text: every part by keyboard, none on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

HOME, LEDGER = "index.html", "reference/facts.html"
ARTICLE = "deepseek/01-llm-foundations/04-self-attention.html"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 800}
FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const { outlineStyle, outlineWidth, visibility } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && visibility === "visible";
  return [element.outerHTML.slice(0, 120), seen && inside && box.width > 0];
}"""
AROUND = ".bd-sidebar, .bd-header-article, #pst-back-to-top, .prev-next-footer, .bd-footer-content"


def tab(page: Page, selector: str) -> None:
    """Go on by keyboard until this is reached."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no Tab reaches {selector}")


@pytest.mark.parametrize("path", [HOME, ARTICLE, LEDGER])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_each_stop_of_the_keyboard_is_seen(visit, path, size):
    page = visit(path, viewport=size, reduced_motion="reduce")
    stops = []
    for _ in range(80):
        page.keyboard.press("Tab")
        if (stop := page.evaluate(FOCUS)) is None:
            break
        stops.append(stop)
    assert len(stops) > 8 and "#main-content" in stops[0][0]
    assert [html for html, seen in stops if not seen] == []


def test_the_skip_link_leads_to_the_text(visit):
    page = visit(ARTICLE)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_side_is_chosen_by_keyboard_and_kept(visit, size):
    page = visit(HOME, viewport=size)
    tab(page, ".theme-switch-button")
    page.keyboard.press("Enter")
    menu = page.locator("#color-mode")
    expect(menu).to_be_visible()
    box, button = menu.bounding_box(), page.locator(".theme-switch-button").bounding_box()
    assert box["x"] >= 0 and abs(box["x"] + box["width"] - button["x"] - button["width"]) < 2
    assert 0 <= box["y"] - button["y"] - button["height"] < 2
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.locator(".theme-switch-button")).to_be_focused()
    page.keyboard.press("Enter")
    tab(page, "[data-mode=dark]")
    page.keyboard.press("Enter")
    expect(menu).to_be_hidden()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_contents_are_hidden_beside_the_text_and_come_back(visit):
    page = visit(ARTICLE, viewport=WIDE)
    contents = page.locator("#pst-primary-sidebar")
    tab(page, ".primary-toggle")
    page.keyboard.press("Enter")
    expect(contents).to_be_hidden()
    page.keyboard.press("Enter")
    expect(contents).to_be_visible()


@pytest.mark.parametrize("side", ["primary", "secondary"])
def test_on_a_phone_they_open_over_the_text_and_give_the_focus_back(visit, side):
    page = visit(ARTICLE, viewport=NARROW)
    tab(page, f".{side}-toggle")
    page.keyboard.press("Enter")
    dialog = page.locator(f"#pst-{side}-sidebar-modal")
    expect(dialog.locator("a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(f".{side}-toggle")).to_be_focused()


def test_the_search_opens_by_its_keys_and_finds(visit):
    page = visit(ARTICLE)
    page.keyboard.press("Control+k")
    page.keyboard.type("softmax")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=softmax")
    results = page.locator("#search-results li a")
    expect(results.first).to_be_visible()
    assert results.count() > 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_and_holds_the_text_alone(visit, scheme):
    page = visit(ARTICLE, scheme, viewport={"width": 718, "height": 1000})
    page.emulate_media(media="print")
    for part in page.locator(AROUND).all():
        expect(part).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    colour = page.locator("article section > p").first.evaluate("p => getComputedStyle(p).color")
    assert max(map(int, re.findall(r"\d+", colour))) < 100, colour
    formula = page.locator("div.math:has(.eqno)").first
    number = formula.locator(".eqno").bounding_box()
    row = formula.bounding_box()
    assert abs(number["x"] + number["width"] - row["x"] - row["width"]) < 2
    assert number["y"] < row["y"] + row["height"] / 2 < number["y"] + number["height"]
    expect(page.locator("details.answer p").first).to_be_visible()
