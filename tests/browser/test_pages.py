"""Every page in a real browser: no outside request, no overflow, readable without script."""

import pytest


def test_a_page_asks_nobody_else_for_anything(visit, origin, page_path):
    page = visit(page_path)
    page.wait_for_load_state("networkidle")
    assert [url for url in page.asked if not url.startswith((origin, "data:"))] == []
    assert page.failed == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_page_never_scrolls_sideways(visit, page_path, width):
    page = visit(page_path, viewport={"width": width, "height": 800})
    beyond = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(beyond) <= 0


def test_a_drawing_below_98_mm_needs_no_scrolling_on_a_phone(visit, article_path):
    page = visit(article_path, viewport={"width": 390, "height": 800})
    hidden = """[...document.querySelectorAll("article figure > svg")]
        .filter((svg) => parseFloat(svg.style.maxWidth) < 470)
        .map((svg) => svg.parentElement.scrollWidth - svg.parentElement.clientWidth)"""
    assert not any(page.evaluate(hidden))


def test_an_article_is_whole_without_script(visit, article_path):
    page = visit(article_path, java_script_enabled=False)
    assert page.locator("article h1").is_visible()
    for selector, least in {"h2": 5, "math": 3, "figure svg": 2, "details.answer": 3}.items():
        assert page.locator(f"article {selector}").count() >= least, selector
    formulas = visit(article_path).locator("article math").count()
    assert page.locator("article math").count() == formulas


def violations(page, axe):
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]}" for v in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, axe, page_path, scheme):
    assert violations(visit(page_path, scheme), axe) == []


def test_axe_finds_nothing_in_an_article_on_a_phone(visit, axe, article_path):
    page = visit(article_path, viewport={"width": 390, "height": 800})
    assert violations(page, axe) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_screenshot_for_people_to_look_at(visit, screenshots, article_path, scheme, width):
    page = visit(article_path, scheme, viewport={"width": width, "height": 1200})
    name = f"{article_path.replace('/', '-').removesuffix('.html')}-{scheme}-{width}.png"
    assert len(page.screenshot(path=screenshots / name)) > 10_000
