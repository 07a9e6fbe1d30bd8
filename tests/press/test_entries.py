"""The index: what is gathered, in which order, and where each line leads."""

import zipfile

import lxml.html
import pypdf
import pytest
from press.pandoc.entries import SYMBOLS, Entry, by_letter, permuted, rank
from press.pandoc.target import VisitorError

MARKED = """
```{index} pair: pot; lid
```
```{index} ! single: water; hot
```
```{index} see: H2O; water
```
Pots have lids. An {index}`Élan` of {index}`100 degrees`, and {term}`boil`, {term}`boil`.
"""
ELSEWHERE = "\n\n## Later\n\nMore of {term}`boil`.\n"
BOIL = '\n[[term]]\nname = "boil"\ntext = "To bubble."\n'


@pytest.fixture
def index(cooking):
    """Return what builds the tiny series with more text, and its builder."""

    def index(more: str = MARKED, builder: str = "pdf"):
        article = cooking.files[cooking.article].replace("[steam]", "[boil, steam]")
        changes = {
            cooking.article: article + more,
            "glossary.toml": cooking.files["glossary.toml"] + BOIL,
        }
        built = cooking.build(builder, changes, version="1")
        assert built.warnings == ""
        return built

    return index


def test_lines_and_sub_lines(index):
    root = index().app.builder.index
    lines = {e.words: [child.words for child in e.ordered()] for e in root.ordered()}
    assert lines == {
        "100 degrees": [],
        "boil": [],
        "Élan": [],
        "H2O": [],
        "lid": ["pot"],
        "pot": ["lid"],
        "steam": [],
        "water": ["hot"],
    }
    assert list(lines) == sorted(lines, key=rank)
    assert root.below["H2O"].cross == [("see", "water")]


def test_a_term_is_explained_where_its_article_first_names_it(index):
    places = index(MARKED + ELSEWHERE).app.builder.index.below["boil"].places
    assert [place.main for place in places] == [True, False, False, True]
    assert places[0].anchor.startswith("cooking-01-water-02-hot-water--term-mention-")
    assert places[-1].anchor == "reference-glossary--term-boil"


def test_signs_come_before_letters():
    root = Entry("")
    for words in ("b", "42", "@", "A", "ä"):
        root.child(words)
    found = [(head, [entry.words for entry in lines]) for head, lines in by_letter(root)]
    assert found == [(SYMBOLS, ["42", "@"]), ("A", ["A", "ä"]), ("B", ["b"])]


def test_a_triple_stands_under_each_word():
    assert [line[0] for line in permuted("triple", ["a", "b", "c"])] == ["a", "b", "c"]


def test_the_page_prints_pages_and_leads_to_them(index):
    book = pypdf.PdfReader(index().outdir / "cooking.pdf")
    texts = [" ".join(page.extract_text().split()) for page in book.pages]
    last = max(i for i, text in enumerate(texts) if text.startswith("Index"))
    page = book.page_labels[next(i for i, t in enumerate(texts) if "Pots have lids." in t)]
    glossary = book.page_labels[next(i for i, t in enumerate(texts) if "To bubble." in t)]
    for line in (f"boil, {page}, {glossary}", f"lid pot, {page}", "H2O, see water"):
        assert line in texts[last]
    links = [a.get_object() for a in book.pages[last]["/Annots"]]
    assert len(links) >= 7 and all("/Dest" in a or a["/A"]["/S"] == "/GoTo" for a in links)


def test_an_ebook_names_sections_and_leads_to_them(index):
    built = index(MARKED + ELSEWHERE, "epub")
    with zipfile.ZipFile(built.outdir / "cooking.epub") as book:
        pages = {name: book.read(name).decode() for name in book.namelist() if "text/" in name}
    page = lxml.html.fromstring(next(t for t in pages.values() if 'id="index"' in t).encode())
    lines = {" ".join(line.text_content().split()): line for line in page.iterfind(".//li")}
    boil = next(line for words, line in lines.items() if words.startswith("boil: "))
    assert boil.text_content() == "boil: 1.2 Watching it; 1.2 Later; Glossary"
    assert [link.text for link in boil.iterfind("strong/a")] == ["1.2 Watching it", "Glossary"]
    assert "H2O, see water" in lines
    for link in page.iterfind(".//li//a"):
        name, id = link.get("href").split("#")
        assert f'id="{id}"' in pages[f"EPUB/text/{name}"]


def test_a_cross_reference_to_nothing_is_named(index):
    with pytest.raises(VisitorError, match="the index has no 'steak' to which 'meat' leads"):
        index("\n```{index} see: meat; steak\n```\nText.\n")
