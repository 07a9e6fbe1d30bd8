"""A tiny book from a dictionary: what every test of an extension starts from."""

import io
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
