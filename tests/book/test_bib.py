"""The bibliography: every entry complete, unique and cited; every citation has an entry."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pybtex.database import Entry, parse_file

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "bib").glob("*.bib"))
CITE = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
ARXIV = re.compile(r"\d{2}(0[1-9]|1[0-2])\.\d{4,5}(v\d+)?")
ARXIV_URL = re.compile(r"https://arxiv\.org/abs/(.+)")
FURTHER = "further"  # keyword of an entry that is listed without being cited

ENTRIES: list[tuple[Path, Entry]] = [
    (path, entry)
    for path in FILES
    for entry in parse_file(path, bib_format="bibtex").entries.values()
]
each_entry = pytest.mark.parametrize(
    ("path", "entry"), ENTRIES, ids=[f"{path.stem}:{entry.key}" for path, entry in ENTRIES]
)


def plain(title: str) -> str:
    """Return a title without braces, case and spacing, for comparison."""
    return " ".join(re.sub(r"[{}]", "", title).lower().split())


def cited() -> Iterator[tuple[str, str]]:
    """Yield each cited key and where it is cited: in an article, or as the source of a fact."""
    for page in (ROOT / "source").rglob("*.md"):
        for match in CITE.finditer(page.read_text("utf-8")):
            for target in match[1].split(","):
                key = re.sub(r"\{.*?\}", "", target).strip()  # {pre}key{post}
                yield key, str(page.relative_to(ROOT))
    for facts in (ROOT / "bib/facts").glob("*.toml"):
        for fact_id, fact in tomllib.loads(facts.read_text("utf-8")).items():
            yield fact["source"], f"{facts.relative_to(ROOT)}: {fact_id}"


@each_entry
def test_entry_says_who_what_when_and_where(path: Path, entry: Entry) -> None:
    assert entry.persons.get("author"), "name the author; a company stands in double braces"
    for field in ("title", "year"):
        assert entry.fields.get(field, "").strip(), f"{field} is missing"
    assert "$" not in entry.fields["title"], "no formula is set here: write O(n²), not $O(n^2)$"
    assert re.fullmatch(r"\d{4}", entry.fields["year"]), "write the year as four digits"
    assert {"url", "eprint"} & set(map(str.lower, entry.fields)), "add a url or an eprint"


@each_entry
def test_addresses_are_well_formed(path: Path, entry: Entry) -> None:
    eprint, url = entry.fields.get("eprint"), entry.fields.get("url")
    if eprint:
        assert ARXIV.fullmatch(eprint), f"{eprint!r} is no arXiv id such as 2205.14135"
        assert entry.fields.get("archiveprefix", "").lower() == "arxiv"
    if url:
        assert re.fullmatch(r"https://[^\s{}]+", url), f"{url!r} is no https address"
        if match := ARXIV_URL.fullmatch(url):
            assert match[1] == eprint, f"the url says {match[1]}, the eprint {eprint}"


@each_entry
def test_entry_is_cited_or_marked_as_further_reading(path: Path, entry: Entry) -> None:
    keywords = {word.strip() for word in entry.fields.get("keywords", "").split(",")}
    assert FURTHER in keywords or entry.key in {key for key, _ in cited()}, (
        f"nothing cites {entry.key}; cite it, delete it, or add keywords = {{{FURTHER}}}"
    )


def test_no_key_title_or_eprint_occurs_twice() -> None:
    for what in (
        [entry.key.lower() for _, entry in ENTRIES],
        [plain(entry.fields["title"]) for _, entry in ENTRIES],
        [entry.fields["eprint"] for _, entry in ENTRIES if "eprint" in entry.fields],
    ):
        assert not [value for value, count in Counter(what).items() if count > 1]


def test_every_cited_key_exists() -> None:
    keys = {entry.key for _, entry in ENTRIES}
    assert not [f"{where}: no entry {key!r}" for key, where in cited() if key not in keys]
