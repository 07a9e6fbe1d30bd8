"""Listings: what is shown, how it is named and numbered, and what is refused."""

import sys
from pathlib import Path

import pytest
from docutils import nodes

LISTING = ["press.listing"]
PACKAGE = "toyseek"
SOURCE = '''"""A toy."""

import a_module_that_is_not_installed


@staticmethod
def attention(q, k):
    """Return a score.

    >>> attention(2, 3)
    6
    """
    return q * k


class Layer:
    """A layer."""

    def forward(self, x):
        """Return x."""
        return x
'''


@pytest.fixture
def toyseek(tmp_path_factory, monkeypatch):
    """Install a package whose module cannot be imported."""
    root = tmp_path_factory.mktemp("installed")
    package = root / PACKAGE
    package.mkdir()
    (package / "__init__.py").write_text('"""A toy package."""\n')
    (package / "attention.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(root)
    yield package
    sys.modules.pop(PACKAGE, None)


def article(argument: str, options: str = "", after: str = "") -> dict[str, str]:
    return {"index.md": f"# A\n\n```{{listing}} {argument}\n{options}```\n{after}"}


def block(book) -> nodes.literal_block:
    (found,) = book.app.env.get_doctree("index").findall(nodes.literal_block)
    return found


def test_a_function_is_shown_with_decorator_docstring_and_examples(make_book, toyseek):
    book = make_book(article("toyseek.attention:attention"), extensions=LISTING)
    assert book.warnings == ""
    shown = block(book)
    assert shown.astext().startswith("@staticmethod\ndef attention(q, k):\n")
    assert shown.astext().endswith("    return q * k\n")
    assert ">>> attention(2, 3)" in shown.astext()
    assert shown["language"] == "python"
    assert shown["listing"] == "toyseek.attention:attention"
    assert shown["listing_path"].endswith("installed0/toyseek/attention.py")
    assert shown["listing_line"] == 6


def test_a_method_is_dedented_and_a_module_is_whole(make_book, toyseek):
    method = block(make_book(article("toyseek.attention:Layer.forward"), extensions=LISTING))
    assert method.astext().startswith("def forward(self, x):\n    ")
    assert method["listing_line"] == 19
    module = block(make_book(article("toyseek.attention"), extensions=LISTING))
    assert module.astext() == SOURCE
    assert module["listing_line"] == 1
    package = make_book(article("toyseek"), extensions=LISTING)
    assert "toyseek/__init__.py" in block(package).parent[0].astext()


def test_listing_is_never_an_import(make_book, toyseek):
    make_book(article("toyseek.attention:attention"), extensions=LISTING)
    assert "toyseek.attention" not in sys.modules


def test_it_is_numbered_and_referable_without_a_name(make_book, toyseek):
    see = "\nSee {numref}`lst-toyseek-attention-Layer-forward`.\n"
    book = make_book(article("toyseek.attention:Layer.forward", after=see), extensions=LISTING)
    assert book.warnings == ""
    container = block(book).parent
    assert container["ids"] == ["lst-toyseek-attention-layer-forward"]
    assert container[0].astext() == "toyseek/attention.py, Layer.forward"
    assert '<span class="std std-numref">Listing 1</span>' in book.text()


def test_name_and_caption_can_be_given(make_book, toyseek):
    options = ":name: lst-plain\n:caption: The *plain* form\n"
    book = make_book(article("toyseek.attention:attention", options), extensions=LISTING)
    container = block(book).parent
    assert container["names"] == ["lst-plain"]
    assert container[0].astext() == "The plain form (toyseek/attention.py, attention)"


def test_html_links_to_the_line_when_the_repository_is_known(make_book, toyseek):
    known = {"press_repository": "https://example.org/blob/main/"}
    files = article("toyseek.attention:Layer.forward")
    link = 'class="listing-source reference external" href="https://example.org/blob/main/'
    html = make_book(files, extensions=LISTING, **known).text()
    assert link in html and 'attention.py#L19-L21" title="Source of toyseek.attention:Layer' in html
    assert ">open the source</a>" in html
    module = make_book(article("toyseek.attention"), extensions=LISTING, **known).text()
    assert 'attention.py#L1" title' in module
    assert "listing-source" not in make_book(files, extensions=LISTING).text()
    text = make_book(files, "text", extensions=LISTING, **known).text("index.txt")
    assert "example.org" not in text


def test_the_source_is_a_dependency(make_book, toyseek):
    env = make_book(article("toyseek.attention"), extensions=LISTING).app.env
    assert {Path(path).name for path in env.dependencies["index"]} == {"attention.py"}


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        (
            "toyseek.atention",
            "'toyseek.atention' to list; the nearest name is 'attention'",
        ),
        ("toyseek.attention.x", "no module 'toyseek.attention.x' to list: correct"),
        ("pytset:main", "no module 'pytset' to list; the nearest name is 'pytest'"),
        (":attention", "no module '' to list"),
        ("math", "module 'math' has no Python source to list"),
        ("toyseek.attention:attn", "defines no 'attn' to list; the nearest name is 'attention'"),
        ("toyseek.attention:Layer.fwd", "the nearest name is 'Layer.forward'"),
    ],
)
def test_an_unknown_name_is_located_with_the_nearest(make_book, toyseek, argument, complaint):
    warnings = make_book(article(argument), extensions=LISTING).warnings
    assert "index.md:3: " in warnings and complaint in warnings, warnings
    assert len(warnings.splitlines()) == 1


def test_a_source_with_a_slip_is_located_and_watched(make_book, toyseek):
    (toyseek / "slip.py").write_text("def slip(:\n")
    book = make_book(article("toyseek.slip:slip"), extensions=LISTING)
    assert "index.md:3: ERROR: " in book.warnings
    assert "slip.py is not Python that can be parsed" in book.warnings
    assert [Path(path).name for path in book.app.env.dependencies["index"]] == ["slip.py"]


def test_a_line_too_wide_for_the_page_is_located(make_book, toyseek):
    (toyseek / "wide.py").write_text("x = 1\n" + "y = " + "1" * 69 + "\n")
    warnings = make_book(article("toyseek.wide"), extensions=LISTING).warnings
    assert "index.md:3: WARNING: " in warnings
    assert "toyseek/wide.py:2 is 73 columns wide in the listing and the page holds 72" in warnings
