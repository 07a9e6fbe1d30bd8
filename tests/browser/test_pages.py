"""Every page in a real browser: no outside request, no overflow, readable without script."""

# What axe says may differ by night only where it speaks of colours.
COLOURS = ("color-contrast", "link-in-text-block")

REACHED = """[...document.querySelectorAll("article pre")]
    .filter((code) => code.checkVisibility())
    .every((code) => (code.scrollWidth > code.clientWidth) == (code.tabIndex == 0))"""


def test_a_page_asks_nobody_else_for_anything(visit, origin, page_path):
    page = visit(page_path)
    page.wait_for_load_state("networkidle")
    assert [url for url in page.asked if not url.startswith((origin, "data:"))] == []
    assert page.failed == []


def test_a_page_never_scrolls_sideways(visit, page_path):
    page = visit(page_path, viewport={"width": 320, "height": 800})
    beyond = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(beyond) <= 0, width


def test_a_drawing_below_98_mm_needs_no_scrolling_on_a_phone(visit, article_path):
    page = visit(article_path, viewport={"width": 390, "height": 800})
    hidden = """[...document.querySelectorAll("article figure > svg")]
        .filter((svg) => parseFloat(svg.style.maxWidth) < 470)
        .map((svg) => svg.parentElement.scrollWidth - svg.parentElement.clientWidth)"""
    assert not any(page.evaluate(hidden))


def test_the_keyboard_reaches_code_that_scrolls_and_no_other(visit, article_path):
    page = visit(article_path, viewport={"width": 390, "height": 800})
    for answer in page.locator("details.answer > summary").all():
        answer.click()
    page.wait_for_function(REACHED)
    code = page.locator("article pre[tabindex='0']:visible")
    many = code.count()
    code.first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.closest('pre')?.scrollLeft > 0")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function(REACHED)
    assert code.count() < many


def test_the_caption_of_a_wide_table_stays_in_the_window(visit):
    page = visit("flashattention/04-flashattention-4.html", viewport={"width": 390, "height": 800})
    table = page.locator(".pst-scrollable-table-container[tabindex='0']:has(caption)").last
    for end in (0, 10_000):
        moved = table.evaluate("(x, end) => { x.scrollLeft = end; return x.scrollLeft }", end)
        assert (moved > 0) == (end > 0)
        around, caption = table.bounding_box(), table.locator("caption").bounding_box()
        assert around["x"] - 1 <= caption["x"]
        assert caption["x"] + caption["width"] <= around["x"] + around["width"] + 1


def test_an_article_is_whole_without_script(visit, article_path):
    page = visit(article_path, java_script_enabled=False)
    assert page.locator("article h1").is_visible()
    for selector, least in {"h2": 5, "math": 3, "figure svg": 2, "details.answer": 3}.items():
        assert page.locator(f"article {selector}").count() >= least, selector
    formulas = visit(article_path).locator("article math").count()
    assert page.locator("article math").count() == formulas


def test_axe_finds_nothing(visit, violations, dress, page_path):
    page = visit(page_path)
    assert violations(page) == []
    dress(page, "dark")
    assert violations(page, "html", *COLOURS) == []


def test_axe_finds_nothing_in_an_article_on_a_phone(visit, violations, article_path):
    page = visit(article_path, viewport={"width": 390, "height": 800})
    assert violations(page) == []


def test_screenshots_for_people_to_look_at(visit, screenshots, dress, article_path):
    page = visit(article_path)
    name = article_path.replace("/", "-").removesuffix(".html")
    for scheme in ("light", "dark"):
        dress(page, scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 1200})
            picture = page.screenshot(path=screenshots / f"{name}-{scheme}-{width}.png")
            assert len(picture) > 10_000
