"""A build that goes on from an earlier one makes the same bytes as one from nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COOKING = Path(__file__).with_name("data") / "cooking"
TEMPLATES = Path(__file__).parents[2] / "extensions" / "press" / "templates"
ARTICLE = "source/cooking/01-water/02-hot-water.md"
CONF = """
extensions = [
    "myst_parser", "sphinx.ext.doctest", "press.series", "press.numbering", "press.indexes",
    "press.boxes", "press.exercises", "press.figures", "press.citations", "press.facts",
    "press.status", "press.maths", "press.quick", "press.titles", "press.glossary", "press.cards",
    "press.search_index", "press.shipped", "press.feed", "press.sitemap", "press.social",
    "press.llms", "press.not_found", "press.edition", "press.offline", "press.pandoc",
]
project, author, copyright = "House", "The Cooks", "2026, The Cooks"
numfig, numfig_secnum_depth, math_numfig = True, 2, True
numfig_format = {
    "figure": "Figure %s", "table": "Table %s", "code-block": "Listing %s",
    "exercise": "Exercise %s",
}
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
bibtex_bibfiles = ["bib/a.bib"]
bibtex_default_style = bibtex_reference_style = "press"
press_fact_namespace = "math"
html_theme, html_math_renderer = "basic", "mathml"
templates_path = [TEMPLATES]
"""


def project(root: Path) -> Path:
    shutil.copytree(COOKING, root)
    (root / "conf.py").write_text(f"TEMPLATES = {str(TEMPLATES)!r}\n{CONF}", "utf-8")
    return root


def html(root: Path) -> dict[str, bytes]:
    command = [sys.executable, "-m", "press", "html"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = root / "build" / "html"
    return {str(p.relative_to(made)): p.read_bytes() for p in made.rglob("*") if p.is_file()}


def edit(root: Path, old: str, new: str, name: str = ARTICLE) -> None:
    path = root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


CHANGES = {
    "text": [("boils after", "boils, if $y^{17}$ is large, after")],
    "description": [('"Water, hot."', '"Water, very hot."')],
    "title": [('title: "Hot Water"', 'title: "Very Hot"'), ("# Hot Water", "# Very Hot")],
}


@pytest.mark.parametrize("part", CHANGES)
def test_an_edit_gives_what_a_build_from_nothing_gives(tmp_path: Path, part: str) -> None:
    kept, fresh = project(tmp_path / "kept"), project(tmp_path / "fresh")
    before = html(kept)
    for old, new in CHANGES[part]:
        edit(kept, old, new)
        edit(fresh, old, new)
    after = html(kept)
    assert after == html(fresh)
    assert after != before


@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("source/glossary.toml", "Water, hotter."),
        ("bib/facts/a.toml", "It takes this long."),
        ("bib/a.bib", "On cook"),
    ],
)
def test_an_edit_of_an_entry_reaches_the_cards_of_other_pages(
    tmp_path: Path, name: str, old: str
) -> None:
    root = project(tmp_path / "book")
    page = ARTICLE.removeprefix("source/").replace(".md", ".html")
    assert old in html(root)[page].decode()
    edit(root, old, "Said anew.", name)
    after = html(root)
    assert old not in after[page].decode() and "Said anew." in after[page].decode()
    shutil.rmtree(root / "build")
    assert html(root) == after


def test_an_edit_elsewhere_leaves_the_ledger_as_it_was_written(tmp_path: Path) -> None:
    root = project(tmp_path / "book")
    html(root)
    pages = sorted((root / "build" / ".work" / "html" / "reference").glob("facts*.html"))
    written = [page.stat().st_mtime_ns for page in pages]
    edit(root, "Set in a pot.", "Set in a large pot.", "source/reference/colophon.md")
    html(root)
    assert [page.stat().st_mtime_ns for page in pages] == written
    assert written


def test_a_page_that_is_gone_leaves_nothing_on_the_site(tmp_path: Path) -> None:
    root = project(tmp_path / "book")
    with (root / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('suppress_warnings, html_copy_source = ["press.glossary"], False\n')
    before = html(root)
    page = ARTICLE.removeprefix("source/").replace(".md", ".html")
    assert {page, f"{page}.md"} <= before.keys()
    (root / ARTICLE).unlink()
    after = html(root)
    shutil.rmtree(root / "build")
    assert after == html(root) and page not in after
