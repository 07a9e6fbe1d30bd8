"""Formulas in tiny books: gathered, converted once, written, refused at their place."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from press import maths
from press.mathml import Formula
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

PAGE = """# Title

## First

Inline $x_i$ here.

```{math}
:label: eq-a
a &= b \\\\
c &= d
```

See {eq}`eq-a`.

$$ q^2 $$
"""
MATHS: dict[str, Any] = {"extensions": ["press.maths"], "html_math_renderer": "mathml"}


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many formulas each call of ``convert`` was given."""
    sizes: list[int] = []
    real = maths.convert

    def counted(formulas: list[Formula], *rest: Any) -> Any:
        sizes.append(len(formulas))
        return real(formulas, *rest)

    monkeypatch.setattr(maths, "convert", counted)
    return sizes


def rebuild(built: Any, **conf: Any) -> str:
    """Build the same book again from its environment; the warnings."""
    app, warnings = built.app, io.StringIO()
    with patch_docutils(app.confdir), docutils_namespace():
        again = Sphinx(
            srcdir=app.srcdir,
            confdir=app.confdir,
            outdir=app.outdir,
            doctreedir=app.doctreedir,
            buildername=conf.pop("builder", "html"),
            confoverrides={
                "extensions": ["myst_parser", "press.maths"],
                "html_math_renderer": "mathml",
                "myst_enable_extensions": ["dollarmath"],
                "html_theme": "basic",
                **conf,
            },
            status=None,
            warning=warnings,
        )
        again.build()
    return warnings.getvalue()


def test_html_has_mathml_numbers_and_a_named_region(make_book: Callable[..., Any]):
    built = make_book(
        {"index.md": "# Book\n\n```{toctree}\n:numbered:\npage\n```", "page.md": PAGE}, **MATHS
    )
    page = built.text("page.html")
    assert not built.warnings
    assert "<msub><mi>x</mi><mi>i</mi></msub></math> here." in page
    assert '<div class="math notranslate nohighlight" id="equation-eq-a">' in page
    assert 'role="group" tabindex="0" aria-label="Equation 1.1.1"' in page
    assert re.search(
        r'<span class="eqno">\(1\.1\.1\)<a class="headerlink" href="#equation-eq', page
    )
    assert 'aria-label="Formula"' in page
    assert "(1.1.1)</a>" in page
    assert '<mtable class="aligned" displaystyle="true">' in page
    assert "MathJax" not in page


def test_refused_formulas_are_located(make_book: Callable[..., Any]):
    text = "# Title\n\nFine $x$.\n\nBad $\\smash{y}$.\n\n$$\nz \\tag{1}\n$$\n"
    built = make_book({"index.md": text}, **MATHS)
    first, second = built.warnings.strip().splitlines()
    assert "index.md:5: WARNING: formula `\\smash{y}` is refused: it has \\smash" in first
    assert "index.md:7: WARNING: formula `z \\tag{1}` is refused: it has \\tag: Sphinx" in second
    assert first.endswith("[press.maths]")
    assert "<merror>" in built.text()


def test_one_batch_per_build_and_none_for_what_is_known(
    make_book: Callable[..., Any], batches: list[int]
):
    built = make_book({"index.md": PAGE}, **MATHS)
    assert batches == [3]
    page = Path(built.app.srcdir, "index.md")
    page.write_text(PAGE + "\nAnd $new$.\n", "utf-8")
    assert not rebuild(built)
    assert batches == [3, 1]
    assert not rebuild(built, builder="text")
    assert batches == [3, 1, 0]
    assert "new" in page.read_text("utf-8")


def test_an_unchanged_page_still_warns(make_book: Callable[..., Any]):
    built = make_book({"index.md": "# T\n\n$\\smash y$\n"}, **MATHS)
    assert "index.md:3" in rebuild(built)


def test_the_cache_holds_what_is_used_and_knows_its_makers(make_book: Callable[..., Any]):
    built = make_book({"index.md": "# T\n\n$a$ $b$ $a$\n"}, **MATHS)
    path = Path(built.app.doctreedir, "maths.json")
    assert [row[:2] for row in json.loads(path.read_text("utf-8"))["formulas"]] == [
        ["a", False],
        ["b", False],
    ]
    assert maths.Cache(path, {}).load()
    assert not maths.Cache(path, {"R": r"\mathbb{R}"}).load()
    path.write_text("{broken", "utf-8")
    assert not maths.Cache(path, {}).load()


def test_macros_of_conf(make_book: Callable[..., Any]):
    macros = {"R": r"\mathbb{R}"}
    built = make_book({"index.md": "# T\n\n$\\R^n$\n"}, press_maths_macros=macros, **MATHS)
    assert not built.warnings
    assert "ℝ" in built.text()


def test_parallel_reading_and_writing_agree_with_serial(make_book: Callable[..., Any]):
    links = "\n".join(f"page{i}" for i in range(8))
    files = {f"page{i}.md": f"# P{i}\n\n$x_{i}$ and $$ y^{i} $$\n" for i in range(8)}
    files["index.md"] = f"# Book\n\n```{{toctree}}\n{links}\n```\n"
    serial = make_book(files, **MATHS)
    parallel = make_book(files, parallel=2, **MATHS)
    assert not parallel.warnings
    assert all(serial.text(f"page{i}.html") == parallel.text(f"page{i}.html") for i in range(8))


def test_mathml_is_public_and_late_formulas_are_converted(
    make_book: Callable[..., Any], batches: list[int]
):
    built = make_book({"index.md": "# T\n\n$a$\n"}, builder="text", **MATHS)
    assert 'alttext="a"' in maths.mathml(built.app.env, "a", display=False)
    assert batches == [1]
    assert 'alttext="b squared"' in maths.mathml(built.app.env, "b^2", display=True)
    assert batches == [1, 1]
    assert "<merror>" in maths.mathml(built.app.env, r"\smash", display=False)
    assert "is refused" in built.app._warning.getvalue()  # type: ignore[attr-defined]


def test_a_removed_page_is_forgotten(make_book: Callable[..., Any]):
    files = {"index.md": "# T\n\n$a$\n", "gone.md": "---\norphan: true\n---\n# G\n\n$\\smash b$\n"}
    built = make_book(files, **MATHS)
    assert "gone.md" in built.warnings
    Path(built.app.srcdir, "gone.md").unlink()
    assert not rebuild(built)
