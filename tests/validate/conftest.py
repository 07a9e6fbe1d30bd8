"""The built website, EPUBs and PDFs, read back from their own files."""

import json
import os
import re
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree, html
from press.pandoc.book import SHARED
from press.series import BACK_MATTER
from pypdf import PdfReader

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
FORMATS = ("html", "pdf", "epub", "notebooks")
ARTICLES = sorted(
    path.relative_to(ROOT / "source").with_suffix("").as_posix()
    for path in ROOT.glob("source/**/[0-9][0-9]-*.md")
)
BOOKS = {"deepseek": "deepseek-engineering", "flashattention": "flashattention"}
FORMULA = "\N{REPLACEMENT CHARACTER}"
NUMBER = re.compile(r"((?:Figure|Table|Listing|Exercise) \w+\.\d+\.\d+|\(\w+\.\d+\.\d+\))\W*")


@dataclass(frozen=True)
class Content:
    """What a format shows of a series."""

    captions: dict[str, tuple[str, ...]]  # "Figure 1.4.1" -> its words between formulas
    code: Counter[str]  # lines that say something
    formulas: Counter[str]  # as they are read aloud


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``series`` runs over the series, ``article`` over the articles by docname."""
    for name, values in {"series": list(BOOKS), "article": ARTICLES}.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, values)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "formats(*names): a failure makes these formats invalid")
    config.pluginmanager.register(Verdicts(), "verdicts")


class Verdicts:
    """Which formats of which articles passed all their tests, left in build/validate.

    A test without a series or an article speaks of all of them.
    """

    def __init__(self) -> None:
        self.valid: dict[str, dict[str, bool]] = {}
        self.complete = True

    def pytest_deselected(self) -> None:
        self.complete = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        report = yield
        marker = item.get_closest_marker("formats")
        given = getattr(item, "callspec", None)
        about = given.params if given else {}
        scope = str(about.get("article") or about.get("series") or "")
        for article in ARTICLES if marker else ():
            if f"{article}/".startswith(f"{scope}/" if scope else ""):
                row = self.valid.setdefault(article, dict.fromkeys(FORMATS, True))
                for name in marker.args:
                    row[name] &= report.passed
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        ran = {item.path for item in session.items}
        if self.complete and ran == set(Path(__file__).parent.glob("test_*.py")):
            path = BUILD / "validate" / "results.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(self.valid, indent=1, sort_keys=True) + "\n", "utf-8")


def squeezed(text: str) -> str:
    """Text without what a line break, a hyphen or a font may change."""
    return re.sub(r"[\W_]+", "", text).lower()


def read(pages: Iterable[etree._Element]) -> Content:
    """Gather captions, code and formulas of pages; both web formats mark them alike."""
    captions: dict[str, tuple[str, ...]] = {}
    code: Counter[str] = Counter()
    formulas: Counter[str] = Counter()
    for element in (element for page in pages for element in page.iter(etree.Element)):
        tag = etree.QName(element).localname
        if tag == "math":
            formulas[element.get("alttext")] += 1
        elif tag == "pre":
            lines = (line.rstrip() for line in "".join(element.itertext()).splitlines())
            code.update(line for line in lines if line)
        elif tag in ("figcaption", "caption", "div", "p", "span"):
            text = " ".join("".join(words(element)).split())
            if is_caption(tag, element.get("class", "")) and (match := NUMBER.match(text)):
                assert match[1] not in captions, f"{match[1]} stands twice"
                pieces = text[match.end() :].split(FORMULA)
                captions[match[1]] = tuple(filter(None, map(squeezed, pieces)))
    return Content(captions, code, formulas)


def words(element: etree._Element) -> Iterator[str]:
    """The text of an element, with a mark in the place of each formula."""
    yield element.text or ""
    for child in element:
        yield from [FORMULA] if etree.QName(child).localname == "math" else words(child)
        yield child.tail or ""


def is_caption(tag: str, classes: str) -> bool:
    """Is this where a format puts a caption or the number of an equation?"""
    named = {"code-block-caption", "exercise-title", "eqno", "caption", "box-title"}
    if tag == "div":
        named.add("number")
    return tag in ("figcaption", "caption") or bool(named & set(classes.split()))


@cache
def website(book: str) -> Content:
    """A series as the website shows it: its articles, and the pages that books carry whole."""
    whole = [f"{book}/index", *(docname for docname in BACK_MATTER if docname not in SHARED)]
    return read([*website_articles(book), *map(other_page, whole)])


def other_page(docname: str) -> etree._Element:
    """A page that is no article, as the website shows it."""
    return page_text(BUILD / "html" / f"{docname}.html")


@cache
def website_articles(book: str) -> list[etree._Element]:
    """The articles of a series, as the website shows them."""
    return [page_text(path) for path in sorted((BUILD / "html" / book).rglob("[0-9][0-9]-*.html"))]


def page_text(path: Path) -> etree._Element:
    """What a page of the website says, without the theme, marks for links, head and foot."""
    page = html.parse(path).getroot().find(".//article")
    for name in ("headerlink", "article-head", "article-foot"):
        for element in page.find_class(name):
            element.drop_tree()
    return page


def article_titles(book: str) -> list[str]:
    """The titles of a series' articles, as the website shows them, without their labels."""
    paths = sorted((BUILD / "html" / book).rglob("[0-9][0-9]-*.html"))
    headings = [html.parse(path).getroot().find(".//article//h1") for path in paths]
    return [heading.find("span").tail.strip() for heading in headings]


