"""A tiny book from a dictionary: what every test of an extension starts from."""

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

ROOT = Path(__file__).parents[2]
TEMPLATES = str(ROOT / "extensions" / "press" / "templates")
# What conf.py sets for the real book and every tiny one needs as well.
HOUSE: dict[str, Any] = {
    "nitpicky": True,
    "numfig": True,
    "numfig_secnum_depth": 2,
    "math_numfig": True,
    "numfig_format": {
        "figure": "Figure %s",
        "table": "Table %s",
        "code-block": "Listing %s",
        "exercise": "Exercise %s",
    },
    "myst_enable_extensions": ["colon_fence", "deflist", "dollarmath"],
    "html_theme": "basic",
}
# What the tiny series in data/cooking needs besides.
COOKING_CONF: dict[str, Any] = {
    "extensions": [
        "sphinx.ext.doctest",
        *("press.series", "press.numbering", "press.indexes", "press.boxes", "press.exercises"),
        *("press.figures", "press.citations", "press.facts", "press.status", "press.maths"),
        *("press.notation", "press.computed", "press.glossary", "press.term_order"),
        *("press.cards", "press.gallery", "press.feed", "press.sitemap", "press.site_files"),
        *("press.social", "press.llms", "press.not_found", "press.edition", "press.offline"),
        *("press.together", "press.pandoc"),
    ],
    "project": "House",
    "author": "The Cooks",
    "copyright": "2026, The Cooks",
    "language": "en",
    "bibtex_bibfiles": ["bib/a.bib"],
    "bibtex_default_style": "press",
    "bibtex_reference_style": "press",
    "press_fact_namespace": "math",
    "press_figure_scripts": "code/figures",
    "templates_path": [TEMPLATES],
    "release": "1.2.3",
}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Built:
    """A finished build: the application, its output folder, its warnings without colours."""

    app: Sphinx
    outdir: Path
    warnings: str

    def text(self, name: str = "index.html") -> str:
        """Return one output file as text."""
        return (self.outdir / name).read_text("utf-8")


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[..., Built]:
    """Return ``make_book(files, builder="html", parallel=0, extensions=[…], **conf) -> Built``.

    ``files`` maps paths to text; they are relative to the source folder, so "../code/a.py" lies
    beside it. Each call builds a new book; ``conf`` overrides what conf.py would set. Sphinx works
    in parallel only from six documents on.
    """

    def build(
        files: dict[str, str], builder: str = "html", parallel: int = 0, **conf: Any
    ) -> Built:
        root = tmp_path / f"book{len(list(tmp_path.iterdir()))}"
        for name, text in {"../conf.py": "", **files}.items():
            path = (root / "source" / name).resolve()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        extensions = ["myst_parser", *conf.pop("extensions", [])]
        warnings = io.StringIO()
        with patch_docutils(root), docutils_namespace():
            app = Sphinx(
                srcdir=root / "source",
                confdir=root,
                outdir=root / "out",
                doctreedir=root / "doctrees",
                buildername=builder,
                confoverrides={**HOUSE, **conf, "extensions": extensions},
                status=io.StringIO(),
                warning=warnings,
                freshenv=True,
                parallel=parallel,
            )
            app.build()
        return Built(app, root / "out", ESCAPES.sub("", warnings.getvalue()))

    return build


@dataclass(frozen=True)
class Cooking:
    """A complete tiny series, ``data/cooking``, to build with changes."""

    make_book: Callable[..., Built]
    article = "cooking/01-water/02-hot-water.md"

    @property
    def files(self) -> dict[str, str]:
        """Its files, by their paths from the source folder."""
        source = Path(__file__).with_name("data") / "cooking" / "source"
        paths = sorted(path for path in source.parent.rglob("*") if path.is_file())
        return {os.path.relpath(path, source): path.read_text("utf-8") for path in paths}

    def build(self, builder: str, changes: dict[str, str], **conf: Any) -> Built:
        """Build it with the extensions that make books."""
        return self.make_book({**self.files, **changes}, builder, **{**COOKING_CONF, **conf})


