"""A tiny book from a dictionary: what every test of an extension starts from."""

import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

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
        *("press.notation", "press.pandoc"),
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
