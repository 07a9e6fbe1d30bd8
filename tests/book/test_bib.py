"""The bibliography: every entry complete, unique and used; every citation has an entry.

An entry that no article cites and no fact rests on is deleted: what a reader should also read is
cited where the reader is told so.
"""

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
DOI = re.compile(r"10\.\d{4,9}/\S+")
KEYED = ("code/minseek/hardware.toml", "tests/minseek/derivable/*.toml")  # their sources name keys

ENTRIES: list[tuple[Path, Entry]] = [
    (path, entry)
    for path in FILES
    for entry in parse_file(path, bib_format="bibtex").entries.values()
]
each_entry = pytest.mark.parametrize(
    ("path", "entry"), ENTRIES, ids=[f"{path.stem}:{entry.key}" for path, entry in ENTRIES]
)


def plain(title: str) -> str:
    """Return a title's letters and digits alone, for comparison."""
    return re.sub(r"[\W_]", "", re.sub(r"\\\w+", "", title)).lower()


def works() -> Iterator[str]:
    """Yield all that tells one work from another: no value may come twice."""
    for _, entry in ENTRIES:
        get = entry.fields.get
        eprint = re.sub(r"v\d+$", "", get("eprint", ""))
        marks = (entry.key, plain(entry.fields["title"]), eprint, get("doi"), get("url"))
        yield from {mark.lower().rstrip("/") for mark in marks if mark}


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
    assert {"url", "eprint", "doi"} & set(map(str.lower, entry.fields)), "add a url, eprint or doi"


@each_entry
def test_addresses_are_well_formed(path: Path, entry: Entry) -> None:
    eprint, url = entry.fields.get("eprint"), entry.fields.get("url")
    if eprint:
        assert ARXIV.fullmatch(eprint), f"{eprint!r} is no arXiv id such as 2205.14135"
        assert entry.fields.get("archiveprefix", "").lower() == "arxiv"
    if doi := entry.fields.get("doi"):
        assert DOI.fullmatch(doi), f"{doi!r} is no DOI such as 10.1145/3695053.3731412"
    if url:
        assert re.fullmatch(r"https://[^\s{}]+", url), f"{url!r} is no https address"
        if match := ARXIV_URL.fullmatch(url):
            assert match[1] == eprint, f"the url says {match[1]}, the eprint {eprint}"


@each_entry
def test_entry_is_used(path: Path, entry: Entry) -> None:
    used = {key for key, _ in cited()}
    assert entry.key in used, f"no article cites {entry.key} and no fact rests on it; delete it"


def test_no_work_has_two_entries() -> None:
    count = Counter(works())
    assert not [work for work, times in count.items() if times > 1]


def test_every_cited_key_exists() -> None:
    keys = {entry.key for _, entry in ENTRIES}
    assert not [f"{where}: no entry {key!r}" for key, where in cited() if key not in keys]


def test_sources_of_other_tables_name_entries_by_their_keys() -> None:
    """A source that begins with a small letter begins with a key; others are titles."""
    keys = {entry.key for _, entry in ENTRIES}
    addresses = {entry.fields["url"] for _, entry in ENTRIES if "url" in entry.fields}
    said = {
        source
        for pattern in KEYED
        for path in ROOT.glob(pattern)
        for source in re.findall(r'source = "([^"]+)"', path.read_text("utf-8"))
    }
    assert said
    unknown = {s for s in said if (m := re.match(r"[a-z]\w*\b(?!:)", s)) and m[0] not in keys}
    assert not unknown
    assert not {s for s in said if s.split()[0].rstrip(",;") in addresses}, "write the key"
