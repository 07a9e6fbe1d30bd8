"""{notation} on tiny books, and the check that every letter of a display formula is introduced."""

from types import SimpleNamespace

import pytest
from lxml import html
from press import notation
from sphinx.errors import SphinxError

PAGE = {"reference/notation.md": "# Notation\n\n```{notation}\n```\n"}
SYMBOLS = """
[[symbol]]
tex = "a"
meaning = "area, as in $a^2$"
shape = "m²"

[[symbol]]
tex = "d"
meaning = "width"
shape = ""
size = "d_model"
"""


@pytest.fixture
def site(cooking):
    """Build the tiny series with symbols and a changed article."""

    def build(symbols: str = SYMBOLS, text: str = "", **conf):
        article = cooking.files[f"{cooking.article}"] + text
        # The equation of the tiny series is a = b.
        changes = {**PAGE, "notation.toml": symbols, cooking.article: article}
        index = {"index.md": cooking.files["index.md"].replace("glossary", "notation", 1)}
        return cooking.build("html", {**changes, **index}, **conf)

    return build


def warnings(built) -> list[str]:
    return [line for line in built.warnings.splitlines() if "[press.notation]" in line]


def test_a_letter_that_nobody_introduced_is_located(site):
    (warning,) = warnings(site())
    assert "02-hot-water.md:" in warning
    assert "uses b, which neither notation.toml nor a sentence of this article" in warning


def test_a_sentence_introduces_a_letter_with_any_index(site):
    assert (
        warnings(site(text="\nHere $b_0$ is the base of $\\mathbf{c}$.\n\n$$ c = b_1 $$\n")) == []
    )


def test_another_article_does_not_introduce_it(site):
    assert len(warnings(site(text="\n$$ z = a $$\n"))) == 2


def test_names_of_functions_need_no_introduction(site):
    assert len(warnings(site(text="\n$$ a = \\max(a, 3) + \\operatorname{area} $$\n"))) == 1


def test_the_table_shows_meaning_shape_and_sizes(site):
    models = {"V2": "deepseek-v2", "V4": "deepseek-v4-pro"}
    page = html.fromstring(site(press_notation_models=models).text("reference/notation.html"))
    table = [
        [" ".join(cell.text_content().split()) for cell in row] for row in page.xpath("//table//tr")
    ]
    assert table[0] == ["Symbol", "Meaning", "Shape or unit", "V2", "V4"]
    assert table[1] == ["a", "area, as in a2", "m²", "", ""]
    assert table[2] == ["d", "width", "", "5,120", "7,168"]


def test_a_part_that_a_model_lacks_is_a_dash():
    symbol = notation.Symbol("d_c", "latent", "", "attention.d_latent")
    assert notation.size(symbol, SimpleNamespace(attention=SimpleNamespace())) == "–"
    assert notation.size(symbol, SimpleNamespace(attention=SimpleNamespace(d_latent=512))) == "512"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[[symbol]]\ntex = 'a'\nmeaning = 'x'\n", ":1: a symbol has no 'shape'"),
        ("\n[[symbol]]\ntex = 'a'\nunit = 'x'\n", ":2: a symbol has an unknown key 'unit'"),
        ("[[symbol]]\ntex = \n", ":2: not TOML"),
    ],
)
def test_a_bad_file_is_one_located_sentence(tmp_path, text, sentence):
    path = tmp_path / "notation.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SphinxError, match="notation.toml" + sentence):
        notation.load(path)