@pytest.fixture
def cooking(make_book: Callable[..., Built], monkeypatch: pytest.MonkeyPatch) -> Cooking:
    """Return the tiny series, dated 22 November 2026."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")
    return Cooking(make_book)


@pytest.fixture
def site(cooking: Cooking) -> Callable[..., Built]:
    """Return ``site(changes, **conf) -> Built``: the tiny series as a site, with its files."""

    def build(changes: dict[str, str] | None = None, **conf: Any) -> Built:
        contents = cooking.files["index.md"].partition("```{toctree}")
        home = {"index.md": "```{site-files}\n```\n\n".join((contents[0], "".join(contents[1:])))}
        built = cooking.build("html", {**home, **(changes or {})}, **conf)
        assert built.warnings == ""
        return built

    return build


CONF = f"""
exec(open({str(ROOT / "conf.py")!r}, encoding="utf-8").read())
html_theme, html_theme_options, html_sidebars = "basic", {{}}, {{}}
html_static_path = html_css_files = []
templates_path = [{TEMPLATES!r}]
html_favicon = None
press_fact_namespace = "math"
"""


@dataclass(frozen=True)
class Book:
    """A tiny book on disk, made by the command that a writer types."""

    root: Path
    article = Cooking.article

    def command(self, verb: str) -> list[str]:
        """Return the command."""
        return [sys.executable, "-m", "press", verb]

    def press(
        self, verb: str = "html", environment: dict[str, str] | None = None, **how: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        env = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600", **(environment or {})}
        command = self.command(verb)
        return subprocess.run(
            command, cwd=self.root, env=env, capture_output=True, text=True, check=False, **how
        )

    def output(self, verb: str = "html") -> dict[str, bytes]:
        """Return every file that a reader gets."""
        folder = self.root / "build" / verb
        paths = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}

    def change(self, path: str, old: str, new: str) -> None:
        """Replace one piece of a file's text."""
        text = (self.root / path).read_text("utf-8")
        assert old in text
        (self.root / path).write_text(text.replace(old, new, 1), "utf-8")

    def refused(self, place: str, sentence: str, verb: str = "html", **how: Any) -> list[str]:
        """Check that a build fails with this sentence and leaves the output; return all it says."""
        before = self.output(verb)
        done = self.press(verb, **how)
        said = done.stderr.split(f"\n{verb} failed; build/{verb} is left as it was.\n")
        assert done.returncode == 1 and len(said) == 2, done.stderr
        lines = said[1].splitlines()
        assert any(place in line and sentence in line for line in lines), said[1]
        assert "Traceback" not in done.stderr
        assert self.output(verb) == before
        return lines


@pytest.fixture(scope="session")
def good_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a tiny book with the house's own configuration, not built yet; nobody spoils it."""
    data = Path(__file__).with_name("data") / "cooking"
    book = Book(tmp_path_factory.mktemp("good") / "book")
    shutil.copytree(data, book.root)
    (book.root / "conf.py").write_text(CONF, "utf-8")
    shutil.copy(ROOT / "pyproject.toml", book.root)
    book.change(f"source/{book.article}", "    i\n", "    i\n0\n1\n")
    return book


@pytest.fixture(scope="session")
def built_book(good_book: Book) -> Callable[[str], Book]:
    """Return the function that builds a format of it once."""

    def built(verb: str) -> Book:
        if not good_book.output(verb):
            done = good_book.press(verb)
            assert done.returncode == 0, done.stderr
        return good_book

    return built


@pytest.fixture
def book_of(built_book: Callable[[str], Book], tmp_path: Path) -> Callable[[str], Book]:
    """Return the function that gives a built copy, to spoil."""

    def copy(verb: str) -> Book:
        root = tmp_path / f"{verb}{len(list(tmp_path.iterdir()))}"
        return Book(Path(shutil.copytree(built_book(verb).root, root, symlinks=True)))

    return copy


@pytest.fixture
def book(book_of: Callable[[str], Book]) -> Book:
    """Return such a copy with a website."""
    return book_of("html")
