"""Boxes: their titles in every format, how they nest, and what is refused."""

import pytest
from docutils import nodes

BOXES = ["press.boxes"]


def article(body: str) -> dict[str, str]:
    return {"index.md": f"# Routing\n\n{body}\n"}


@pytest.mark.parametrize("kind", ["trap", "result", "history"])
def test_a_title_says_its_kind_and_keeps_its_markup(make_book, kind):
    book = make_book(
        article(f":::{{{kind}}} One *device* holds $E$ experts\nText.\n:::"), extensions=BOXES
    )
    assert book.warnings == ""
    (box,) = book.app.env.get_doctree("index").findall(nodes.admonition)
    assert box["classes"] == ["box", kind]
    assert isinstance(box[0], nodes.title) and isinstance(box[1], nodes.paragraph)
    assert box[0].astext() == f"{kind.title()}: One device holds E experts"
    assert box.line == 3
    html = book.text()
    assert f'<div class="box {kind} admonition">' in html
    assert f'<p class="admonition-title">{kind.title()}: One <em>device</em>' in html


def test_nothing_else_has_one_title_everywhere(make_book):
    body = ":::{nothing-else}\n\nThe whole result.\n:::"
    assert "If you read nothing else" in make_book(article(body), extensions=BOXES).text()
    text = make_book(article(body), "text", extensions=BOXES).text("index.txt")
    assert "If you read nothing else: The whole result." in text


def test_boxes_nest_when_the_outer_fence_is_longer(make_book):
    body = "::::{trap} Outer\nBefore.\n\n:::{note}\nInner.\n:::\n\nAfter.\n::::"
    book = make_book(article(body), extensions=BOXES)
    assert book.warnings == ""
    (box,) = book.app.env.get_doctree("index").findall(nodes.admonition)
    assert [type(child) for child in box] == [
        nodes.title,
        nodes.paragraph,
        nodes.note,
        nodes.paragraph,
    ]


def test_an_equal_fence_closes_the_outer_box(make_book):
    body = ":::{trap} Outer\nBefore.\n\n:::{note}\nInner.\n:::\n\nAfter.\n:::"
    doctree = make_book(article(body), extensions=BOXES).app.env.get_doctree("index")
    (box,) = doctree.findall(nodes.admonition)
    assert "After." not in box.astext()


def test_other_fences_need_no_longer_box(make_book):
    body = ":::{trap} Code\n~~~{doctest}\n>>> 1 + 1\n2\n~~~\n```{math}\nx\n```\nAfter.\n:::"
    book = make_book(article(body), extensions=[*BOXES, "sphinx.ext.doctest"])
    assert book.warnings == ""
    (box,) = book.app.env.get_doctree("index").findall(nodes.admonition)
    assert "After." in box[-1].astext()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (":::{trap}\nText.\n:::", "'trap': 1 argument(s) required"),
        (":::{result} Empty\n:::", "this result box is empty"),
        (":::{nothing-else} My title\nText.\n:::", "takes no title, found 'My title'"),
    ],
)
def test_what_is_wrong_is_said_at_its_line(make_book, body, complaint):
    warnings = make_book(article(body), extensions=BOXES).warnings
    assert "index.md:3: " in warnings and complaint in warnings
