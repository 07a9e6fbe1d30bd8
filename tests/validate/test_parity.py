"""The formats agree: numbers, captions, code, outputs and formulas, read from the files."""

import pytest


def test_there_is_something_to_compare(formats, series):
    site = formats.website(series)
    assert len(site.captions) > 10 and site.code.total() > 200 and site.formulas.total() > 100


@pytest.mark.formats("html", "epub")
def test_website_and_epub_number_and_name_the_same_objects(formats, series):
    assert formats.website(series).captions == formats.ebook(series).captions


@pytest.mark.formats("html", "epub")
def test_website_and_epub_show_the_same_code_and_output(formats, series):
    assert formats.website(series).code == formats.ebook(series).code


@pytest.mark.formats("html", "epub")
def test_website_and_epub_read_the_same_formulas(formats, series):
    assert formats.website(series).formulas == formats.ebook(series).formulas


@pytest.mark.formats("pdf")
def test_the_pdf_has_every_caption_with_its_number(formats, series):
    text = formats.pdf_text(series)
    site = formats.website(series).captions
    assert [n for n in site if formats.squeezed(n) not in text] == []
    assert [piece for pieces in site.values() for piece in pieces if piece not in text] == []


@pytest.mark.formats("pdf")
def test_the_pdf_has_every_line_of_code_and_output(formats, series):
    text = formats.pdf_text(series)
    lost = [line for line in formats.website(series).code if formats.squeezed(line) not in text]
    assert lost == []


@pytest.mark.formats("pdf")
def test_the_pdf_reads_every_formula_aloud(formats, series):
    spoken = formats.pdf_alternatives(series)
    assert formats.website(series).formulas - spoken == {}
