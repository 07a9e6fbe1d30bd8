"""Every page of the EPUBs as readers may have it: dark, in large type, on a narrow screen."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

EPUBS = sorted((Path(__file__).parents[2] / "build" / "epub").glob("*.epub"))
# What a reading system lays over a book when its reader asks for night and larger type.
NIGHT = """
:root { background: #000 !important; font-size: 130% !important }
body { background: #000 !important; color: #eee !important }
"""


def pages(epub: Path) -> list[str]:
    """The pages of text in a book."""
    with zipfile.ZipFile(epub) as book:
        return sorted(n for n in book.namelist() if n.startswith("EPUB/text/ch"))


TEXTS = [(epub, name) for epub in EPUBS for name in pages(epub)]


def test_there_are_books_to_look_at():
    assert len(EPUBS) == 2 and len(TEXTS) > 10


@pytest.fixture(params=TEXTS, ids=lambda text: f"{text[0].stem}-{Path(text[1]).stem}")
def night(request, browser: Browser, tmp_path) -> Iterator[Page]:
    """One page, as a phone at night shows it."""
    epub, name = request.param
    with zipfile.ZipFile(epub) as book:
        book.extractall(tmp_path)
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme="dark")
    page = context.new_page()
    page.goto((tmp_path / name).as_uri())
    page.add_style_tag(content=NIGHT)
    yield page
    context.close()


def test_no_page_scrolls_sideways(night):
    beyond = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert night.evaluate(beyond) <= 0


def test_text_can_be_read_on_a_dark_page(night, violations):
    assert violations(night, "html", "color-contrast") == []
