"""Pictures of a small book, compared with those that a person has approved.

The book never changes, so neither do its pictures unless the look of all books does. After a look
at build/screenshots, ``tox -e browser -- --approve -k approved`` keeps the new ones.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib.image as images
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ARTICLE = "cooking/01-water/01-cold-water.html"
CONF = f"""
import os
here = os.getcwd()
os.chdir({str(ROOT)!r})
exec(open("conf.py", encoding="utf-8").read())
os.chdir(here)
templates_path = [{str(ROOT / "extensions/press/templates")!r}]
html_static_path = [{str(ROOT / "extensions/press/static")!r}]
html_favicon = {str(ROOT / "extensions/press/static/icon.svg")!r}
bibtex_bibfiles, press_fact_namespace = ["bib/a.bib"], "math"
"""
# What is looked at: a page's first screen, or a part of it.
PICTURES = {
    "home": ("index.html", ""),
    "series": ("cooking/index.html", ""),
    "phase": ("cooking/01-water/index.html", ""),
    "article": (ARTICLE, ""),
    "formula": (ARTICLE, "div.math"),
    "code": (ARTICLE, "div.highlight"),
    "table": (ARTICLE, ".pst-scrollable-table-container"),
    "explorable": (ARTICLE, ".explorable"),
}
WIDTHS = {"desktop": 1280, "phone": 390}
APPROVED = HERE / "approved"
BLOCK, STRONG, FEW = 4, 0.06, 0.002  # pixels, of 1, of all blocks


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    """The small book as a website."""
    root = tmp_path_factory.mktemp("small") / "book"
    shutil.copytree(ROOT / "tests" / "press" / "data" / "cooking", root)
    shutil.copy(HERE / "small" / "01-cold-water.md", root / "source" / "cooking" / "01-water")
    (root / "conf.py").write_text(CONF, "utf-8")
    other = root / "source" / "cooking" / "01-water" / "02-hot-water.md"
    other.write_text(other.read_text("utf-8").replace("    i\n", "    i\n0\n1\n"), "utf-8")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600"}
    command = [sys.executable, "-m", "press", "html"]
    done = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return root / "build" / "html"


@pytest.fixture
def take(browser, small, tmp_path) -> Callable[..., np.ndarray]:
    """Return ``take(picture, scheme, width, css="") -> array``."""

    def shoot(picture: str, scheme: str, width: str, css: str = "", path: Path | None = None):
        path = path or tmp_path / "picture.png"
        file, part = PICTURES[picture]
        size = {"width": WIDTHS[width], "height": 1400 if part else 720}
        page = browser.new_page(color_scheme=scheme, viewport=size)
        page.goto((small / file).as_uri())
        page.add_style_tag(content=f"* {{ caret-color: transparent !important }} {css}")
        page.evaluate("document.fonts.ready")
        (page.locator(f"article {part}").first if part else page).screenshot(path=path)
        page.close()
        return images.imread(path)[..., :3]

    return shoot


def means(picture: np.ndarray, rows: int, columns: int, down: int = 0, right: int = 0):
    """Return the mean colour of each block, after the picture has been moved."""
    moved = np.roll(picture, (down, right), (0, 1))[:rows, :columns]
    return moved.reshape(rows // BLOCK, BLOCK, columns // BLOCK, BLOCK, 3).mean((1, 3))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of blocks whose colour differs, wherever within a pixel they stand.

    Another version of the browser sets and smooths letters a little otherwise: that changes many
    pixels slightly, but the mean of a block hardly. What we change moves or colours whole blocks.
    """
    sizes = list(zip(one.shape[:2], other.shape[:2], strict=True))
    if any(abs(a - b) > 2 for a, b in sizes):
        return 1.0
    rows, columns = (min(size) // BLOCK * BLOCK for size in sizes)
    fixed = means(one, rows, columns)
    around = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    moved = [means(other, rows, columns, *step) for step in around]
    apart = np.min([np.abs(fixed - one).max(-1) for one in moved], axis=0)
    return float((apart > STRONG).mean())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_page_looks_as_approved(request, screenshots, take, picture, width, scheme):
    name = f"{picture}-{width}-{scheme}.png"
    seen = take(picture, scheme, width, path=screenshots / name)
    if request.config.getoption("approve"):
        shutil.copy(screenshots / name, APPROVED / name)
    found = difference(images.imread(APPROVED / name)[..., :3], seen)
    assert found <= FEW, f"{found:.1%} of {screenshots / name} differs from {APPROVED / name}"


CHANGES = {
    "a colour of links": ("article", ":root:root { --link: #a63d06 }"),
    "a size of letters": ("article", ":root:root { --body: 18px }"),
    "an edge": ("article", ".bd-article .admonition.admonition { border-width: 6px }"),
    "a distance": ("article", ".bd-article .lead { margin-bottom: 1.1em }"),
    "a face": ("home", ":root:root { --sans: 'DejaVu Sans' }"),
    "a colour of code": ("code", ":root:root { --code-keyword: #1c1e23 }"),
    "a rule of a table": ("table", ".bd-article table { border-width: 1px }"),
    "the side of a number": ("formula", ".bd-article div.math { flex-direction: row-reverse }"),
    "a colour of controls": ("explorable", ":root:root { --link: #a63d06 }"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_look_is_noticed(take, change):
    picture, css = CHANGES[change]
    assert (
        difference(take(picture, "light", "desktop"), take(picture, "light", "desktop", css)) > FEW
    )


@pytest.mark.parametrize("picture", PICTURES)
def test_letters_that_are_smoothed_otherwise_are_no_change(take, picture):
    """Which is what a browser's next version may do; here by a quarter of a pixel."""
    css = "article, .bd-sidebar { transform: translate(0.25px, 0.25px) }"
    assert (
        difference(take(picture, "light", "desktop"), take(picture, "light", "desktop", css)) <= FEW
    )


def test_the_approved_pictures_are_few_and_small():
    pictures = sorted(APPROVED.glob("*.png"))
    assert len(pictures) == len(PICTURES) * len(WIDTHS) * 2
    assert sum(picture.stat().st_size for picture in pictures) < 1_500_000
