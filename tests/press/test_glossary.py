"""{glossary-terms} on tiny books: what it prints, and what the data must agree with."""

import pypdf
import pytest
from lxml import html
from press import glossary, records
from sphinx.errors import SphinxError

STEAM = '[[term]]\nname = "steam"\ntext = "Water, hotter than {term}`ice`."\n'
ICE = '\n[[term]]\nname = "ice"\ntext = "Cold $x$."\nplanned = ["1.1"]\n'


@pytest.fixture
def site(cooking):
    """Build the tiny series, in which 1.2 is written, with other terms and another article."""

    def build(terms: str = STEAM + ICE, old: str = "", new: str = "", builder: str = "html"):
        article = cooking.files[cooking.article]
        assert old in article
        changes = {"glossary.toml": terms, cooking.article: article.replace(old, new, 1)}
        return cooking.build(builder, changes, version="1")

    return build


def warnings(built) -> list[str]:
    return [line for line in built.warnings.splitlines() if "[press.glossary]" in line]


def entries(built) -> dict[str, list[str]]:
    page = html.fromstring(built.text("reference/glossary.html"))
    return {
        dt.text_content().rstrip("¶"): [p.text_content() for p in dt.getnext().xpath("p")]
        for dt in page.xpath("//dl[contains(@class, 'glossary')]/dt")
    }


def test_each_term_says_what_it_means_and_where_it_is_introduced(site):
    built = site()
    assert built.warnings == ""
    found = entries(built)
    assert list(found) == ["ice", "steam"]
    assert found["steam"] == ["Water, hotter than ice.", "Introduced in 1.2 Hot Water"]
    assert found["ice"][1] == "Comes with 1.1 Cold Water"


def test_the_article_and_other_terms_are_linked(site):
    page = html.fromstring(site().text("reference/glossary.html"))
    links = page.xpath("//dl[contains(@class, 'glossary')]//dd//a/@href")
    assert links == ["#term-ice", "../cooking/01-water/02-hot-water.html"]


@pytest.mark.parametrize("builder", ["pdf", "epub"])
def test_books_are_made_with_it(site, builder):
    assert site(builder=builder).warnings == ""


def test_a_term_may_be_introduced_once_in_each_series(cooking):
    baking = cooking.files["plan.toml"].replace("cooking", "baking").replace("01-water", "01-flour")
    plan = cooking.files["plan.toml"] + baking.replace("number = 1\ntitle", "number = 2\ntitle", 1)
    terms = STEAM.replace("{term}`ice`", "ice") + 'planned = ["2.1"]\n'
    built = cooking.build("html", {"glossary.toml": terms, "plan.toml": plan})
    assert warnings(built) == []
    lines = entries(built)["steam"]
    assert lines[1] == "Introduced in 1.2 Hot Water; comes with 2.1 Cold Water"


PLANNED = 'planned = ["1.1"]'


@pytest.mark.parametrize(
    ("old", "new", "place", "sentence"),
    [
        (PLANNED, "", "glossary.toml:5", "the term 'ice' is introduced by no article"),
        (PLANNED, 'planned = ["9.1"]', "glossary.toml:5", "for '9.1', which is no article of"),
        (PLANNED, 'planned = ["1.2"]', "glossary.toml:5", "1.2, which is written and does not"),
        (STEAM, STEAM + PLANNED, "glossary.toml:1", "is introduced by 1.1 and by 1.2"),
        ("ice`", "icy`", "glossary.toml:1", "term not in glossary: 'icy'"),
    ],
)
def test_data_that_contradict_are_named_with_their_place(site, old, new, place, sentence):
    lines = site((STEAM + ICE).replace(old, new, 1)).warnings.splitlines()
    assert any(place in line and sentence in line for line in lines), lines


def test_an_unknown_term_in_an_article_is_named_with_the_nearest(site):
    (warning,) = warnings(site(old="[steam]", new="[steam, icee]"))
    assert "02-hot-water.md:11: WARNING: `defines` names 'icee', which is not in" in warning
    assert "the nearest there is 'ice'" in warning


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (STEAM + "\n" + STEAM.replace("st", "St"), ":5: the term 'Steam' is on line 1 already"),
        ("[[term]]\nname = 'a'\n", ":1: a term has no 'text'"),
        ("[[term]]\nname = 'a'\ntext = ''\n", ":1: a term has text = '', where a text is"),
        (STEAM + "planned = '1.1'\n", ":1: a term has planned = '1.1', where a list of texts"),
        (STEAM + "article = '1.1'\n", ":1: a term has an unknown key 'article'; the keys are"),
        ("[[term]]\nname = \n", ":2: not TOML"),
    ],
)
def test_a_bad_file_is_one_located_sentence(tmp_path, text, sentence):
    path = tmp_path / "glossary.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SphinxError) as caught:
        glossary.load(path)
    assert f"glossary.toml{sentence}" in str(caught.value)


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(SphinxError, match="the file of each term is missing"):
        records.read(tmp_path / "glossary.toml", "term", glossary.KEYS)


def test_a_book_prints_the_terms_that_it_uses_and_those_that_these_name(site):
    unused = ICE.replace("ice", "lid")
    built = site(STEAM + ICE + unused, builder="pdf")
    assert built.warnings == ""
    last = pypdf.PdfReader(built.outdir / "cooking.pdf")
    text = " ".join("".join(page.extract_text() for page in last.pages).split())
    assert "Introduced in 1.2 Hot Water" in text and "Comes with 1.1 Cold Water" in text
    assert "lid Cold" not in text and "ice Cold" in text
