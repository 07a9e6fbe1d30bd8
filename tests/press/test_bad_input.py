"""Bad input, through the command a writer types: one located sentence, and the old book stays."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COOKING = Path(__file__).with_name("data") / "cooking"
ARTICLE = "source/cooking/01-water/02-hot-water.md"
FACTS = "bib/facts/a.toml"
PRESS = [sys.executable, "-m", "press", "html"]
CONF = f"""
exec(open({str(ROOT / "conf.py")!r}).read())
html_theme, html_theme_options, html_sidebars = "basic", {{}}, {{}}
html_static_path = templates_path = html_css_files = []
press_fact_namespace = "math"
"""
LISTING = "## Watching it\n\n```{listing} minseek.accounting:rigde\n```"
BAD = {
    "citation": (ARTICLE, "{cite:t}`cook`", "{cite:t}`cok`", 16, 'bibtex key "cok"'),
    "fact": (ARTICLE, "{fact}`minutes`", "{fact}`hours`", 16, "no fact 'hours'"),
    "listing": (ARTICLE, "## Watching it", LISTING, 23, "nearest name is 'ridge'"),
    "term": (ARTICLE, "{term}`steam`", "{term}`stem`", 16, "term not in glossary: 'stem'"),
    "figure": (ARTICLE, "/figures/pot.svg", "/figures/pan.svg", 28, "/figures/pan.svg"),
    "label": (ARTICLE, "{numref}`fig-pot`", "{numref}`fig-pan`", 16, "undefined label: 'fig-pan'"),
    "equation": (ARTICLE, "{eq}`eq-heat`", "{eq}`eq-cold`", 16, "equation not found: eq-cold"),
    "refused formula": (ARTICLE, "($x^2$)", r"($\smash{x}$)", 16, r"it has \smash"),
    "thinned formula": (ARTICLE, "a = b", r"a = b \tag{1}", 23, r"it has \tag"),
    "front matter": (ARTICLE, "tags: [food]", "tags: [food", 8, "not valid YAML"),
    "no front matter": (ARTICLE, "---\nseries", "series", 1, "front matter is missing"),
    "level": (ARTICLE, "level: beginner", "level: easy", 6, "'easy' is not one of beginner"),
    "unrun code": (ARTICLE, "~~~{doctest}", "~~~python", 43, "this Python block is not run"),
    "locator": (FACTS, 'locator = "p. 1"\n', "", 1, "locator"),
    "recomputation": (
        FACTS,
        "value = 7\n",
        'value = 7\nrecompute = "sqrt(50)"\n',
        3,
        "recomputed as 7.07107",
    ),
}


def press(folder: Path) -> subprocess.CompletedProcess:
    return subprocess.run(PRESS, cwd=folder, capture_output=True, text=True, check=False)


def output(folder: Path) -> dict[str, bytes]:
    site = folder / "build" / "html"
    return {str(p.relative_to(site)): p.read_bytes() for p in site.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    """A tiny book with the house's own configuration, built."""
    folder = tmp_path_factory.mktemp("good") / "book"
    shutil.copytree(COOKING, folder)
    (folder / "conf.py").write_text(CONF, "utf-8")
    article = folder / ARTICLE
    article.write_text(article.read_text("utf-8").replace("    i\n", "    i\n0\n1\n"), "utf-8")
    done = press(folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def book(good, tmp_path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(good, tmp_path / "book"))


def refused(book: Path, place: str, sentence: str) -> None:
    before = output(book)
    done = press(book)
    said = done.stderr.split("html failed; build/html is left as it was.")
    assert done.returncode != 0 and len(said) == 2, done.stderr
    assert any(place in line and sentence in line for line in said[1].splitlines()), said[1]
    assert output(book) == before


@pytest.mark.parametrize("what", BAD)
def test_a_slip_is_named_with_its_place_and_the_old_book_stays(book, what):
    path, old, new, line, sentence = BAD[what]
    text = (book / path).read_text("utf-8")
    assert old in text
    (book / path).write_text(text.replace(old, new, 1), "utf-8")
    refused(book, f"{Path(path).name}:{line}:", sentence)


def test_two_articles_with_one_number_are_named(book):
    article = book / ARTICLE
    twin = article.read_text("utf-8").replace("heat", "rise").replace("-pot", "-pan")
    article.with_name("02-warm-water.md").write_text(twin.replace("ex-hot", "ex-warm"), "utf-8")
    refused(book, "02-warm-water.md:4:", "article number 1.2 is taken by")


def test_a_mended_book_replaces_the_old_one(book):
    article = book / ARTICLE
    article.write_text(article.read_text("utf-8").replace("In a small pot", "In a pan"), "utf-8")
    assert press(book).returncode == 0
    assert b"In a pan" in output(book)["cooking/01-water/02-hot-water.html"]
