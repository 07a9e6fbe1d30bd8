"""The formats agree: numbers, captions, code, outputs and formulas, read from the files."""

import copy

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


@pytest.mark.formats("html", "epub")
def test_website_and_epub_cite_the_same_and_print_the_same_facts(formats, series):
    site = formats.references(formats.website_articles(series))
    assert site == formats.references(formats.ebook_articles(series))
    assert {kind for kind, _, _ in site} == {"facts", "bibliography", "glossary"}


@pytest.mark.formats("html", "epub")
def test_website_and_epub_have_the_same_headings(formats, series):
    site = formats.headings(formats.website_articles(series))
    book = [page for page in formats.ebook_articles(series) if formats.heading(page) != "Answers"]
    assert site == formats.headings(book) != []


@pytest.mark.formats("pdf")
def test_the_pdf_has_every_heading_citation_and_fact(formats, series):
    text = formats.pdf_text(series)
    articles = formats.website_articles(series)
    shown = [words for _, words in formats.headings(articles)]
    shown += [words for _, _, words in formats.references(articles)]
    assert [words for words in shown if words not in text] == []


@pytest.mark.parametrize(
    ("xpath", "lost"),
    [
        (".//figcaption", "captions"),
        (".//pre[contains(., '>>>')]", "code"),
        (".//math", "formulas"),
    ],
)
def test_an_object_that_one_format_lost_would_be_noticed(formats, xpath, lost):
    page = copy.deepcopy(formats.website_articles("flashattention")[0])
    whole = formats.read([page])
    page.xpath(xpath)[0].drop_tree()
    assert getattr(formats.read([page]), lost) != getattr(whole, lost)


@pytest.mark.parametrize("kind", ["facts", "bibliography", "glossary"])
def test_a_reference_that_shows_something_else_would_be_noticed(formats, kind):
    page = copy.deepcopy(formats.website_articles("flashattention")[0])
    whole = formats.references([page])
    link = page.xpath(f".//a[contains(@href, 'reference/{kind}')][contains(@href, '.html#')]")[0]
    link[:] = []
    link.text = "something else"
    assert formats.references([page]) != whole


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
