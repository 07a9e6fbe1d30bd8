"""Chromium, the built website and axe: what the tests in this folder look through."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "html"
GENERATED = {"genindex.html", "search.html"}  # Sphinx's own, without text of ours
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if "_static" not in path.parts and path.name not in GENERATED
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.exit("Chromium is missing: install the Debian package chromium", returncode=1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, installed by tox from npm."""
    return Path(os.environ["AXE"]).read_text("utf-8")


def address(page: str) -> str:
    """The file address of a page of the built site."""
    return (SITE / page).as_uri()
