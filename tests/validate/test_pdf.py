"""The PDFs are what a reader of screens and a printer need: tagged, titled, linked, embedded."""

import pytest

pytestmark = pytest.mark.formats("pdf")


def test_a_pdf_says_what_it_is(formats, series):
    reader = formats.pdf(series)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert reader.metadata.title and reader.metadata.author
    said = root["/Metadata"].get_object().get_data()
    for standard in (b"<pdfuaid:part>1<", b"<pdfaid:part>2<", b"<pdfaid:conformance>A<"):
        assert standard in said


def test_its_outline_names_every_article(formats, series):
    def titles(entries):
        for entry in entries:
            yield from titles(entry) if isinstance(entry, list) else [entry.title]

    found = " ".join(titles(formats.pdf(series).outline))
    for title in formats.article_titles(series):
        assert title in found


def test_every_font_is_ours_and_embedded(formats, series):
    fonts = {}
    for page in formats.pdf(series).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = inner["/FontDescriptor"].get_object()
            fonts[font["/BaseFont"]] = any(key.startswith("/FontFile") for key in descriptor)
    assert len(fonts) >= 5 and all(fonts.values()), fonts
    assert all("Source" in name or "STIX" in name for name in fonts), fonts


def test_references_can_be_followed(formats, series):
    kinds = {"inner": 0, "outer": 0}
    for page in formats.pdf(series).pages:
        for link in page.get("/Annots", []):
            action = link.get_object().get("/A", {})
            kinds["outer" if "/URI" in action else "inner"] += 1
    assert kinds["inner"] > 100 and kinds["outer"] > 3, kinds
