"""{computed} and {computed-sources} on a tiny series with a model and two chips of its own."""

import json
from pathlib import Path

import pytest
from lxml import html
from minseek.accounting import published, total
from minseek.config import load
from press import computed, computed_data
from sphinx.errors import SphinxError

CONFIGS = "../code/minseek/configs"
SOURCES = """
[mini]
name = "Small Pot"
published = "Ann Cook, 1911"
address = "https://example.org/pot/config.json"
seen = "copy"
read = "a cook_book"
date = 2026-11-26
checked = "the lid"

[ours]
name = "ours"
address = "https://example.org/paper"
"""
HARDWARE = """
[h100]
name = "Stove"
memory = { value = 80e9, source = "stove, p. 3", seen = "primary" }
bandwidth = { value = 4e12, source = "stove, p. 3", seen = "primary" }
fp16 = { value = 1e15, source = "https://example.org/stove and others", seen = "secondary" }

[hearth]
name = "Hearth"
memory = { value = 1e9, source = "a mason", seen = "secondary" }
bandwidth = { value = 1e12, source = "a mason", seen = "secondary" }
fp16 = { value = 1e12, source = "a mason", seen = "secondary" }
exp = { value = 16, source = "a mason; cook, p. 2", seen = "secondary" }
"""
FACT = """
[size]
value = {value}
unit = ""
display = "{value} thousand"
statement = "So large."
on = "a stove"
source = "stove"
locator = "p. 1"
seen = "primary"
date = 2026-11-22
recompute = "total(published('mini')) / 1e3"
"""
SIZE = total(published("mini")) / 1000
DATA = {
    f"{CONFIGS}/mini.json": json.dumps(load("mini")),
    f"{CONFIGS}/ours.json": "{}",
    f"{CONFIGS}/SOURCES.toml": SOURCES,
    "../code/minseek/hardware.toml": HARDWARE,
}
INDEX = "# All\n\n```{series-index}\n```\n\n```{toctree}\n:glob:\nreference/*\n```\n"


@pytest.fixture
def site(cooking):
    """Build the tiny series with a page of these lines, and perhaps a fact."""

    def build(page: str, fact: str = ""):
        pages = {"reference/page.md": f"# Page\n\n{page}\n", "index.md": INDEX}
        facts = {"../bib/facts/b.toml": fact} if fact else {}
        namespace = {"press_fact_namespace": "minseek.accounting"}
        return cooking.build("html", {**DATA, **pages, **facts}, **namespace)

    return build


def table(about: str, *columns: str, only: str = "") -> str:
    return "\n".join(
        ["```{computed} " + about, *([f":only: {only}"] if only else []), *columns, "```"]
    )


def cells(built) -> list[list[str]]:
    page = html.fromstring(built.text("reference/page.html"))
    return [[" ".join(c.text_content().split()) for c in row] for row in page.xpath("//table//tr")]


def links(built) -> dict[str, str]:
    page = html.fromstring(built.text("reference/page.html"))
    return {a.text_content(): a.get("href") for a in page.xpath("//table//a")}


def test_each_cell_is_computed_and_a_missing_part_is_a_dash(site):
    columns = (
        "Memory, GB: chip.memory / 1e9",
        "Exp: chip.exp",
        "Ridge: ridge(chip.fp16, chip.bandwidth)",
    )
    built = site(table("chips", *columns))
    assert built.warnings == ""
    assert cells(built) == [
        ["Chip", "Memory, GB", "Exp", "Ridge"],
        ["Stove", "80", "–", "250"],
        ["Hearth", "1", "16", "1"],
    ]


def test_rows_are_published_configurations_and_only_leaves_some_out(site):
    built = site(table("models", "Layers: model.n_layers", "Score: model.moe.score"))
    assert cells(built)[1:] == [["Small Pot", "3", "sigmoid"]]
    built = site(table("chips", "Exp: chip.exp", only="chip.exp"))
    assert cells(built)[1:] == [["Hearth", "16"]]


def test_a_number_leads_to_the_fact_that_publishes_it_in_any_unit(site):
    built = site(table("models", "All: total(model)"), FACT.format(value=SIZE))
    assert built.warnings == ""
    assert links(built) == {f"{SIZE * 1000:,.0f}": "facts-b.html#fact-size"}
    assert "Used in" in built.text("reference/facts-b.html").partition('id="fact-size"')[2]


def test_published_and_difference_stand_beside_it(site):
    off = f"{FACT.format(value=SIZE / 2)}disputed = true\nexplanation = 'A lid.'\n"
    columns = ("All: total(model)", "Published: published", "Off: difference")
    built = site(table("models", *columns), off)
    assert built.warnings == ""
    (row,) = cells(built)[1:]
    assert row[2:] == [f"{SIZE / 2} thousand", "+1e+02\u00a0%".replace("\u00a0", " ")]
    assert list(links(built)) == [f"{SIZE / 2} thousand"]


def test_a_disputed_fact_cannot_hide_behind_our_number(site):
    off = f"{FACT.format(value=SIZE / 2)}disputed = true\nexplanation = 'A lid.'\n"
    built = site(table("models", "All: total(model)"), off)
    assert "page.md:3" in built.warnings and "add the line Published: published" in built.warnings


