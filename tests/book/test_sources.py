"""Hygiene of what is written: no code where text belongs, no figure without a script."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "source"
COLUMNS = 72  # what a printed page and a phone hold
WRITTEN = {".md", ".toml", ".svg", ".csv", ".json"}
# Pieced together, so that this file does not name what it looks for.
WORKPLACE = ("/" + "work/", "H200 " + "lent")
ARTICLES = sorted(SOURCE.rglob("*.md"))
DOCTEST = re.compile(
    r"^(?P<indent> *)(?P<fence>~{3,}|`{3,})\{doctest\}.*?\n(?P<body>.*?)^ *(?P=fence) *$",
    re.M | re.S,
)


def test_nothing_in_source_is_code():
    files = [path for path in SOURCE.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert path.suffix in WRITTEN, f"{path.relative_to(ROOT)}: source/ holds text and figures"
        assert not path.stat().st_mode & 0o111, f"{path.relative_to(ROOT)} is executable"


def test_a_drawing_runs_nothing_and_fetches_nothing():
    for path in (SOURCE / "figures").glob("*.svg"):
        text = path.read_text("utf-8")
        assert "<script" not in text, f"{path.name} has a script"
        assert not re.search(r"(?:href|src)=[\"']https?:", text), (
            f"{path.name} links to the network"
        )


def drawings() -> set[str]:
    """Names of the scripts in code/figures that draw; helpers there have no draw()."""
    return {
        path.stem
        for path in (ROOT / "code/figures").glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "draw"
    }


def test_every_figure_has_a_script_and_every_script_a_figure():
    assert {path.stem for path in (SOURCE / "figures").glob("*.svg")} == drawings()


def tracked_texts() -> Iterator[tuple[Path, str]]:
    """Every text file under version control."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (data := path.read_bytes()):
            yield path.relative_to(ROOT), data.decode("utf-8", "replace")


def test_no_file_names_the_workplace_it_was_written_in():
    found = [
        f"{path}: {word}" for path, text in tracked_texts() for word in WORKPLACE if word in text
    ]
    assert not found


def test_a_percent_sign_stands_close_to_its_number():
    """In facts and in prose; in Python it may be an operator."""
    texts = {
        path: re.sub(r"^recompute.*$", "", path.read_text("utf-8"), flags=re.M)
        for path in (ROOT / "bib/facts").glob("*.toml")
    } | {path: DOCTEST.sub("", path.read_text("utf-8")) for path in SOURCE.rglob("*.md")}
    assert len(texts) > 60
    found = {str(path.relative_to(ROOT)): re.findall(r".*\d %.*", t) for path, t in texts.items()}
    assert not {path: lines for path, lines in found.items() if lines}


def too_wide(lines: list[str], first: int, indent: int = 0) -> list[int]:
    """Line numbers of the lines that do not fit the page."""
    return [n for n, line in enumerate(lines, first) if len(line) - indent > COLUMNS]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "code/minseek").rglob("*.py")), ids=lambda p: p.name
)
def test_code_fits_the_page_it_is_printed_on(path):
    wide = too_wide(path.read_text("utf-8").splitlines(), 1)
    assert not wide, f"{path.relative_to(ROOT)}: lines {wide} are wider than {COLUMNS} columns"


@pytest.mark.parametrize("path", ARTICLES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_examples_fit_the_page(path):
    text = path.read_text("utf-8")
    for block in DOCTEST.finditer(text):
        first = text.count("\n", 0, block.start("body")) + 1
        wide = too_wide(block["body"].splitlines(), first, len(block["indent"]))
        assert not wide, f"{path.relative_to(ROOT)}: lines {wide} are wider than {COLUMNS} columns"
