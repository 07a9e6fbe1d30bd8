"""No output asks another server for anything: what a reader may click on is all that leads out."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree, html
from pypdf import PdfReader
from pypdf.generic import IndirectObject

BUILD = Path(__file__).parents[2] / "build"
OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.I)  # http://, https://, ftp://, //host
LOADED = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.I)

# Relations of <link> that load nothing: a reader or a machine may follow them.
NAMES = {"canonical", "alternate", "author", "license", "next", "prev", "search", "index"}
# Attributes by which an element loads what it shows or runs.
LOADING = ("src", "srcset", "poster", "data", "background", "action", "formaction", "ping")

# Actions of a PDF that open another file, send a form or run something.
LAUNCHING = {
    *("/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/JavaScript"),
    *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
}


def from_sheet(css: str) -> Iterator[str]:
    """What a style sheet loads."""
    for address, imported in LOADED.findall(css):
        yield address or imported


def from_page(page: etree._Element) -> Iterator[str]:
    """What a page or a drawing loads: scripts, styles, pictures, frames, early connections."""
    for element in page.iter(etree.Element):
        tag = etree.QName(element).localname
        yield from (
            part.split()[0]
            for name in LOADING
            for part in element.get(name, "").split(",")
            if part.strip() and not part.startswith("data:")
        )
        if tag == "link" and not NAMES & set(element.get("rel", "").split()):
            yield element.get("href", "")
        if tag in ("image", "use", "feImage", "script"):
            yield from (v for k, v in element.attrib.items() if etree.QName(k).localname == "href")
        if tag == "meta" and element.get("http-equiv", "").lower() == "refresh":
            yield element.get("content", "").partition("url=")[2]
        yield from from_sheet(element.get("style", ""))
        if tag == "style":
            yield from from_sheet("".join(element.itertext()))


def outside(addresses: Iterator[str]) -> list[str]:
    """The addresses of other servers among them."""
    return [address for address in addresses if OUTSIDE.match(address)]


def loads(name: str, data: bytes) -> Iterator[str]:
    """What a file of a website or of an EPUB loads."""
    if name.endswith(".css"):
        yield from from_sheet(data.decode())
    elif name.endswith(".html"):
        yield from from_page(html.fromstring(data))
    elif name.endswith((".xhtml", ".svg")):
        yield from from_page(etree.fromstring(data))


@pytest.mark.formats("html")
def test_no_page_of_the_website_loads_from_another_server():
    files = [
        p for p in sorted((BUILD / "html").rglob("*")) if p.suffix in (".html", ".css", ".svg")
    ]
    found = {p.name: outside(loads(p.name, p.read_bytes())) for p in files}
    assert len(found) > 10
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


@pytest.mark.formats("epub")
def test_no_file_of_an_epub_loads_from_another_server(epub_path):
    with zipfile.ZipFile(epub_path) as epub:
        found = {name: outside(loads(name, epub.read(name))) for name in epub.namelist()}
        package = etree.fromstring(epub.read("EPUB/content.opf"))
    assert {name: addresses for name, addresses in found.items() if addresses} == {}
    items = package.findall(".//{*}manifest/{*}item")
    assert items and not outside(item.get("href") for item in items)
    assert not [i.get("href") for i in items if "remote" in i.get("properties", "")]
    assert not [i.get("href") for i in items if "script" in i.get("properties", "")]


def dictionaries(reader: PdfReader) -> Iterator[dict]:
    """Every dictionary that a reader of the PDF can come upon."""
    seen: set[int] = set()
    stack = [reader.trailer["/Root"]]
    while stack:
        held = stack.pop()
        if isinstance(held, IndirectObject):
            if held.idnum in seen:
                continue
            seen.add(held.idnum)
            held = held.get_object()
        if isinstance(held, dict):
            yield held
            stack.extend(held.values())
        elif isinstance(held, list):
            stack.extend(held)


@pytest.mark.formats("pdf")
def test_a_pdf_opens_nothing_by_itself(formats, series):
    found = list(dictionaries(formats.pdf(series)))
    addresses = [made for made in found if "/URI" in made]
    assert addresses and {str(made["/S"]) for made in addresses} == {"/URI"}
    for made in found:
        assert not {"/JS", "/JavaScript", "/OpenAction", "/AA", "/EmbeddedFiles"} & set(made), made
        assert str(made.get("/S")) not in LAUNCHING, made
        assert made.get("/Type") != "/Filespec", made


@pytest.mark.formats("notebooks")
def test_a_notebook_loads_nothing(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = re.sub(r"```.*?```", "", "".join(cell["source"]), flags=re.S)
            assert not re.findall(r"<(?:img|script|iframe|link|style|object|embed)\b", text)
            pictures = re.findall(r"!\[[^\]]*\]\(([^)]{0,20})", text)
            assert all(address.startswith("data:image/") for address in pictures)


@pytest.mark.parametrize(
    "page",
    [
        '<img src="https://a.example/b.png">',
        '<script src="//a.example/b.js"></script>',
        '<link rel="preconnect" href="https://a.example">',
        '<link rel="stylesheet" href="http://a.example/c.css">',
        '<img srcset="a.png 1x, https://a.example/b.png 2x">',
        '<p style="background: url(https://a.example/b.png)">',
        '<style>@import "https://a.example/c.css";</style>',
        '<svg><image href="https://a.example/b.png"></image></svg>',
        '<iframe src="https://a.example"></iframe>',
        '<meta http-equiv="refresh" content="0; url=https://a.example">',
    ],
)
def test_a_request_is_noticed(page):
    assert outside(from_page(html.fromstring(f"<html><body>{page}</body></html>")))


def test_a_link_to_click_on_is_no_request():
    page = '<html><a href="https://a.example">a</a><link rel="canonical" href="https://b.example">'
    assert not outside(from_page(html.fromstring(page)))
