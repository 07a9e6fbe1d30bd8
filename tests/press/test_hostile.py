"""What no author should write: one located sentence, and the old book stays."""

import os

import pytest

ARTICLE = "source/cooking/01-water/02-hot-water.md"
PLAN, FACTS, BIB = "source/plan.toml", "bib/facts/a.toml", "bib/a.bib"
SVG = "source/figures/pot.svg"

APPENDED = {
    "script": ("<script>alert(1)</script>", "raw html '<script>alert(1)</script>'"),
    "frame": ('<iframe src="https://example.org"></iframe>', "raw html '<iframe"),
    "handler": ("Some <b onclick='x()'>words</b>.", "raw html"),
    "remote picture": ("![A pan](https://example.org/pan.png)", "lies on another server"),
    "raw directive": ("```{raw} html\n<p>\n```", "raw html '<p>'"),
    "address": (
        "```{eval-rst}\n`x <javascript:alert(1)>`__\n```",
        "is none of http, https, mailto",
    ),
    "quotes": (">" * 500 + " deep", "lists and quotes are 8 deep"),
    "lists": ("".join("  " * i + "- x\n" for i in range(500)), "lists and quotes are 8 deep"),
    "boxes": (
        "".join(":" * (210 - i) + "{note}\n" for i in range(200))
        + "".join(":" * (11 + i) + "\n" for i in range(200)),
        "boxes or quotes are nested too deep",
    ),
    "itself": ("```{include} 02-hot-water.md\n```", "this file includes itself"),
    "nothing": ("```{include} nowhere.md\n```", "file not found"),
}
DRAWN = {
    "script": "<script>alert(1)</script>",
    "script for HTML": "<SCRIPT>alert(1)</SCRIPT>",
    "handler": '<rect onload="alert(1)"/>',
    "handler for HTML": '<rect ONLOAD="alert(1)"/>',
    "address": '<a href="javascript:alert(1)"><rect/></a>',
    "HTML": "<foreignObject/>",
    "animation": '<set attributeName="onclick" to="alert(1)"/>',
    "style sheet": "<style>@import url(https://example.org)</style>",
    "fetch": '<rect style="mask: url(https://example.org/m.svg)"/>',
    "hidden fetch": r'<rect style="mask: u\72l(https://example.org/m.svg)"/>',
    "use": '<use href="https://example.org/m.svg#m"/>',
}
ENTRY = "\n@book{pan, author={Ann Pan}, title={On pans}, year={2020}}\n"
CITED = {
    "open": ("\n@book{pan, title = {Pans}\n", 5, "this is not BibTeX"),
    "twice": (ENTRY.replace("pan,", "cook,"), 4, "the key 'cook' is taken at a.bib:1"),
    "year": (ENTRY.replace("year", "yeer"), 4, "entry 'pan' has no year"),
    "author": (ENTRY.replace("author", "auther"), 4, "entry 'pan' has no author"),
    "title": (ENTRY.replace("title", "titel"), 4, "entry 'pan' has no title"),
    "kind": (ENTRY.replace("@book", "@bok"), 4, "entry 'pan' is a @bok: use one of"),
}
BYTES = {
    "Latin-1": (b"\n# caf\xe9\n", "is 0xe9: save it as UTF-8"),
    "NUL": (b"\n# a\0b\n", "is NUL, which no text holds: delete it"),
}


def append(book, path, data):
    """Add to a file, and return the line on which that begins."""
    old = (book.root / path).read_bytes()
    (book.root / path).write_bytes(old + data)
    return old.count(b"\n") + 1


@pytest.mark.parametrize("what", APPENDED)
def test_an_article_is_text_and_of_a_bearable_depth(book, what):
    text, sentence = APPENDED[what]
    append(book, ARTICLE, f"\n{text}\n".encode())
    book.refused("02-hot-water.md:", sentence)