def test_sources_say_how_each_was_seen(site):
    page = html.fromstring(site("```{computed-sources} models\n```").text("reference/page.html"))
    assert [" ".join(part.text_content().split()) for part in page.xpath("//dt | //dl//p")] == [
        "Small Pot",
        "Ann Cook, 1911. config.json, here configs/mini.json.",
        "Read in a whole copy of the file, 26 November 2026: a cook_book.",
        "Checked: the lid.",
    ]
    assert page.xpath("//dl//a/@href") == ["https://example.org/pot/config.json"]


def test_sources_of_chips_are_cited_or_linked(site):
    page = html.fromstring(site("```{computed-sources} chips\n```").text("reference/page.html"))
    told = [" ".join(p.text_content().split()) for p in page.xpath("//dl//p")]
    assert told == [
        "Memory, bandwidth: Stove (2020), p. 3; read in the original.",
        "FP16: https://example.org/stove and others; known from another text only.",
        "Memory, bandwidth, FP16: a mason; known from another text only.",
        "Exponentials: a mason; Cook (2020), p. 2; known from another text only.",
    ]
    stove, address, cook = page.xpath("//dl//a/@href")
    assert address == "https://example.org/stove"
    assert all(cited.startswith("bibliography.html#") for cited in (stove, cook))


@pytest.mark.parametrize(
    ("about", "column", "sentence"),
    [
        ("pans", "A: 1", "no rows 'pans'; choose one of models, chips"),
        ("chips", "memory", "'memory' is no column; write Heading: expression"),
        ("chips", "A: published", "'A: published' is no column"),
        ("chips", "A: chip.steam", "the column 'A' is empty: no row has 'chip.steam'"),
        ("chips", "A: steam(chip)", "'steam(chip)' cannot be computed for Stove: NameError"),
        ("chips", "A: 1 +", "'1 +' cannot be computed for Stove: SyntaxError"),
        ("models", "A: open('x')", "'open('x')' cannot be computed for Small Pot: NameError"),
    ],
)
def test_a_bad_column_is_one_located_sentence(site, about, column, sentence):
    warnings = site(table(about, column)).warnings.replace('"', "'")
    assert "page.md:3" in warnings and sentence in warnings


MINI = json.dumps(load("mini"))
UNSEEN = HARDWARE.replace(', seen = "primary"', "", 1)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"configs/mini.json": '{\n"a": }'}, "mini.json:2: not JSON: .*put the published file"),
        ({"configs/mini.json": "{}"}, "mini.json: no model of this book: model_type is None"),
        ({"configs/mini.json": "[]"}, "mini.json: no model of this book"),
        ({"configs/pan.json": MINI}, r"pan.json: has no source; add \[pan\] to .*SOURCES.toml"),
        ({"configs/mini.json": None}, "mini.json: there is no such file; .*delete its table"),
        ({"configs/SOURCES.toml": SOURCES.replace('seen = "copy"', "")}, ":2: mini has no seen;"),
        ({"configs/SOURCES.toml": SOURCES.replace('"copy"', '"dream"')}, "seen = 'dream'; choose"),
        ({"configs/SOURCES.toml": "[mini"}, "SOURCES.toml:1: not TOML"),
        ({"configs/SOURCES.toml": None}, "SOURCES.toml: there is no such file; set press_computed"),
        ({"hardware.toml": HARDWARE.replace("memory", "heat", 1)}, ":2: h100 is no chip: .*'heat'"),
        ({"hardware.toml": UNSEEN}, ":4: memory of h100 has no seen"),
        ({"hardware.toml": '[a]\nname = "A"\nfp16 = 3'}, ":3: fp16 of a is 3; write a table"),
    ],
)  # fmt: skip
def test_bad_data_is_one_sentence_with_the_file(tmp_path: Path, files, sentence):
    good = {name.removeprefix("../code/minseek/"): text for name, text in DATA.items()}
    for name, text in {**good, **files}.items():
        if text is not None:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(SphinxError, match=sentence):
        computed_data.models(tmp_path)
        computed_data.chips(tmp_path)


def test_a_changed_config_is_read_again_and_a_broken_one_stops_the_build(book):
    page = "# Page\n\n" + table("models", "N: model.n_layers")
    for name, text in {**DATA, "reference/page.md": page}.items():
        path = (book.root / "source" / name).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    book.change("source/index.md", "reference/facts\n", "reference/facts\nreference/page\n")
    config = "code/minseek/configs/mini.json"
    assert number(book) == "3"
    book.change(config, '"num_hidden_layers": 3', '"num_hidden_layers": 5')
    assert number(book) == "5"
    book.change(config, "{", "{,")
    book.refused("mini.json:1", "put the published file in its place")


def number(book) -> str:
    """Build the page and return the number of its only cell."""
    done = book.press()
    assert done.returncode == 0, done.stderr
    page = html.fromstring(book.output()["reference/page.html"])
    (cell,) = page.xpath("//tbody//td[2]")
    return cell.text_content().strip()


@pytest.mark.parametrize(
    ("expression", "computes", "rows"),
    [
        ("total(published('a')) / 1e9", "total(model)", {"a"}),
        ("f(published('a')) * 131072 / GIB", "f(model) * 131072", {"a"}),
        ("published('a').n / 128", "model.n / 128", {"a"}),
        ("f(published('a')) / f(published('b'))", "f(model) / f(model)", {"a", "b"}),
        ("2 / 3", "2 / 3", set()),
    ],
)
def test_what_is_the_same_computation(expression, computes, rows):
    assert computed.computation(expression, computed_data.KINDS["models"]) == (computes, rows)
