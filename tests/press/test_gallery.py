"""{explorables} on the tiny series: the list on its page, and after a change."""

import pytest
from lxml import html

ARTICLE = "cooking/01-water/02-hot-water"
MACHINE = "\n:::{explorable} softmax Who is read?\nFour scores.\n:::\n"
PAGES = {
    "reference/gallery.md": "# Gallery\n\n```{explorables}\n```\n",
    "index.md": "# All\n\n```{series-index}\n```\n\n```{toctree}\n:glob:\nreference/*\n```\n",
}


@pytest.fixture
def site(cooking):
    """Build the tiny series with a gallery, its article with these lines more."""

    def build(more: str):
        files = {f"{ARTICLE}.md": cooking.files[f"{ARTICLE}.md"] + more, **PAGES}
        return cooking.build("html", files)

    return build


def listed(page: str | bytes) -> list[tuple[str, str]]:
    links = html.fromstring(page).xpath("//section//li//a")
    return [(a.get("href"), a.text_content()) for a in links]


def test_a_line_leads_to_the_machine_and_to_its_article(site):
    built = site(MACHINE)
    assert built.warnings == ""
    there = f"../{ARTICLE}.html"
    lines = [(f"{there}#x-softmax", "Who is read?"), (there, "1.2 Hot Water")]
    assert listed(built.text("reference/gallery.html")) == lines
    assert 'id="x-softmax"' in built.text(f"{ARTICLE}.html")


def test_an_article_without_one_is_not_listed(site):
    assert listed(site("").text("reference/gallery.html")) == []


def test_the_page_is_written_again_when_an_article_gets_one(book):
    (book.root / "source/reference/gallery.md").write_text(PAGES["reference/gallery.md"], "utf-8")
    book.change("source/index.md", "reference/facts\n", "reference/facts\nreference/gallery\n")
    for more, words in (("", []), (MACHINE, ["Who is read?", "1.2 Hot Water"])):
        with (book.root / "source" / book.article).open("a", encoding="utf-8") as article:
            article.write(more)
        done = book.press()
        assert done.returncode == 0, done.stderr
        found = listed(book.output()["reference/gallery.html"])
        assert [text for _, text in found] == words
