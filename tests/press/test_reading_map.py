"""The map of a series: what is drawn, what a keyboard reaches, and the same in words."""

import pypdf
import pytest
from lxml import html
from press.plan import PlannedArticle
from press.reading_map import Circle, bows, in_words

PAGE = "cooking/index.html"


def row(*inside: tuple[int, ...]) -> list[Circle]:
    article = PlannedArticle("1.1", 1, "A", "beginner", "H?", None, 1)
    return [Circle(article, places, (), "") for places in inside]


def test_lines_below_the_circles_do_not_cover_each_other():
    made = bows(row((), (0,), (0,), (0, 1), (2,)))
    for number, bow in enumerate(made):
        for other in made[:number]:
            apart = bow.end <= other.start or other.end <= bow.start
            assert apart or bow.lane != other.lane
    assert {(bow.start, bow.end) for bow in made} == {(0, 2), (0, 3), (1, 3), (2, 4)}


def test_neighbours_are_joined_without_a_line_below():
    assert bows(row((), (0,), (1,))) == []


@pytest.fixture
def page(cooking):
    """Return the page of the tiny series, whose second article of two is written."""
    built = cooking.build("html", {})
    assert built.warnings == ""
    return html.fromstring(built.text(PAGE))


def test_a_written_article_is_a_link_and_the_others_are_not(page):
    links = page.xpath("//div[@class='reading-map']//svg//a")
    assert [a.get("href") for a in links] == ["01-water/02-hot-water.html"]
    assert links[0].get("aria-label") == "1.2 Hot Water"
    assert len(page.xpath("//svg//g[@class='planned'][@aria-hidden='true']")) == 1


def test_the_row_says_what_it_shows_and_scrolls_by_keyboard(page):
    (drawing,) = page.xpath("//div[@class='reading-map']//svg")
    assert drawing.get("aria-label") == "Water: 1.1 first; 1.2 after 1.1"
    assert drawing.get("role") == "group"
    (around,) = page.xpath("//div[@class='reading-map']")
    assert around.get("tabindex") == "0" and around.get("aria-label")


def test_it_has_no_colour_of_its_own(page):
    for element in page.xpath("//div[@class='reading-map']//svg//*"):
        assert not {"fill", "stroke", "style"} & set(element.keys())


def test_the_list_says_the_same_in_words(page):
    told = [item.text_content() for item in page.xpath("//span[@class='after']")]
    assert told == ["after 1.1"]


def test_print_says_it_in_words(cooking):
    built = cooking.build("pdf", {})
    book = pypdf.PdfReader(built.outdir / "cooking.pdf")
    assert any("after 1.1" in page.extract_text() for page in book.pages)


def test_several_are_listed():
    graph = {"1": (), "2": (), "3": (), "4": ("1", "2", "3")}
    assert in_words(graph, "4") == "after 1, 2 and 3"
