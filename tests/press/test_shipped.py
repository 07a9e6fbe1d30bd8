"""A website carries what its pages use."""

import pytest

pytest.importorskip("sphinx_book_theme")


def test_what_no_page_asks_for_is_not_shipped(make_book):
    built = make_book(
        {"index.md": "# Book\n"}, html_theme="sphinx_book_theme", extensions=["press.shipped"]
    )
    static = built.outdir / "_static"
    files = {path.relative_to(static).as_posix() for path in static.rglob("*") if path.is_file()}
    assert {"scripts/pydata-sphinx-theme.js", "styles/pydata-sphinx-theme.css"} <= files
    assert not [f for f in files if "bootstrap" in f or f.startswith("vendor")]
    assert not [f for f in files if f.endswith((".map", ".po", ".png")) or "fontawesome.js" in f]
