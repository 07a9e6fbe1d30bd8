"""A build that goes on from an earlier one makes the same bytes as one from nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COOKING = Path(__file__).with_name("data") / "cooking"
ARTICLE = "source/cooking/01-water/02-hot-water.md"
CONF = """
extensions = [
    "myst_parser", "sphinx.ext.doctest", "press.series", "press.numbering", "press.indexes",
    "press.boxes", "press.exercises", "press.figures", "press.citations", "press.facts",
    "press.status", "press.maths", "press.quick", "press.titles", "press.glossary",
    "press.search_index", "press.pandoc",
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
"""


def project(root: Path) -> Path:
    shutil.copytree(COOKING, root)
    (root / "conf.py").write_text(CONF, "utf-8")
    return root


def html(root: Path) -> dict[str, bytes]:
    command = [sys.executable, "-m", "press", "html"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = root / "build" / "html"
    return {str(p.relative_to(made)): p.read_bytes() for p in made.rglob("*") if p.is_file()}


def edit(root: Path, old: str, new: str) -> None:
    path = root / ARTICLE
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
