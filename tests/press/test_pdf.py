"""PDF: a tiny series, read back as a viewer and a screen reader would."""

import pypdf
import pytest
from press.pandoc.typst import without_idle_marks
from sphinx.errors import SphinxError

POINTS = 72 / 25.4
FULL = '>>> page = "seventy-two columns are what a printed page holds, not less"'
CODE = f"""
~~~{{doctest}}
{FULL}
~~~

:::{{trap}} A narrow place
~~~{{doctest}}
{FULL}
~~~
:::

```text
{"a-line-that-no-page-can-hold." * 6}
{"y" * 150}
```
"""


@pytest.fixture
def build(cooking):
    def build(more: str = "", **changes: str):
        changes = {cooking.article: cooking.files[cooking.article] + more, **changes}
        built = cooking.build("pdf", changes, release="1.2.3")
        assert built.warnings == ""
        return built

    return build


@pytest.fixture
def book(build, made=[]):  # noqa: B006  one book is enough: nobody writes in it
    if not made:
        made.append(pypdf.PdfReader(build(CODE).outdir / "cooking.pdf"))
    return made[0]


def pages(book) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in book.pages]


def titles(outline) -> list:
    return [titles(o) if isinstance(o, list) else o.title for o in outline]


def page_with(book, words: str) -> int:
    found = [i for i, text in enumerate(pages(book)) if words in text]
    return found[0] if found else pytest.fail(f"no page says {words!r}")


def tags(node, found=None) -> list[str]:
    """Return the kinds of all structure elements, in reading order."""
    found = [] if found is None else found
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for child in node:
            tags(child, found)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            found.append(node["/S"])
        if "/K" in node:
            tags(node["/K"], found)
    return found


