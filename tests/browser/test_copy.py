"""Copying code: what a reader would type and nothing else, by keyboard too, with a word said."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

SITE = Path(__file__).parents[2] / "build" / "html"
ARTICLE = "deepseek/01-llm-foundations/04-self-attention.html"
DOCTEST = ".highlight-pycon"
LISTING = ".literal-block-wrapper"
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def copied(page: Page, block: str, number: int = 0) -> str:
    page.locator(f"{block} button.copy").nth(number).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".copied")).to_have_text("Copied")
    expect(page.locator(f"{block} button.copy").nth(number)).to_have_text("Copied")
    return page.evaluate("navigator.clipboard.readText()")


def test_every_block_of_code_has_one_button_with_its_name(visit, article_path):
    page = visit(article_path)
    blocks = page.locator("article .highlight pre")
    expect(page.locator("article .highlight > button.copy")).to_have_count(blocks.count())
    named = page.get_by_role("button", name="Copy", exact=True, include_hidden=True)
    expect(named).to_have_count(blocks.count() + 1)  # and the citation's


def test_an_example_is_copied_without_prompts_and_outputs(visit):
    page = visit(ARTICLE, **CLIPBOARD)
    shown = page.locator(f"{DOCTEST} pre").all_inner_texts()
    number = next(
        n for n, text in enumerate(shown) if "\n... " in text and re.search(r"^[^>.]", text, re.M)
    )
    wanted = [
        line[4:] for line in shown[number].splitlines() if line.startswith((">>> ", "... ", "..."))
    ]
    text = copied(page, DOCTEST, number)
    assert text.splitlines() == wanted and ">>>" not in text
    compile(text, "copied", "exec")


def test_a_listing_is_copied_whole_with_the_examples_of_its_docstring(visit):
    page = visit(ARTICLE, **CLIPBOARD)
    text = copied(page, LISTING)
    assert text == page.locator(f"{LISTING} pre").first.text_content()
    assert ">>> " in text and '"""' in text


def test_the_citation_is_copied_once_it_is_open(visit):
    page = visit(ARTICLE, **CLIPBOARD)
    assert page.locator(".citing button.copy").is_hidden()
    page.locator(".citing summary").press("Enter")
    assert copied(page, ".citing").startswith("@misc{")


def test_a_refusal_is_said(visit):
    page = visit(ARTICLE, **CLIPBOARD)
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    page.locator(f"{DOCTEST} button.copy").first.click()
    expect(page.locator(".copied")).to_have_text("Not copied")
    expect(page.locator(".copied")).to_have_text("", timeout=4000)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_button_covers_no_code_and_moves_nothing(visit, width):
    page = visit(ARTICLE, viewport={"width": width, "height": 900})
    page.wait_for_load_state("networkidle")
    worst = page.locator("article .highlight").evaluate_all(
        "all => Math.max(...all.map(x => x.querySelector('.copy').getBoundingClientRect().bottom"
        " - x.querySelector('pre').getBoundingClientRect().top"
        " - parseFloat(getComputedStyle(x.querySelector('pre')).paddingTop)))"
    )
    assert worst <= 0
    before = page.locator("article pre").evaluate_all("all => all.map(x => x.offsetTop)")
    page.locator("button.copy").evaluate_all("all => all.forEach(x => x.remove())")
    assert page.locator("article pre").evaluate_all("all => all.map(x => x.offsetTop)") == before


def test_outputs_are_told_from_inputs_by_more_than_colour(visit):
    page = visit(ARTICLE)
    bar = "x => parseFloat(getComputedStyle(x).borderInlineStartWidth)"
    assert page.locator(".highlight .go").first.evaluate(bar) > 1
    assert page.locator(".highlight .gp").first.evaluate(bar) == 0


def test_it_works_from_a_file_and_paper_has_no_buttons(browser):
    page = browser.new_page()
    page.goto((SITE / ARTICLE).as_uri())
    expect(page.locator(".highlight button.copy").first).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator("button.copy:visible").count() == 0
    page.close()
