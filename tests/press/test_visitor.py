"""The visitor: what an author writes arrives in Pandoc's AST, with links, numbers and places."""

from pathlib import Path

import pytest
from docutils import nodes
from press import series
from press.pandoc import ast
from press.pandoc.target import VisitorError
from press.pandoc.typst import kicker, svg_width
from press.pandoc.visitor import blocks

EXTENSIONS = [
    *("sphinx.ext.doctest", "press.numbering", "press.boxes", "press.exercises"),
    *("press.listing", "press.maths", "press.explorables", "press.pandoc"),
]
PLAN = Path(__file__).with_name("data") / "cooking/source/plan.toml"
PIXEL = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" viewBox="0 0 96 96"/>'
ROOT = "# Root\n\n```{toctree}\n:numbered:\none\nout\n```\n"


@pytest.fixture
def visit(make_book, monkeypatch):
    """Return the blocks of a document that stands in a book with `index`, not with `out`."""
    monkeypatch.setattr(series, "books", lambda env: ())

    def visit(text: str, target: str = "typst", change=lambda tree: None):
        files = {"index.md": ROOT, "one.md": f"# One\n\n{text}\n", "out.md": "(far)=\n# Out\n"}
        files |= {"p.svg": PIXEL, "plan.toml": PLAN.read_text("utf-8")}
        built = make_book(files, "pdf", extensions=EXTENSIONS)
        assert built.warnings == ""
        builder = built.app.builder
        builder.begin(frozenset({"index", "one"}))
        tree = builder.env.get_and_resolve_doctree("one", builder)
        change(tree)
        visit.builder = builder
        return blocks(builder, "one", tree, target)

    return visit


def words(tree) -> str:
    """Return the text and raw source of a tree."""
    return "".join(found["c"] for found in each(tree, "Str", "Space", "RawInline", "RawBlock"))


def each(tree, *kinds):
    for found in ast.walk(tree):
        if found["t"] in kinds:
            content = found.get("c", " ")
            yield {"t": found["t"], "c": content[1] if "Raw" in found["t"] else content}


def kinds(tree) -> list[str]:
    return [block["t"] for block in tree]


def test_sections_become_headings_with_ids_of_their_document(visit):
    made = visit("## Two\n\ntext", "html")
    assert [b["c"][0] for b in made if b["t"] == "Header"] == [1, 2]
    assert [b["c"][1][0] for b in made if b["t"] == "Header"] == ["one--one", "one--two"]
    assert '#section(depth: 2, id: "one--two")' in words(visit("## Two\n\ntext"))


def test_lists_are_tight_when_no_item_has_two_paragraphs(visit):
    made = visit("- a\n- b\n  - c\n\n1. d\n\n   e", "html")
    bullet, numbered = made[-2:]
    assert bullet["t"] == "BulletList" and bullet["c"][0][0]["t"] == "Plain"
    assert bullet["c"][1][1]["t"] == "BulletList"
    assert numbered["t"] == "OrderedList" and kinds(numbered["c"][1][0]) == ["Para", "Para"]


@pytest.mark.parametrize("target", ["typst", "html", "markdown"])
def test_an_explorable_is_its_twin(visit, target):
    made = visit(":::{explorable} softmax Who?\n*Four* scores.\n:::", target)
    assert words(made).count("Four scores.") == 1 and "Who" not in words(made)


def test_links_inside_the_book_stay_links_and_others_become_words(visit):
    made = visit("(near)=\n## Near\n\n{ref}`near`, {ref}`far`, {doc}`index`, [x](https://a.b).")
    assert list(ast.links(made)) == ["one--near", "index--top"]
    urls = [n["c"][2][0] for n in ast.walk(made) if n["t"] == "Link"]
    assert urls[-1] == "https://a.b" and "Out" in words(made)
    assert "one--near" in visit.builder.anchors


