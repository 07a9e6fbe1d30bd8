"""The page in the place of one that is not there, and the site on a reader's own disk."""

import zipfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from playwright.sync_api import expect

SITE = Path(__file__).parents[2] / "build" / "html"
LOST = "deepseek/nowhere/at/all.html"


def test_a_lost_reader_finds_the_look_the_way_home_and_no_dead_file(visit, origin):
    page = visit(LOST)
    page.wait_for_load_state("networkidle")
    answers = []
    page.on("response", lambda answer: answers.append((answer.url, answer.status)))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert [url for url, status in answers if status == 404] == [origin + LOST]
    assert page.locator(".not-found button").is_visible()
    page.get_by_role("link", name="the front page").click()
    assert page.url == f"{origin}index.html"


def test_a_lost_reader_searches(visit):
    page = visit(LOST)
    page.get_by_label("Or search all pages").fill("softmax")
    page.get_by_label("Or search all pages").press("Enter")
    expect(page.locator("#search-results a").first).to_be_visible()


def test_without_script_no_search_is_offered(visit):
    page = visit(LOST, java_script_enabled=False)
    assert page.locator(".not-found").is_hidden()
    assert page.get_by_role("link", name="the front page").is_visible()


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(SITE / "whole-site.zip") as archive:
        archive.extractall(folder)
    return folder / "whole-site"


def test_the_unpacked_site_opens_from_disk(browser, unpacked):
    context = browser.new_context()
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((unpacked / "index.html").as_uri())
    page.locator(".series-card h2 a").first.click()
    page.locator(".article-row a").first.click()
    expect(page.locator("article math").first).to_be_visible()
    page.wait_for_load_state()
    files = [Path(url2pathname(urlsplit(url).path)) for url in asked if url.startswith("file:")]
    assert len(files) > 5 and [path for path in files if not path.exists()] == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    context.close()