def alternatives(node) -> list[str]:
    """Return what a listener hears instead of pictures and formulas."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        return [alt for child in node for alt in alternatives(child)]
    if not isinstance(node, pypdf.generic.DictionaryObject):
        return []
    own = [node["/Alt"]] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def test_a_viewer_learns_title_author_and_language(book):
    assert book.metadata.title == "Cooking" and book.metadata.author == "The Cooks"
    assert book.trailer["/Root"]["/Lang"] == "en-US"
    assert f"{book.metadata.creation_date:%Y-%m-%d}" == "2026-11-22"
    assert book.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in book.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def test_it_may_be_archived(book):
    root = book.trailer["/Root"]
    said = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in said
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in said
    intent = root["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1" and intent["/DestOutputProfile"].get_object().get_data()


def test_the_pages_come_in_the_order_of_a_book(book):
    landmarks = [
        *("From water to soup.", "Version 1.2.3", "Contents", "Introduction From water"),
        *("PHASE 1 Water", "PHASE 1 · ARTICLE 2", "Answers 1.2 Hot", "Glossary steam"),
    ]
    found = [page_with(book, words) for words in landmarks]
    assert found == sorted(found)
    assert page_with(book, "PHASE 1 Water") % 2 == 0  # a right page


def test_bookmarks_are_numbered_and_nested(book):
    outline = titles(book.outline)
    assert outline[:3] == ["Introduction", "1 Water", ["1.2 Hot Water", ["Watching it"]]]
    assert [title for title in outline if isinstance(title, str)][2:] == [
        *("Answers", "Glossary", "Facts", "Bibliography", "Index", "Colophon")
    ]


def test_the_folio_counts_all_pages_so_that_viewer_page_and_link_agree(book):
    opening = page_with(book, "PHASE 1 Water")
    assert book.page_labels[0] == "i" and book.page_labels[opening] == str(opening + 1)


def test_it_is_tagged_and_nothing_seen_goes_unheard(book):
    root = book.trailer["/Root"]["/StructTreeRoot"]
    found = tags(root["/K"])
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/Figure", "/Formula", "/Code", "/Note"} <= {
        *found
    }
    heard = alternatives(root["/K"])
    assert {"A pot with a lid.", "x squared", "a equals b"} <= set(heard)
    assert found.count("/Figure") + found.count("/Formula") == len(heard)


def test_numbers_are_those_of_the_site(book):
    text = " ".join(pages(book))
    for numbered in ("(1.2.1)", "Figure 1.2.1:", "Table 1.2.1:", "Exercise 1.2.1: How hot?"):
        assert numbered in text


def test_answers_stand_at_the_back_with_links_both_ways(book):
    exercise = book.pages[page_with(book, "Exercise 1.2.1: How hot?")]
    answer = page_with(book, "Very.")
    assert f"Answer on page {book.page_labels[answer]}" in " ".join(exercise.extract_text().split())
    assert [a for a in book.pages[answer].get("/Annots", []) if a.get_object().get("/Dest")]


def test_links_lead_somewhere(book):
    links = [a.get_object() for page in book.pages for a in page.get("/Annots", [])]
    inner = [a for a in links if "/Dest" in a]
    assert len(inner) > 15 and all(a.get("/Contents") for a in links)
    placed = [a for a in inner if isinstance(a["/Dest"], list)]  # the contents go by names
    heard = [(a["/Contents"], a["/Dest"][0].get_object()) for a in placed]
    by_page = [(said, page) for said, page in heard if said.startswith("page ")]
    assert len(by_page) > 10
    assert all(f"page {book.get_page_number(page) + 1}" == said for said, page in by_page)


def test_a_link_leads_to_what_it_names(book):
    links = [
        (page.page_number, link.get_object().get("/Dest"))
        for page in book.pages
        for link in page.get("/Annots", [])
    ]
    answer = page_with(book, "Very.")
    exercise = page_with(book, "Exercise 1.2.1: How hot?")
    to_answer = [aim for number, aim in links if number == exercise and leads(book, aim, answer)]
    back = [aim for number, aim in links if number == answer and leads(book, aim, exercise)]
    assert len(to_answer) == len(back) == 1
    title = height_of(book.pages[exercise], "Exercise 1.2.1: How hot?")
    assert 0 < float(back[0][3]) - title < 30  # a little above its first line


def leads(book, destination, page: int) -> bool:
    return book.get_page_number(destination[0].get_object()) == page


def height_of(page, words: str) -> float:
    """Return the height of the line that begins with some words."""
    found = []
    page.extract_text(
        visitor_text=lambda text, cm, matrix, *_: found.append((text.strip(), cm[5] + matrix[5]))
    )
    return next(height for text, height in found if text and words.startswith(text))


def test_only_our_fonts_are_in_it(book):
    names = set()
    for page in book.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            base = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(base["/BaseFont"].split("+")[1])
            descriptor = base["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    ours = ("SourceSerif4", "SourceSans3", "SourceCodePro", "STIXTwoMath")
    assert names and all(name.startswith(ours) for name in names)
    assert all(any(name.startswith(our) for name in names) for our in ours)


def test_no_line_of_code_leaves_the_page(book):
    right = {0: (178 - 31) * POINTS, 1: (178 - 23) * POINTS}  # of right pages, of left pages
    seen = ""
    for index, page in enumerate(book.pages):

        def look(text, _cm, matrix, font, size, limit=right[index % 2]):
            nonlocal seen
            if font and "SourceCodePro" in font["/BaseFont"] and text.strip():
                seen += text.strip()
                assert matrix[4] + len(text.rstrip()) * 0.6 * size <= limit + 0.5, text

        page.extract_text(visitor_text=look)
    assert "y" * 20 in seen and "no-page-can-hold" in seen.replace("\u200b", "")


def test_seventy_two_columns_fit_one_line_even_in_a_box(book):
    assert len(FULL) == 72
    lines = [line.strip() for page in book.pages for line in page.extract_text().splitlines()]
    assert lines.count(FULL) == 2


def test_heads_are_on_plain_pages_only(book):
    found = pages(book)
    opening = page_with(book, "PHASE 1 · ARTICLE 2")
    assert found[opening].startswith("PHASE 1")
    blank = [i for i, text in enumerate(found) if not text]
    assert blank and all(i % 2 for i in blank)  # as the back of the half title
    for i in blank:
        shown = book.pages[i].get_contents()
        assert shown is None or (b"Tj" not in shown.get_data() and b"TJ" not in shown.get_data())


def test_a_left_page_names_the_series_and_a_right_page_the_article(build):
    book = pypdf.PdfReader(build("\n\nWater is wet.\n" * 150).outdir / "cooking.pdf")
    found = pages(book)
    opening = page_with(book, "PHASE 1 · ARTICLE 2")
    left, right = found[opening + 1], found[opening + 2]
    assert opening % 2 == 0
    assert left.startswith(f"{book.page_labels[opening + 1]} Cooking Water is wet.")
    assert right.startswith(f"1.2 Hot Water {book.page_labels[opening + 2]} Water is wet.")


def test_every_chapter_opens_on_a_right_page(book):
    starts = ("Introduction", "PHASE 1", "Answers", "Glossary", "Facts", "Bibliography", "Index")
    opened = [i for i, text in enumerate(pages(book)) if text.startswith(starts)]
    assert len(opened) > len(starts) and not any(i % 2 for i in opened)


def test_figures_are_listed_behind_the_contents_with_their_pages(book):
    listed = pages(book)[page_with(book, "Contents")].partition(" Figures ")[2]
    drawn = book.page_labels[page_with(book, "Figure 1.2.1: The pot.")]
    assert listed == f"1.2.1 The pot. {drawn}"


def test_a_long_table_repeats_its_head_and_sets_numbers_right(build):
    rows = "".join(f"| pan | {10**n} |\n" for n in range(8)) * 7
    table = f"\n```{{table}} Pans\n:name: tab-pans\n\n| vessel | litres |\n|---|--:|\n{rows}```\n"
    book = pypdf.PdfReader(build(table).outdir / "cooking.pdf")
    assert sum("vessel litres pan" in text for text in pages(book)) == 2
    numbers, ends = set(), set()

    def look(text, cm, matrix, _font, size):
        if (number := text.strip()).startswith("1000"):
            numbers.add(number)
            ends.add(round(matrix[4] + cm[4] + len(number) * 0.5 * size))  # a figure is half an em

    book.pages[page_with(book, "vessel litres pan")].extract_text(visitor_text=look)
    assert len(numbers) == 5 and len(ends) == 1


def test_a_long_column_gets_what_the_short_ones_leave(build):
    words = "steam rises from the pot while nobody looks " * 4
    table = f"\n\n| no | what happens in it | litres |\n|---|---|--:|\n| 1 | {words}| 12345 |\n"
    book = pypdf.PdfReader(build(table).outdir / "cooking.pdf")
    lines = book.pages[page_with(book, "what happens in it")].extract_text().splitlines()
    assert sum("steam" in line or "looks" in line or "pot" in line for line in lines) <= 4


def test_a_term_never_parts_from_what_explains_it(build):
    terms = "".join(f"\nterm{n}\n: One line.\n\n  Another line.\n" for n in range(60))
    book = pypdf.PdfReader(build(terms).outdir / "cooking.pdf")
    parts = [text.partition("term") for text in pages(book) if "Another line." in text]
    assert len(parts) > 2 and all("Another" not in before for before, _, _ in parts)
    assert all(text.endswith("Another line.") for text in pages(book) if "term0 " in text)


def test_an_exercise_stays_on_one_page_with_the_link_to_its_answer(build):
    exercise = "\n::::{{exercise}} Task {0}\n:name: ex-task-{0}\n{1}:::{{answer}}\nSo.\n:::\n::::\n"
    many = "".join(exercise.format(n, "A line.\n\n" * (2 + n % 6)) for n in range(24))
    book = pypdf.PdfReader(build(many).outdir / "cooking.pdf")
    texts = [text for text in pages(book) if ": Task " in text]
    assert len(texts) > 2
    assert all(text.count(": Task ") == text.count("Answer on page") for text in texts)


def test_a_subject_without_a_fact_in_this_book_has_no_heading(build, cooking):
    idle = cooking.files["../bib/facts/a.toml"].partition("[unused]")[2]
    assert idle
    made = build(**{"../bib/facts/idle.toml": f"# Facts on idling\n[idling]{idle}"})
    assert not [t for t in pages(pypdf.PdfReader(made.outdir / "cooking.pdf")) if "idl" in t]


def test_a_fact_is_one_paragraph_of_sentences(build):
    text = " ".join(" ".join(pages(pypdf.PdfReader(build().outdir / "cooking.pdf"))).split())
    assert "minutes 7 It takes this long. Conditions: a stove. Source: " in text


def test_numbers_can_be_searched_for(book):
    assert not [text for text in pages(book) if "\N{WORD JOINER}" in text]


def test_a_mark_that_no_link_leads_to_is_not_kept():
    source = """\