@pytest.mark.parametrize("target", ["typst", "html"])
def test_numbers_are_sphinxs_own(visit, target):
    text = """
```{figure} p.svg
:name: fig-p
:alt: A point.
A *caption*.
```

```{table} Heights
:name: tab-h
| a | b |
|---|--:|
| 1 | 2 |
```

```{math}
:label: eq-p
a = b
```

```{code-block} python
:caption: Code
:name: lst
x = 1
```

::::{exercise} Why?
:name: ex-why
Guess.
:::{answer}
Because.
:::
::::

{numref}`fig-p` {numref}`tab-h` {eq}`eq-p` {numref}`lst` {numref}`ex-why`
"""
    made = visit(text, target)
    said = words(made)
    for number in ("Figure 1:", "Table 1:", "(1)", "Listing 1:", "Exercise 1"):
        assert number in said
    assert set(ast.links(made)) <= visit.builder.anchors
    assert "Because." not in said
    back = visit.builder.answers["one"]
    assert "Because." in words(back) and list(ast.links(back)) == ["one--ex-why"]


def test_formulas_carry_what_a_listener_hears(visit):
    assert 'alt: "x squared"' in words(visit("A $x^2$."))
    assert 'alttext="x squared"' in words(visit("A $x^2$.", "html"))


def test_tables_keep_alignment_head_and_spans(visit):
    table = "| a | b |\n|:-:|--:|\n| 1 | 2 |"
    (around,) = (b for b in visit(table, "html") if b["t"] == "Div")
    (_, classes, attributes), (made,) = around["c"]
    assert classes == ["table"] and ["tabindex", "0"] in attributes  # it scrolls by itself
    assert [spec[0]["t"] for spec in made["c"][2]] == ["AlignCenter", "AlignRight"]
    assert len(made["c"][3][1]) == 1 and len(made["c"][4][0][3]) == 1
    spans = "```{eval-rst}\n+---+---+\n| a     |\n+---+---+\n| b | c |\n+---+---+\n```"
    assert "table.cell(colspan: 2, rowspan: 1)[" in words(visit(spans))


def test_boxes_say_their_kind_and_title(visit):
    said = words(visit(":::{trap} Off by *one*\nCount.\n:::\n\n:::{note}\nSo.\n:::"))
    assert '#callout("trap", [Trap: Off by one])[' in said
    assert '#callout("note", [Note])[' in said


def test_notes_stand_where_they_are_called(visit):
    (note,) = (n for n in ast.walk(visit("A[^a].\n\n[^a]: Why.")) if n["t"] == "Note")
    assert words(note).endswith("Why.")


def test_definitions_and_glossary_terms_can_be_linked_to(visit):
    made = visit("```{glossary}\nsteam\n  Wet air.\n```\n\n{term}`steam`", "html")
    (terms,) = (n for n in ast.walk(made) if n["t"] == "DefinitionList")
    assert words(terms) == "steamWet air."
    assert set(ast.links(made)) == {"one--term-steam"} <= visit.builder.anchors


def test_an_unknown_node_stops_the_build_and_says_where(visit):
    class gadget(nodes.Element):
        pass

    def change(tree):
        paragraph = next(tree.findall(nodes.paragraph))
        paragraph.replace_self(new := gadget("", nodes.Text("ticks")))
        new.source, new.line = paragraph.source, paragraph.line

    with pytest.raises(VisitorError, match=r"one\.md:3: a <gadget> cannot be printed.*'ticks'"):
        visit("Some text.", change=change)


def test_a_picture_without_words_stops_the_build(visit):
    with pytest.raises(VisitorError, match=r"one\.md:3: the picture p\.svg has no :alt:"):
        visit("```{image} p.svg\n```")


def test_a_link_to_nowhere_names_its_document(visit):
    made = visit("text")
    with pytest.raises(VisitorError, match=r"one\.md: links to one--gone lead nowhere"):
        visit.builder.check_links("one", [*made, ast.link([], "#one--gone")])


@pytest.mark.parametrize(
    "attributes, points",
    [('width="72pt"', 72), ('width="96px"', 72), ('viewBox="0 0 480 9"', 283.46)],
)
def test_drawings_keep_their_size(attributes, points):
    assert svg_width(f"<svg {attributes}/>") == pytest.approx(points, abs=0.01)


def test_a_drawing_without_a_size_is_refused():
    with pytest.raises(ValueError, match="neither width nor viewBox"):
        svg_width("<svg/>")


def test_the_line_above_a_title():
    assert kicker("1.4") == "Phase 1 · Article 4"
    assert kicker("B.1") == "Article B.1"
