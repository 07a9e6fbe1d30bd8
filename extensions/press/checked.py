"""Checked: what the last full check found on each page, kept in one small file.

``tox -e doctest`` and ``tox -e validate`` leave their results in ``build/``, which no clone has.
``python -m press.checked`` gathers them into ``tests/checked.json``, which every clone has; the
status page is made from it. Seconds and dates stand there as they were on the day, so two builds of
one revision print the same page.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from press.revision import commit

RECORD = Path("tests/checked.json")
EXAMPLES = Path("build/doctest/examples.json")
FORMATS = Path("build/validate/results.json")


@dataclass(frozen=True)
class Check:
    """What one check of one page found."""

    text: str  # fingerprint of the page's file on that day
    date: str
    revision: str
    examples: int
    failures: int
    seconds: float
    formats: dict[str, bool]  # format -> whether all its checks passed


def fingerprint(path: Path) -> str:
    """Return what tells one state of an article's text from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def load(path: Path) -> dict[str, Check]:
    """Return the checks by docname; none where no check was recorded yet."""
    if not path.exists():
        return {}
    return {name: Check(**row) for name, row in json.loads(path.read_text("utf-8")).items()}


def gather(root: Path) -> dict[str, Check]:
    """Return what the results in ``build/`` say of every page that has examples."""
    examples, formats = (_results(root / path) for path in (EXAMPLES, FORMATS))
    date, revision = datetime.date.today().isoformat(), commit(root)
    return {
        docname: Check(
            text=fingerprint(root / "source" / f"{docname}.md"),
            date=date,
            revision=revision,
            formats=formats.get(docname, {}),
            **row,
        )
        for docname, row in sorted(examples.items())
    }


def _results(path: Path) -> dict[str, dict[str, bool]]:
    """Return one results file; without it nothing was checked that could be recorded."""
    if not path.exists():
        raise SystemExit(f"{path} is not there: run tox -e doctest and tox -e validate first")
    results: dict[str, dict[str, bool]] = json.loads(path.read_text("utf-8"))
    return results


def main() -> None:
    """Write the record of the project in the current folder."""
    root = Path.cwd()
    rows = {docname: asdict(check) for docname, check in gather(root).items()}
    (root / RECORD).write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    print(f"{RECORD}: {len(rows)} pages")


if __name__ == "__main__":
    main()
