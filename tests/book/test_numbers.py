"""A number that cannot carry a link can be checked all the same.

A description and an alternative text hold no link to a fact. So each number in them is shown by an
example of the article, printed by a fact of it, or drawn by one of its figures; rounded, if need
be, and in thousands or millions. What can be counted at a glance is free.
"""

import re
import runpy
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARTICLES = sorted((ROOT / "source").rglob("[0-9][0-9]-*.md"))
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
EXAMPLE = re.compile(r"^~~~\{doctest\}$(.*?)^~~~$", re.M | re.S)
FACT = re.compile(r"\{fact\}`([\w-]+)`")
FIGURE = re.compile(r"\{figure\} /figures/([\w-]+)\.svg")
UNLINKED = re.compile(r'^description: "(.*)"$|^:alt: (.*)$|^alt: (.*(?:\n  .*)*)$', re.M)
GLANCE = 16
SCALES = (1, 1e3, 1e6, 1e9, 1e12)
FACTS = {
    name: fact["display"]
    for path in (ROOT / "bib/facts").glob("*.toml")
    for name, fact in tomllib.loads(path.read_text("utf-8")).items()
}


def numbers(text: str) -> Iterator[str]:
    """Yield the numbers of a text, 1,024 as 1024."""
    for match in NUMBER.finditer(text):
        yield match[0].replace(",", "")


def unseen(unlinked: str, shown: str) -> list[str]:
    """Return the numbers of a text that are not in the other, not even rounded."""
    seen = [float(n) for n in numbers(shown)]
    found = []
    for number in numbers(unlinked):
        digits = len(number.partition(".")[2])
        rounded = {f"{n / scale:.{digits}f}" for n in seen for scale in SCALES}
        if number not in rounded and not (digits == 0 and int(number) <= GLANCE):
            found.append(number)
    return found


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_a_number_without_a_link_is_shown_or_drawn(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = path.read_text("utf-8")
    figures = ROOT / "code/figures"
    monkeypatch.syspath_prepend(str(figures))
    shown = EXAMPLE.findall(text)
    shown += [FACTS[name] for name in FACT.findall(text)]
    shown += [
        repr(runpy.run_path(str(figures / f"{name}.py"))["data"]()) for name in FIGURE.findall(text)
    ]
    unlinked = " ".join("".join(match.groups("")) for match in UNLINKED.finditer(text))
    assert unlinked
    bare = unseen(unlinked, " ".join(shown))
    assert not bare, f"{path.name}: no example, fact or figure shows {', '.join(bare)}"


def test_a_number_is_found_by_its_digits() -> None:
    shown = "671026419200 44,040,192 2.5"
    assert unseen("671 billion, 44 million, 2.50, 3 kinds", shown) == []
    assert unseen("672 billion, 0.44, 2.6, 17 kinds", shown) == ["672", "0.44", "2.6", "17"]
