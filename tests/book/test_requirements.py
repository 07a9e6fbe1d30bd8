"""What is installed is what is pinned, down to the last package; upgrades are compared rightly."""

import importlib.util
import re
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
OF_THE_TESTS = ("book", "torch", "test", "figures")


def locked(name: str) -> list[Requirement]:
    """The requirements of a lock file, those of other platforms too."""
    lines = re.sub(r"\\\n\s+--hash=\S+", "", (REQUIREMENTS / name).read_text("utf-8"))
    found = (line.split("#")[0].rstrip(" \\") for line in lines.splitlines())
    return [Requirement(line) for line in found if line.strip()]


def versions(name: str) -> dict[str, str]:
    """Name to version, of the packages that this platform and this Python get."""
    here = (r for r in locked(name) if r.marker is None or r.marker.evaluate())
    return {canonicalize_name(r.name): str(r.specifier).removeprefix("==") for r in here}


def installed() -> dict[str, str]:
    """All packages that the pinned ones reach here, with the versions that are installed."""
    wanted = [Requirement(pin) for group in OF_THE_TESTS for pin in GROUPS[group]]
    found: dict[str, str] = {}
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker and not any(
            requirement.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras)
        ):
            continue
        if name not in found:
            package = distribution(name)
            found[name] = package.version.split("+")[0]  # torch says +cpu
            wanted += map(Requirement, package.requires or [])
    return found


def test_every_installed_package_is_pinned_to_its_version():
    pinned = versions("all.txt")
    found = installed()
    assert len(found) > 40
    assert {n: v for n, v in found.items() if pinned.get(n) != v} == {}


def test_the_lock_files_hold_what_pyproject_pins():
    everything = {canonicalize_name(r.name): str(r.specifier) for r in locked("all.txt")}
    groups = ("book", "torch", "test", "figures", "lint", "validate", "browser", "oracles")
    for pin in (Requirement(pin) for group in groups for pin in GROUPS[group]):
        assert everything.get(canonicalize_name(pin.name)) == str(pin.specifier), "run tox -e lock"


def test_the_book_is_locked_with_hashes_and_the_same_versions():
    assert versions("book.txt").items() <= versions("all.txt").items()
    assert {canonicalize_name(Requirement(pin).name) for pin in GROUPS["book"]} <= versions(
        "book.txt"
    ).keys()
    blocks = re.split(r"\n(?=\w)", (REQUIREMENTS / "book.txt").read_text("utf-8"))[1:]
    assert len(blocks) == len(locked("book.txt"))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


@pytest.fixture(scope="module")
def upgrades():
    spec = importlib.util.spec_from_file_location("upgrades", REQUIREMENTS / "upgrades.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_newer_versions_are_named(upgrades, tmp_path):
    hashed = "a==1 \\\n    --hash=sha256:0\n"
    of_python_2 = "c==9 ; python_version < '3'\n"
    for name, text in {
        "old": f"{hashed}b==2 ; python_version >= '3'\n{of_python_2}",
        "new": "a==1\nb==3\nc==1\n",
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    old, new = (upgrades.versions(tmp_path / name) for name in ("old", "new"))
    assert upgrades.upgrades(old, new) == ["b 2 → 3", "c none → 1"]
    assert upgrades.upgrades(old, old) == []


def test_books_are_compared_file_by_file_and_inside_epubs(upgrades, tmp_path):
    for side, page, chapter in (("old", "a", "one"), ("new", "b", "one"), ("third", "a", "two")):
        for verb in upgrades.VERBS:
            (tmp_path / side / verb).mkdir(parents=True)
        (tmp_path / side / "html/index.html").write_text(page, "utf-8")
        (tmp_path / side / "html/style.css").write_text("", "utf-8")
        with zipfile.ZipFile(tmp_path / side / "epub/x.epub", "w") as book:
            book.writestr("ch1.xhtml", chapter)
    old, new, third = (upgrades.contents(tmp_path / side) for side in ("old", "new", "third"))
    assert list(upgrades.compared(old, old)) == []
    assert list(upgrades.compared(old, new)) == ["html: 1 of 2 files, first html/index.html"]
    assert list(upgrades.compared(old, third)) == [
        "epub: 1 of 1 files, first epub/x.epub/ch1.xhtml"
    ]