@cache
def ebook(book: str) -> Content:
    """A series as its EPUB shows it, without the pages of which a book prints what it uses."""
    parts = {heading(other_page(docname)) for docname in SHARED}
    return read(page for page in ebook_pages(book) if heading(page) not in parts)


@cache
def ebook_pages(book: str) -> list[etree._Element]:
    """The pages of an EPUB, in reading order."""
    with zipfile.ZipFile(BUILD / "epub" / f"{BOOKS[book]}.epub") as epub:
        names = sorted(name for name in epub.namelist() if name.endswith(".xhtml"))
        return [etree.fromstring(epub.read(name)) for name in names]


def ebook_articles(book: str) -> list[etree._Element]:
    """The pages of an EPUB that hold its articles, and the answers to their exercises."""
    labelled = [p for p in ebook_pages(book) if re.match(r"\w+\.\d+ ", heading(p))]
    answers = [p for p in ebook_pages(book) if heading(p) == "Answers"]
    return labelled + answers


def heading(page: etree._Element) -> str:
    """The title of a page."""
    found = page.find(".//{*}h1")
    return "" if found is None else " ".join("".join(found.itertext()).split())


# The website has a page of facts for each subject, a book one for all.
REFERENCE = re.compile(r"(facts|bibliography|glossary)(?:(?:-[\w-]+)?\.html#|--)(.+)$")


def references(pages: Iterable[etree._Element]) -> Counter[tuple[str, str, str]]:
    """What pages cite, print as facts and use as terms: where it leads, and what it shows."""
    return Counter(
        (found[1], found[2], squeezed("".join(link.itertext())))
        for page in pages
        for link in page.iterfind(".//{*}a[@href]")
        if (found := REFERENCE.search(link.get("href")))
    )


def headings(pages: Iterable[etree._Element]) -> list[tuple[int, str]]:
    """The headings of pages: how deep, and what they say."""
    return [
        (int(etree.QName(element).localname[1]), squeezed("".join(words(element))))
        for page in pages
        for element in page.iter(etree.Element)
        if re.fullmatch("h[1-6]", etree.QName(element).localname)
    ]


@cache
def pdf(book: str) -> PdfReader:
    """A series as a PDF."""
    return PdfReader(BUILD / "pdf" / f"{BOOKS[book]}.pdf")


@cache
def pdf_text(book: str) -> str:
    """All text of a PDF, squeezed."""
    return squeezed("".join(page.extract_text() for page in pdf(book).pages))


@cache
def pdf_alternatives(book: str) -> Counter[str]:
    """The alternative texts in a PDF's structure tree: figures and formulas, read aloud."""
    found: Counter[str] = Counter()
    seen: set[int] = set()
    stack = [pdf(book).trailer["/Root"]["/StructTreeRoot"]]
    while stack:
        node = stack.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, dict) and id(node) not in seen:
            seen.add(id(node))
            if "/Alt" in node:
                found[str(node["/Alt"])] += 1
            if "/K" in node:
                stack.append(node["/K"])
    return found


@pytest.fixture
def formats() -> ModuleType:
    """The readers of this file."""
    return sys.modules[__name__]


@pytest.fixture
def epub_path(series: str) -> Path:
    """The EPUB of a series."""
    return BUILD / "epub" / f"{BOOKS[series]}.epub"


@pytest.fixture
def notebook(article: str) -> dict[str, Any]:
    """The notebook of an article."""
    path = BUILD / "notebooks" / f"{article}.ipynb"
    return json.loads(path.read_text("utf-8"))


def program(names: tuple[str, ...], package: str) -> str:
    """Where a program is, or one sentence on how to get it."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail(f"{names[0]} is missing: install the Debian package {package}", pytrace=False)
    return found


@pytest.fixture(scope="session")
def java() -> str:
    """Java, which two of the checkers are written for."""
    return program(("java",), "default-jre-headless")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium."""
    return program(("chromium", "chromium-browser", "google-chrome"), "chromium")


@pytest.fixture(scope="session")
def npm_package() -> Callable[[str], Path]:
    """Return ``npm_package(name) -> Path``: the folder of a package that tox installed."""

    def find(name: str) -> Path:
        folder = Path(os.environ.get("NODE_MODULES", "node_modules"), name)
        if not folder.exists():
            pytest.fail(f"{name} is missing: run tox -e validate, which gets it", pytrace=False)
        return folder

    return find
