"""EPUB: a tiny series, read back from its zip as a reading system would."""

import re
from itertools import pairwise
from pathlib import Path, PurePosixPath
from zipfile import ZIP_STORED, ZipFile

import pytest
from lxml import etree
from sphinx.errors import SphinxError

NS = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "m": "http://www.w3.org/1998/Math/MathML",
    "epub": "http://www.idpf.org/2007/ops",
}
TYPE = f"{{{NS['epub']}}}type"


class Epub:
    """What is in the zip."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as zip_:
            self.entries = zip_.infolist()
            self.files = {entry.filename: zip_.read(entry) for entry in self.entries}
        self.opf = etree.fromstring(self.files["EPUB/content.opf"])
        self.nav = self.tree("EPUB/nav.xhtml")

    def tree(self, name: str) -> etree._Element:
        return etree.fromstring(self.files[name])

    def spine(self) -> list[str]:
        """Return the files in reading order."""
        hrefs = {i.get("id"): i.get("href") for i in self.opf.iterfind(".//opf:item", NS)}
        return [f"EPUB/{hrefs[i.get('idref')]}" for i in self.opf.iterfind(".//opf:itemref", NS)]

    def kinds(self) -> dict[str, etree._Element]:
        """Return the text pages by what they are."""
        pages = [self.tree(name) for name in self.spine() if "/ch" in name]
        return {page.find(".//h:section", NS).get(TYPE): page for page in pages}


@pytest.fixture
def build(cooking):
    def build(**changes):
        built = cooking.build("epub", changes, version="1")
        assert built.warnings == ""
        return built

    return build


@pytest.fixture
def epub(build, made=[]):  # noqa: B006  one book is enough: nobody writes in it
    if not made:
        made.append(Epub(build().outdir / "cooking.epub"))
    return made[0]


def words(element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_the_container_says_its_type_first(epub):
    first = epub.entries[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert epub.files["mimetype"] == b"application/epub+zip" and not first.extra
    names = [entry.filename for entry in epub.entries[1:]]
    assert names == sorted(names)


def test_pages_come_in_the_order_of_the_book(epub):
    assert [PurePosixPath(name).stem for name in epub.spine()[:3]] == ["cover", "title_page", "nav"]
    assert list(epub.kinds()) == [
        *("introduction", "part", "chapter", "answers"),
        *("glossary", "appendix", "bibliography", "colophon", "index"),
    ]
    places = [page.find("h:body", NS).get(TYPE) for page in epub.kinds().values()]
    assert places == ["frontmatter", "bodymatter", "bodymatter", *["backmatter"] * 6]


def test_contents_nest_sections_in_articles_in_phases(epub):
    contents, landmarks = epub.nav.iterfind(".//h:nav", NS)
    (phase,) = (
        li for li in contents.iterfind("h:ol/h:li", NS) if len(li) > 1 and "Phase" in words(li[0])
    )
    article = phase.find("h:ol/h:li", NS)
    assert words(phase[0]) == "Phase 1. Water" and words(article[0]) == "1.2 Hot Water"
    assert [words(li[0]) for li in article.iterfind("h:ol/h:li", NS)] == ["Watching it"]
    types = {a.get(TYPE) for a in landmarks.iterfind(".//h:a", NS)}
    assert types == {"titlepage", "cover", "toc", "bodymatter", "glossary", "bibliography"}


def test_every_page_has_its_title_and_headings_from_one_on(epub):
    for page in epub.kinds().values():
        levels = [int(e.tag[-1]) for e in page.iter() if re.search(r"}h[1-6]$", str(e.tag))]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))
        assert page.findtext(".//h:title", namespaces=NS).endswith(" · Cooking")
    chapter = epub.kinds()["chapter"]
    assert chapter.findtext(".//h:title", namespaces=NS) == "1.2 Hot Water · Cooking"
    section = chapter.find(".//h:section", NS)
    assert section.get("role") == "doc-chapter"
    opening = [words(element) for element in section][:4]
    assert opening == [
        *("Phase 1 · Article 2", "1.2 Hot Water", ""),
        "Water, hot. Beginner · 1 min · 22 November 2026",
    ]


def test_formulas_are_mathml_and_say_how_they_are_read(epub):
    formulas = epub.kinds()["chapter"].findall(".//m:math", NS)
    assert [f.get("alttext") for f in formulas] == ["x squared", "a equals b"]
    properties = {
        item.get("href"): item.get("properties") for item in epub.opf.iterfind(".//opf:item", NS)
    }
    for name, data in epub.files.items():
        if name.startswith("EPUB/text/ch"):
            mathml = properties[name.removeprefix("EPUB/")] == "mathml"
            assert mathml == (b"<math" in data), name
    (kept,) = epub.kinds()["chapter"].iterfind(".//h:span[@class='together']", NS)
    assert words(kept) == "(x2)"
    region = epub.kinds()["chapter"].find(".//h:div[@role='group']", NS)
    assert (region.get("tabindex"), region.get("aria-label")) == ("0", "Equation (1.2.1)")


def test_links_lead_to_places_in_the_book(epub):
    ids = {
        name: set(epub.tree(name).xpath("//@id")) for name in epub.files if name.endswith(".xhtml")
    }
    count = 0
    for name in ids:
        for href in epub.tree(name).xpath("//h:a/@href", namespaces=NS):
            path, _, id = href.partition("#")
            target = str(PurePosixPath(name).parent / path) if path else name
            assert target in ids and (not id or id in ids[target]), f"{name}: {href}"
            count += 1
    assert count > 20


def test_numbers_are_those_of_the_site(epub):
    chapter = words(epub.kinds()["chapter"])
    for numbered in ("(1.2.1)", "Figure 1.2.1", "Table 1.2.1:", "Exercise 1.2.1: How hot?"):
        assert numbered in chapter


def test_a_paragraph_with_an_index_entry_is_one_among_others(build, cooking):
    name = "cooking/01-water/02-hot-water"
    indexed = "```{index} single: steam\n```\nAn indexed paragraph.\n"
    text = cooking.files[f"{name}.md"] + f"\nA paragraph.\n\n{indexed}"
    made = Epub(build(**{f"{name}.md": text}).outdir / "cooking.epub")
    (found,) = (
        p
        for p in made.kinds()["chapter"].iter(f"{{{NS['h']}}}p")
        if words(p) == "An indexed paragraph."
    )
    assert found.getprevious() is not None and words(found.getprevious()) == "A paragraph."
    assert found.find("h:span[@id]", NS) is not None


def test_code_is_what_the_author_wrote(epub):
    (code,) = epub.kinds()["chapter"].iterfind(".//h:pre", NS)
    assert "".join(code.itertext()) == (
        '>>> "<" + \'heat\'  # "hot" & more\n\n>>> for i in range(2):\n...     i\n'
    )
    assert {span.get("class") for span in code.iterfind(".//h:span", NS)} >= {"line", "gp", "c"}


def test_pictures_tables_and_notes_keep_their_meaning(epub, cooking):
    chapter = epub.kinds()["chapter"]
    (image,) = chapter.iterfind(".//h:figure/h:img", NS)
    assert image.get("alt") == "A pot with a lid."
    assert (
        epub.files[str(PurePosixPath("EPUB", image.get("src").removeprefix("../")))]
        == cooking.files["figures/pot.svg"].encode()
    )
    assert [words(cell) for cell in chapter.iterfind(".//h:thead//h:th", NS)] == ["cold", "hot"]
    (note,) = chapter.iterfind(".//h:aside", NS)
    assert note.get(TYPE) == "footnote" and words(note) == "In a small pot."


def test_answers_stand_at_the_back_with_links_both_ways(epub):
    chapter, answers = epub.kinds()["chapter"], epub.kinds()["answers"]
    assert "Very." in words(answers) and "Very." not in words(chapter)
    assert any(words(a) == "Answer" for a in chapter.iterfind(".//h:a", NS))
    assert any(words(a) == "Exercise 1.2.1" for a in answers.iterfind(".//h:a", NS))


def test_only_what_the_book_points_to_is_in_its_ledger_and_bibliography(epub):
    facts, bibliography = (words(epub.kinds()[k]) for k in ("appendix", "bibliography"))
    assert "minutes 7" in facts and "unused 7" not in facts
    assert "On cook" in bibliography and "On stove" in bibliography
    assert "On idle" not in bibliography


def test_the_metadata_say_what_is_true(build, epub, cooking):
    def values(name, of=epub):
        return [element.text for element in of.opf.iterfind(f".//{name}", NS)]

    assert values("dc:title") == ["Cooking"] and values("dc:creator") == ["The Cooks"]
    assert values("dc:language") == ["en"] and values("dc:date") == ["2026-11-22"]
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", values("dc:identifier")[0])
    accessibility = "opf:meta[@property='schema:accessibilityFeature']"
    assert {"MathML", "alternativeText", "tableOfContents"} <= set(values(accessibility))
    front = cooking.files[cooking.article].split("---")[1]
    plain = f"---{front}---\n# Hot Water\n\nHot {{term}}`steam`."
    bare = Epub(build(**{cooking.article: plain}).outdir / "cooking.epub")
    assert not {"MathML", "alternativeText"} & set(values(accessibility, bare))
    cover = epub.opf.find(".//opf:item[@properties='cover-image']", NS)
    assert epub.files[f"EPUB/{cover.get('href')}"].startswith(b"\x89PNG")


def test_two_builds_give_the_same_bytes(build):
    first, second = ((build().outdir / "cooking.epub").read_bytes() for _ in range(2))
    assert first == second


def test_no_page_asks_another_server(epub):
    for name, data in epub.files.items():
        loaded = re.findall(r"url\((.*?)\)", data.decode()) if name.endswith(".css") else []
        if name.endswith(".xhtml"):
            loaded = epub.tree(name).xpath("//@src | //h:link/@href", namespaces=NS)
        assert not [url for url in loaded if "//" in url], name


def test_what_pandoc_refuses_is_one_sentence_and_leaves_the_old_book(build, make_book):
    built = build()
    (built.outdir.parent / "source/figures/pot.svg").unlink()
    before = (built.outdir / "cooking.epub").read_bytes()
    with pytest.raises(SphinxError, match=r"pandoc could not write epub3: .*pot\.svg"):
        built.app.builder.write_documents(set())
    assert (built.outdir / "cooking.epub").read_bytes() == before
    assert [path.name for path in built.outdir.iterdir() if path.suffix == ".new"] == []
