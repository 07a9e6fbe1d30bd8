"""Chromium, the built website and axe: what the tests in this folder look through."""

import gzip
import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "html"
GENERATED = {"genindex.html"}  # Sphinx's own, without text of ours
# The subjects of the ledger are some forty pages of one make: the longest stands for all.
SUBJECTS = sorted(SITE.glob("reference/facts-*.html"), key=lambda path: path.stat().st_size)
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in set(SITE.rglob("*.html")) - set(SUBJECTS[:-1])
    if "_static" not in path.parts and path.name not in GENERATED
)
ARTICLES = [page for page in PAGES if re.match(r"\d\d-", page.rpartition("/")[2])]
THEME = "mode => { document.documentElement.dataset.theme = mode }"
# A change of colours takes its time: until then a page shows neither the old nor the new.
REST = """() => Promise.all(document.getAnimations()
    .filter((one) => one instanceof CSSTransition)
    .map((one) => one.finished.catch(() => "it was stopped by another")))"""
EXPLORABLES = {
    name: page
    for page in PAGES
    for name in re.findall(r"^<x-([\w-]+)>$", (SITE / page).read_text("utf-8"), re.M)
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--approve``: the pictures that test_pictures.py takes are as they should be."""
    parser.addoption("--approve", action="store_true", help="keep the new pictures as approved")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests have found and nobody asserts."""
    for test in (one for many in terminalreporter.stats.values() for one in many):
        if getattr(test, "when", "") == "call":
            for _, found in test.user_properties:
                terminalreporter.write_line(found)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``page_path`` runs over all pages, ``article_path`` over articles, ``name`` over machines."""
    runs = {"page_path": PAGES, "article_path": ARTICLES, "name": list(EXPLORABLES)}
    for name, values in runs.items():
        marks = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
        if name in metafunc.fixturenames and name not in marks:
            metafunc.parametrize(name, values)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the system's Chromium is."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.exit("Chromium is missing: install the Debian package chromium", returncode=1)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, started once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures of pages are left for people."""
    return ROOT / "build" / "screenshots"


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, installed by tox from npm."""
    return Path(os.environ["AXE"]).read_text("utf-8")


class Host(SimpleHTTPRequestHandler):
    """Serves the site as a host does: packed, over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BinaryIO | None:
        path = Path(self.translate_path(self.path))
        if not path.is_file() or path.suffix == ".woff2":
            return super().send_head()
        data = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        return io.BytesIO(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer as hosts of websites do: with the site's own page for what is not there."""
        page = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


@pytest.fixture(scope="session")
def origin() -> Iterator[str]:
    """The built site on a port of this machine, as a reader's browser meets it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=SITE)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def arrived() -> Callable[[Page], None]:
    """Return ``arrived(page)``, which waits until all of a page is laid out."""
    over = "!('arriving' in document.documentElement.dataset)"
    return lambda page: page.wait_for_function(over)


@pytest.fixture
def visit(
    browser: Browser, origin: str, arrived: Callable[[Page], None]
) -> Iterator[Callable[..., Page]]:
    """Return ``visit(path, **options) -> Page``: a page of the built site in a fresh context."""
    contexts = []

    def open_page(path: str, scheme: str = "light", **options: Any) -> Page:
        contexts.append(browser.new_context(color_scheme=scheme, **options))
        page = contexts[-1].new_page()
        page.asked, page.failed = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("requestfailed", lambda request: page.failed.append(request.url))
        page.goto(origin + path)
        if options.get("java_script_enabled", True):
            page.evaluate(THEME, scheme)
            arrived(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def fetched() -> Callable[[Page, int], list[str]]:
    """Return ``fetched(page, start)``: what a page asked for after its first ``start`` requests.

    Faces and the icon are left out: a browser asks for them when it likes.
    """

    def since(page: Page, start: int) -> list[str]:
        return [url for url in page.asked[start:] if not url.endswith((".woff2", "/icon.svg"))]

    return since


@pytest.fixture(scope="session")
def dress() -> Callable[[Page, str], None]:
    """Return ``dress(page, scheme)``, which shows a page light or dark."""

    def change(page: Page, scheme: str) -> None:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(THEME, scheme)
        page.evaluate(REST)

    return change


@pytest.fixture(scope="session")
def violations(axe: str) -> Callable[..., list[str]]:
    """Return ``violations(page, within, *rules) -> list``: what axe finds, by all rules or some."""

    def find(page: Page, within: str = "html", *rules: str) -> list[str]:
        page.evaluate(axe)
        options = {"resultTypes": ["violations"]} | ({"runOnly": [*rules]} if rules else {})
        found = page.evaluate("([within, options]) => axe.run(within, options)", [within, options])
        return [
            f"{v['id']} ({v['impact']}): {node['html'][:160]}"
            for v in found["violations"]
            for node in v["nodes"]
        ]

    return find


@pytest.fixture(scope="session")
def explorables() -> dict[str, str]:
    """The page of each explorable, by its name."""
    return EXPLORABLES


@pytest.fixture
def linked() -> Callable[[Locator], Locator]:
    """Return ``linked(explorable) -> Locator``: the same, in a page opened by its own link."""

    def follow(explorable: Locator) -> Locator:
        page, name = explorable.page, explorable.evaluate("x => x.localName")
        address = explorable.locator("a.reference").evaluate("a => a.href")
        page.goto("about:blank")
        page.goto(address)
        return page.locator(name)

    return follow


@pytest.fixture
def machine(visit) -> Callable[..., Locator]:
    """Return ``machine(name, query="", **options) -> Locator``: an explorable in its page."""

    def find(name: str, query: str = "", **options: Any) -> Locator:
        return visit(EXPLORABLES[name] + query, **options).locator(f"x-{name}")

    return find


@pytest.fixture
def compute(machine) -> Callable[..., list[dict[str, Any]]]:
    """Return ``compute(name, states)``: the results of an explorable, without touching it."""

    def results(name: str, states: list[dict[str, int]]) -> list[dict[str, Any]]:
        return machine(name).evaluate("(x, states) => states.map(x.constructor.compute)", states)

    return results