#metadata(none) <idle>
#metadata(none) <aim>
Words #[#metadata(none)<other-aim>];#[#metadata(none)<other-idle>];here.
#link(<aim>)[there], #page-of(<other-aim>)
"""
    kept = without_idle_marks(source)
    assert kept.count("metadata") == 2
    assert "#metadata(none) <aim>" in kept and "#[#metadata(none)<other-aim>];here." in kept


def test_two_builds_give_the_same_bytes(build):
    first, second = ((build().outdir / "cooking.pdf").read_bytes() for _ in range(2))
    assert first == second


def test_an_error_names_the_article_and_leaves_the_old_book(build, monkeypatch):
    built = build()
    before = (built.outdir / "cooking.pdf").read_bytes()
    monkeypatch.setattr("press.pandoc.typst.to_typst", lambda mathml: "nonsense")
    with pytest.raises(SphinxError, match=r"02-hot-water\.md:\d+: Typst says: unknown variable"):
        built.app.builder.write_documents(set())
    assert (built.outdir / "cooking.pdf").read_bytes() == before
    assert [path.name for path in built.outdir.iterdir() if path.suffix == ".new"] == []


def test_a_letter_that_no_face_has_is_named_with_its_place(build):
    with pytest.raises(SphinxError, match=r'02-hot-water\.md:\d+: Typst says: .*"ᵢ"'):
        build("Water with an ᵢ in it.")
