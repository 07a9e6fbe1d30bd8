"""Every page, style sheet and drawing of the website is valid: the Nu Html Checker says so."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.formats("html")

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build" / "html"

# Warnings that we do not follow, by their first words, and why. All others must be mended.
DECLINED = {
    "The “main” role is unnecessary": "the theme writes it, for old screen readers",
    "Consider using the “h1” element as": "one h1 a page; the theme prints it again on paper",
    "Article lacks heading": "its heading stands in the section that Sphinx opens in it",
    "Section lacks heading": "an exercise is named by aria-labelledby, not in the outline",
    "Empty heading": "the title that the theme prints on paper; the index has none",
}


def site_files() -> list[Path]:
    """Our pages, our style sheets and our drawings; not what lies in the theme's own folders."""
    pages = sorted(path for path in SITE.rglob("*.html") if "_static" not in path.parts)
    sheets = sorted(ROOT.glob("extensions/press/static/*.css"))
    return [*pages, *sheets, *sorted(ROOT.glob("source/figures/*.svg"))]


def findings(java: str, jar: Path, *files: Path) -> list[str]:
    """Every error and warning, a line each; one run of Java for all files."""
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--skip-info-messages"]
    options += ["--also-check-css", "--also-check-svg"]
    made = subprocess.run(
        [java, "-jar", jar, *options, *files], capture_output=True, text=True, check=True
    )
    return [
        f"{found['url'].rpartition('/build/')[2]}:{found.get('lastLine', '?')}: {found['message']}"
        for found in json.loads(made.stdout)["messages"]
    ]


@pytest.fixture
def checker(npm_package) -> Path:
    return npm_package("vnu-jar") / "build/dist/vnu.jar"


def test_the_website_is_valid(java, checker):
    files = site_files()
    assert {path.suffix for path in files} == {".html", ".css", ".svg"}
    found = findings(java, checker, *files)
    assert [f for f in found if not any(words in f for words in DECLINED)] == []


def test_what_is_not_valid_is_found(java, checker, tmp_path):
    page, sheet = tmp_path / "bad.html", tmp_path / "bad.css"
    page.write_text("<!doctype html><html lang=en><title>x</title><p><div>a</div></p>", "utf-8")
    sheet.write_text("a { colour: red }", "utf-8")
    found = findings(java, checker, page, sheet)
    assert len([f for f in found if "bad.html" in f]) == 1
    assert len([f for f in found if "bad.css" in f]) == 1