@pytest.mark.parametrize("what", DRAWN)
def test_a_drawing_that_could_run_or_fetch_something(book, what):
    book.change(SVG, "</svg>", f"{DRAWN[what]}</svg>")
    book.refused("02-hot-water.md:28: ", "figure /figures/pot.svg holds")


@pytest.mark.parametrize("what", CITED)
def test_a_broken_entry_of_the_bibliography(book, what):
    text, line, sentence = CITED[what]
    append(book, BIB, text.encode())
    assert len(book.refused(f"a.bib:{line}:", sentence)) == 1


@pytest.mark.parametrize("path", [ARTICLE, PLAN, FACTS, BIB, SVG])
@pytest.mark.parametrize("what", BYTES)
def test_a_byte_that_is_no_text(book, path, what):
    data, sentence = BYTES[what]
    line = append(book, path, data) + 1
    assert len(book.refused(f"{path}:{line}: byte ", sentence)) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_mark_at_the_beginning(book, encoding):
    text = (book.root / ARTICLE).read_text("utf-8")
    (book.root / ARTICLE).write_bytes(text.encode(encoding))
    assert len(book.refused("02-hot-water.md:1:", "save it as UTF-8 without a byte order")) == 1


def test_line_ends_of_windows_are_fine(book):
    before = book.output()
    data = (book.root / ARTICLE).read_bytes()
    (book.root / ARTICLE).write_bytes(data.replace(b"\n", b"\r\n"))
    done = book.press()
    assert done.returncode == 0, done.stderr
    assert book.output() == before


def test_an_article_of_ten_megabytes(book):
    append(book, ARTICLE, b"\nWater boils.\n" * 720_000)
    sentence = "bytes, the limit is 1,000,000 (a book): divide it"
    assert len(book.refused("02-hot-water.md:1: this article has 10,0", sentence)) == 1


def test_a_toctree_that_leads_back_to_itself(book):
    append(book, "source/cooking/01-water/index.md", b"\n```{toctree}\n/index\n```\n")
    lines = book.refused("01-water/index.md: its toctree leads back to itself", "remove 'index'")
    assert len(lines) == 1


@pytest.mark.parametrize(("target", "why"), [(".", "leads back"), ("nowhere", "to nothing")])
def test_a_link_that_leads_nowhere_good(book, target, why):
    (book.root / "source" / "more.md").symlink_to(target)
    assert len(book.refused("source/more.md: this link leads", why)) == 1


def test_a_listed_source_in_another_encoding(book):
    folder = book.root / "kitchen"
    folder.mkdir()
    (folder / "pan.py").write_bytes(b"# caf\xe9\ndef fry():\n    pass\n")
    append(book, ARTICLE, b"\n## Frying\n\n```{listing} kitchen.pan:fry\n```\n")
    book.refused("02-hot-water.md:", "pan.py is not Python that can be parsed")


def test_a_project_in_a_folder_with_spaces_quotes_and_letters_of_all_kinds(book, tmp_path):
    before = book.output()
    book = type(book)(book.root.rename(tmp_path / 'Ein "Küchen"-buch, 料理\'s'))
    for verb in ("html", "pdf", "epub", "notebooks"):
        done = book.press(verb)
        assert done.returncode == 0, done.stderr
    assert book.output() == before


def test_a_pandoc_that_cannot_be_run(book_of, tmp_path):
    (tmp_path / "pypandoc").mkdir()
    (tmp_path / "pypandoc" / "__init__.py").write_text("", "utf-8")
    book = book_of("epub")
    (book.root / "build/.work/epub.state").unlink()
    environment = {"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    sentence = "that can be run: install pypandoc_binary again"
    assert len(book.refused("no pandoc in", sentence, "epub", environment=environment)) == 1


def test_a_typst_that_cannot_be_imported(book_of, tmp_path):
    (tmp_path / "typst.py").write_text("raise ImportError('no library')", "utf-8")
    book = book_of("pdf")
    environment = {"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
    lines = book.refused("Could not import extension", "no library", "pdf", environment=environment)
    assert len(lines) == 1
