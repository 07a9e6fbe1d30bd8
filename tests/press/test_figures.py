"""Figures: what reaches the page, what other formats get, and what is refused."""

import re
from pathlib import Path

import pytest
from docutils import nodes
from press.palette import PALETTE

FIGURES = ["press.figures"]
BLUE = next(colour for colour, name in PALETTE.items() if name == "--mark-blue")
SVG = f"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 width="124mm" height="40mm" viewBox="0 0 595 192">
<title>generated</title>
<defs><clipPath id="clip"><rect width="9" height="9"/></clipPath></defs>
<g clip-path="url(#clip)" fill="{BLUE}"><path id="p" d="M0 0" style="fill: none; stroke: {BLUE}"/>
<use xlink:href="#p" stroke="none"/></g><text>a &lt; b</text>
</svg>
"""
FIGURE = """```{figure} /figures/dot.svg
:name: fig-dot
:alt: Two arrows "q" & k meet.

The *caption*.
```

See {numref}`fig-dot`.
"""


def article(figure: str = FIGURE, svg: str = SVG, stem: str = "dot") -> dict[str, str]:
    return {
        "index.md": f"# A\n\n{figure}",
        "figures/dot.svg": svg,
        f"../code/figures/{stem}.py": "",
    }


def drawn(html: str) -> str:
    (found,) = re.findall(r"<svg.*?</svg>", html, re.S)
    return found


def test_html_holds_the_drawing_and_its_description(make_book):
    book = make_book(article(), extensions=FIGURES)
    assert book.warnings == ""
    html = book.text()
    svg = drawn(html)
    assert '<title id="fig-dot-alt">Two arrows "q" &amp; k meet.</title>' in svg
    assert "generated" not in svg and "a &lt; b" in svg
    head = svg[: svg.index(">")]
    assert 'role="img"' in head and 'aria-labelledby="fig-dot-alt"' in head
    assert "--drawn:595px;" in head and "max-width:595px;" in head
    assert 'viewBox="0 0 595 192"' in head
    assert ' width="' not in head and ' height="' not in head and "xmlns" not in svg
    assert 'fill="currentColor"' in head
    assert "<img" not in html and not (book.outdir / "_images").exists()
    assert "<em>caption</em>" in html and ">Fig" in html


def test_ids_and_pointers_carry_the_figures_name(make_book):
    svg = drawn(make_book(article(), extensions=FIGURES).text())
    assert 'id="fig-dot-clip"' in svg and 'clip-path="url(#fig-dot-clip)"' in svg
    assert 'id="fig-dot-p"' in svg and 'href="#fig-dot-p"' in svg


def test_colours_become_variables(make_book):
    svg = drawn(make_book(article(), extensions=FIGURES).text())
    assert 'fill="var(--mark-blue)"' in svg
    assert 'style="fill: none; stroke: var(--mark-blue)"' in svg
    assert "#3568e0" not in svg


def test_other_formats_keep_the_image(make_book):
    book = make_book(article(), "text", extensions=FIGURES)
    (image,) = book.app.env.get_doctree("index").findall(nodes.image)
    assert image["uri"] == "figures/dot.svg" and image["alt"].startswith("Two arrows")
    assert "Two arrows" in book.text("index.txt")


def test_a_drawing_without_mm_is_as_wide_as_its_viewbox(make_book):
    svg = SVG.replace('width="124mm" height="40mm"', "")
    assert "max-width:595px" in drawn(make_book(article(svg=svg), extensions=FIGURES).text())


def test_a_long_description_may_take_lines(make_book):
    figure = (
        "```{figure} /figures/dot.svg\n---\nname: fig-dot\n"
        "alt: Two arrows\n  meet.\n---\nCaption.\n```\n"
    )
    book = make_book(article(figure), extensions=FIGURES)
    assert book.warnings == ""
    assert ">Two arrows meet.</title>" in book.text()


def test_script_drawing_and_palette_are_dependencies(make_book):
    env = make_book(article(), extensions=FIGURES).app.env
    names = {Path(path).name for path in env.dependencies["index"]}
    assert names == {"dot.svg", "dot.py", "palette.py"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (":name: fig-dot\n", "", 'has the name "": give it a :name: that begins with fig-'),
        (":name: fig-dot", ":name: dot", 'has the name "dot"'),
        (':alt: Two arrows "q" & k meet.\n', "", "has no description: say in :alt:"),
        ("The *caption*.\n", "", "has no caption"),
        ("/figures/dot.svg", "/figures/dot.png", "figure /figures/dot.png is not an SVG under"),
        ("/figures/dot.svg", "figures/dot.svg", "is not an SVG under /figures/"),
        ("/figures/dot.svg", "/figures/dott.svg", "figures/dott.svg does not exist"),
    ],
)
def test_a_careless_figure_is_located(make_book, old, new, complaint):
    warnings = make_book(article(FIGURE.replace(old, new)), extensions=FIGURES).warnings
    assert re.search(r"index\.md:3: WARNING: .*" + re.escape(complaint), warnings), warnings


def test_a_figure_without_script_is_located(make_book):
    warnings = make_book(article(stem="other"), extensions=FIGURES).warnings
    assert "index.md:3: WARNING: figure /figures/dot.svg has no script dot.py in " in warnings
    assert "code/figures: write what draws it" in warnings


def test_the_folder_of_scripts_is_configured(make_book):
    files = article(stem="other") | {"../draw/dot.py": ""}
    book = make_book(files, extensions=FIGURES, press_figure_scripts="draw")
    assert book.warnings == ""


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("<script/>", "a script"),
        ("<style>path{}</style>", "a style sheet"),
        ("<foreignObject/>", "HTML inside the drawing"),
        ('<image href="#p"/>', "a raster image"),
        ('<path onclick="x()"/>', "a script in onclick"),
        ('<a href="https://example.org"/>', "a link out of the drawing, 'https://example.org'"),
        ('<use xlink:href="other.svg#p"/>', "a link out of the drawing, 'other.svg#p'"),
        ('<path fill="url(http://x.org/#p)"/>', "a link out of the drawing"),
        ('<b xmlns="http://www.w3.org/1999/xhtml"/>', "<b>, which is not SVG"),
        ('<path fill="#123456"/>', "the colour #123456, which press.palette does not list"),
        ('<path style="stroke-width: 2; stroke: red"/>', "the colour red, which press.palette"),
        ("<path>", "XML that is not well-formed (mismatched tag: line 8, column 8)"),
    ],
)
def test_a_drawing_that_cannot_stand_in_a_page_is_located(make_book, content, complaint):
    svg = SVG.replace("</svg>", f"{content}</svg>")
    warnings = make_book(article(svg=svg), "dummy", extensions=FIGURES).warnings
    assert f"index.md:3: WARNING: figure /figures/dot.svg holds {complaint}" in warnings


def test_a_refused_drawing_does_not_stop_the_page(make_book):
    book = make_book(article(svg=SVG.replace(BLUE, "#123456")), extensions=FIGURES)
    assert book.warnings.count("\n") == 1
    assert "<img" in book.text()


def test_a_named_table_needs_a_caption(make_book):
    table = "```{{table}} {}\n:name: tab-x\n\n| a |\n| - |\n| 1 |\n```\n"
    bare = make_book({"index.md": "# A\n\n" + table.format("")}, extensions=FIGURES)
    assert "index.md:6: WARNING: table 'tab-x' has no caption" in bare.warnings
    good = make_book({"index.md": "# A\n\n" + table.format("Sizes")}, extensions=FIGURES)
    assert good.warnings == ""
