"""An erratum of ours names a test that exists; the papers' errata leave out nothing disputed."""

import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from press import plan

ROOT = Path(__file__).parents[2]
OURS = (ROOT / "source/reference/errata.md").read_text("utf-8")
PAPERS = (ROOT / "source/reference/errata-of-the-papers.md").read_text("utf-8")
FIELD = re.compile(r"^(\S+)\n: (.+?)(?=\n\n|\Z)", re.M | re.S)
MENDED = re.compile(r"(?P<date>\d+ \w+ \d{4})\. Found by (?P<whom>[^.]+)\.")
ROWS = sorted((ROOT / "tests/minseek/derivable").glob("*.toml"))


def entries(text: str) -> dict[str, dict[str, str]]:
    """Return the entries of our own errata: heading -> field -> text."""
    _, _, list_ = text.partition("\n## Mended\n")
    _, *parts = re.split(r"^### (.+)\n", list_, flags=re.M)
    found = [dict(FIELD.findall(body.strip())) for body in parts[1::2]]
    return dict(zip(parts[::2], found, strict=True))


@pytest.mark.parametrize(("heading", "entry"), entries(OURS).items(), ids=entries(OURS))
def test_an_erratum_says_where_what_when_and_which_test(
    heading: str, entry: dict[str, str]
) -> None:
    assert list(entry) == ["Printed", "Right", "Mended", "Test"], f"fields of {heading!r}"
    labels = {a.label for s in plan.load(ROOT / "source/plan.toml").series for a in s.articles}
    assert heading.partition(": ")[0] in {*labels, "Facts", "Reference"}
    assert MENDED.match(entry["Mended"]), f"write '22 November 2026. Found by …', not {entry}"


def test_every_test_that_an_erratum_names_is_there() -> None:
    ids = {entry["Test"].strip("`") for entry in entries(OURS).values()}
    assert ids
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run([*command, *ids], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]


def test_errata_stand_newest_first() -> None:
    mended = [MENDED.match(entry["Mended"]) for entry in entries(OURS).values()]
    dates = [datetime.strptime(match["date"], "%d %B %Y") for match in mended if match]
    assert dates == sorted(dates, reverse=True)


def test_every_disputed_fact_has_an_entry() -> None:
    disputed = {
        fact_id
        for path in (ROOT / "bib/facts").glob("*.toml")
        for fact_id, fact in tomllib.loads(path.read_text("utf-8")).items()
        if fact.get("disputed")
    }
    without = disputed - set(re.findall(r"\{fact\}`([^`]+)`", PAPERS))
    assert not without, f"add entries of {sorted(without)} to errata-of-the-papers.md"


def test_every_derivable_number_that_differs_has_an_entry() -> None:
    differing = {
        f"{path.stem}:{name}"
        for path in ROWS
        for name, row in tomllib.loads(path.read_text("utf-8")).items()
        if "differs" in row
    }
    covered = re.findall(r"^% rows: (.+)$", PAPERS, re.M)
    assert {name for line in covered for name in line.split()} == differing


def test_each_entry_has_an_anchor_a_kind_and_how_it_was_seen() -> None:
    blocks = re.findall(r"(\(erratum-[\w-]+\)=\n)?### [^\n]+\n\n\*([^*]+)\*\n", PAPERS)
    assert len(blocks) == len(re.findall(r"^### ", PAPERS, re.M))
    for anchor, line in blocks:
        assert anchor, f"give the entry with {line!r} an anchor (erratum-…)="
        assert re.match(r"(Slip|Rounding|Unclear|Changed)\b", line), line
        assert re.search(r"\b(original|transcription)\b", line), line
    anchors = Counter(anchor for anchor, _ in blocks)
    assert max(anchors.values()) == 1
