"""Every page in a real browser: no outside request, no overflow, readable without script."""

import pytest
from conftest import PAGES, ROOT, address

WIDTHS = [320, 390, 1280]
ARTICLES = [page for page in PAGES if page.split("/")[-1][:2].isdigit()]


def test_there_are_pages_to_look_at():
    assert len(ARTICLES) >= 2


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_nobody_else_for_anything(browser, path):
    page = browser.new_page()
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(address(path), wait_until="networkidle")
    page.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert failed == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_never_scrolls_sideways(browser, path, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(address(path))
    too_wide = page.evaluate(
        "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    )
    page.close()
    assert too_wide <= 0


@pytest.mark.parametrize("path", ARTICLES)
def test_an_article_is_whole_without_script(browser, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(path))
    counts = {name: page.locator(name).count() for name in ("h1", "h2", "math", "figure svg")}
    seen = page.locator("article h1").is_visible()
    answers = page.locator("details.answer > summary").count()
    context.close()
    assert counts["h1"] == 1 and seen
    assert all(counts.values()), counts
    assert answers >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser, axe, path, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto(address(path))
    page.evaluate("mode => { document.documentElement.dataset.theme = mode }", scheme)
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    page.close()
    assert [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}" for v in found] == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", *ARTICLES])
def test_a_screenshot_for_people_to_look_at(browser, path, scheme, width):
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 1200})
    page.goto(address(path))
    page.evaluate("mode => { document.documentElement.dataset.theme = mode }", scheme)
    name = f"{path.replace('/', '-').removesuffix('.html')}-{scheme}-{width}.png"
    picture = page.screenshot(path=ROOT / "build" / "screenshots" / name)
    page.close()
    assert len(picture) > 10_000
