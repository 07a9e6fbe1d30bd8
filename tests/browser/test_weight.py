"""What a page costs: bytes, scripts, styles, and that nothing jumps or flashes."""

import gzip
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from press.css import COMMENT, GROUPS, demanded, parts, rules
from press.sheets import Known

SITE = Path(__file__).parents[2] / "build" / "html"
THEMES = ("pydata_sphinx_theme", "sphinx_book_theme")
KINDS = (
    *("index.html", "deepseek/index.html", "deepseek/01-llm-foundations/index.html"),
    *("deepseek/02-kv-cache/01-kv-cache-internals.html", "flashattention/04-flashattention-4.html"),
    *("reference/facts.html", "reference/glossary.html", "search.html", "404.html"),
)
FIRST, NEXT = 300_000, 100_000  # bytes, as a server packs them
BLOCKING = "script[src]:not([defer], [async]), body link[rel=stylesheet], body style"
BUTTONS = ".search-button__button, .sidebar-toggle, .theme-switch-button"
JUMPS = """() => new Promise((resolve) => {
  let sum = 0;
  const add = (list) => list.getEntries().forEach((shift) => { sum += shift.value; });
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 200);
})"""
PARTS = """() => [...document.querySelectorAll(
  ".bd-article > section > *, .bd-article p"
)].map((part) => part.getBoundingClientRect().top)"""
HEIGHT = "document.querySelector('.bd-article').scrollHeight"
# What stands before or after an element does so if that is there; what no browser reads is no loss.
MATCHED = """(selectors) => selectors.filter((selector) => {
  try {
    return document.querySelector(selector.replaceAll(/::?(before|after|marker)\\b/g, ""));
  } catch {
    return false;
  }
})"""


LAID_OUT = """[...document.querySelectorAll(".bd-article > section > section > h2")]
    .map((head) => head.checkVisibility({ contentVisibilityAuto: true }))"""


@cache
def weight(path: str) -> int:
    """Return what a file of the site weighs on its way; a face is packed already."""
    data = (SITE / path.lstrip("/")).read_bytes()
    return len(data if path.endswith(".woff2") else gzip.compress(data))


def weights(urls: list[str]) -> dict[str, int]:
    """Return what each of these weighs."""
    paths = {urlsplit(url).path for url in urls if url.startswith("http")}
    return {path: weight(path) for path in paths}


def test_an_article_weighs_little_and_the_next_page_less(visit, article_path):
    page = visit(article_path)
    page.wait_for_load_state("networkidle")
    first = weights(page.asked)
    assert 20_000 < sum(first.values()) <= FIRST, first
    if (link := page.locator("a.right-next")).count():
        link.click()
        page.wait_for_load_state("networkidle")
        more = {path: size for path, size in weights(page.asked).items() if path not in first}
        assert more and sum(more.values()) <= NEXT, more


def test_no_page_waits_for_a_script_or_a_late_sheet(visit, page_path):
    page = visit(page_path)
    assert page.locator(BLOCKING).evaluate_all("all => all.map(one => one.outerHTML)") == []
    assert page.locator("script[defer]").count() > 0


@pytest.mark.parametrize("place", ["top", "heading"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps(visit, article_path, width, place):
    heads = re.findall(r'<section id="([^"]+)"', (SITE / article_path).read_text("utf-8"))
    anchor = f"#{heads[3]}" if place == "heading" else ""
    page = visit(article_path + anchor, viewport={"width": width, "height": 900})
    page.wait_for_load_state("networkidle")
    assert page.evaluate(JUMPS) < 0.02


def test_a_page_that_arrives_is_laid_out_near_the_window_first(
    browser, origin, arrived, article_path
):
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(origin + article_path)
    assert page.evaluate(LAID_OUT)[-1] is False
    page.reload()  # whoever comes back to a place finds it where it was
    assert all(page.evaluate(LAID_OUT))
    page.unroute("**/*.js*")
    page.reload()
    height = page.evaluate(HEIGHT)
    page.goto(f"{origin}404.html")
    page.goto(origin + article_path)
    arrived(page)
    assert all(page.evaluate(LAID_OUT))
    assert page.evaluate(HEIGHT) == height
    page.context.close()


@pytest.fixture
def room(browser, arrived):
    """Return ``room(address, width, faces)``: where parts of an article begin, and its height."""

    def find(address: str, width: int, faces: str) -> tuple[list[float], float]:
        page = browser.new_page(viewport={"width": width, "height": 900})
        if faces == "not yet":
            page.route("**/*.woff2", lambda route: route.abort())
        page.goto(address)
        page.evaluate("document.fonts.ready.then(() => null)")
        arrived(page)
        found = page.evaluate(PARTS), page.evaluate(HEIGHT)
        page.context.close()
        return found

    return find


@pytest.mark.parametrize("width", [390, 1280])
def test_text_takes_the_same_room_before_its_faces_come(room, origin, article_path, width):
    early, late = (room(origin + article_path, width, faces) for faces in ("not yet", "there"))
    assert early[1] == pytest.approx(late[1], rel=0.015)
    moved = [abs(a - b) for a, b in zip(early[0], late[0], strict=True) if b < 900]
    assert len(moved) > 4
    assert max(moved) < 70  # two lines of text, in what a reader sees at first


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_first_visit_is_drawn_in_its_colours_before_any_script_has_come(browser, origin, scheme):
    whole = {"width": 1280, "height": 1000}  # in a lower window a script scrolls the contents
    page = browser.new_page(color_scheme=scheme, viewport=whole)
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{origin}reference/bibliography.html")
    before = page.screenshot()
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == scheme
    page.unroute("**/*.js*")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.screenshot() == before
    page.context.close()


def selectors(css: str) -> Iterator[str]:
    """Yield each selector of a sheet."""
    for head, block in rules(css):
        bare = COMMENT.sub("", head).strip()
        if bare.startswith(GROUPS):
            yield from selectors(block)
        elif block is not None and not bare.startswith("@"):
            yield from parts(bare)


@pytest.fixture(scope="module")
def dropped() -> list[str]:
    """Return the selectors of the theme that the sheet of our pages has not."""
    known = Known(SITE)
    sheets = [
        sheet
        for theme in THEMES
        for sheet in files(theme).glob("theme/*/static/styles/*-theme.css")
    ]
    found = {one for sheet in sheets for one in selectors(sheet.read_text("utf-8"))}
    return sorted(one for one in found if not all(map(known, demanded(one))))


# All pages run the same scripts, which alone can give an element a class that no file has.
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page_path", KINDS)
def test_no_rule_of_the_theme_is_missed(visit, dropped, page_path, width):
    assert len(dropped) > 1000
    page = visit(page_path, viewport={"width": width, "height": 900})
    assert page.evaluate(MATCHED, dropped) == []
    for button in page.locator(
        ".search-button__button, .sidebar-toggle, .theme-switch-button"
    ).all():
        if button.is_visible():
            button.click()
            assert page.evaluate(MATCHED, dropped) == []
            page.keyboard.press("Escape")
