"""Sets a book with Typst, twice, each time in a process of its own.

Typst keeps whatever it lays out until its process ends, and it lays every paragraph with an inner
link out again once it knows where the link leads. So a first run, without links, finds where all
places lie, and a second one is told: a book of 1,500 pages takes 1.4 GB in place of 1.8.

    python -P typeset.py places BOOK.typ ROOT         # prints the places as JSON
    python -P typeset.py pdf BOOK.typ ROOT SECONDS    # reads the places, prints the PDF
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parents[1] / "fonts"
STANDARDS = ["ua-1", "a-2a"]
# glibc keeps big blocks that were given back, unless the size from which a block counts as big is
# fixed: 3% of a long book's memory.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**17)}
MOVED = "places have moved"  # what the template says when it was told other places than it finds
ROUNDS = 5  # as many as Typst itself makes before it gives up


@dataclass(frozen=True)
class Complaint:
    """What Typst found wrong, in its words."""

    message: str
    hints: list[str]
    diagnostic: str  # with the lines of the source


class SettingError(Exception):
    """Typst could not set the book."""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.message)
        self.complaint = complaint


def book(source: Path, root: Path, seconds: int) -> tuple[bytes, list[Complaint]]:
    """Return the PDF of a Typst file and what Typst warns of.

    Law: the places that the links of the PDF lead to are those where it shows them. Where knowing
    the places moves them, they are looked for again.
    """
    places = b"{}"
    for _ in range(ROUNDS):
        places, _warned = run(["places", str(source), str(root)], places)
        try:
            return run(["pdf", str(source), str(root), str(seconds)], places)
        except SettingError as error:
            if MOVED not in error.complaint.message:
                raise
    raise SettingError(Complaint(f"the places of {source.name} never come to rest", [], ""))


def run(arguments: list[str], places: bytes) -> tuple[bytes, list[Complaint]]:
    """Run Typst in a process of its own; return what it made and what it warns of."""
    command = [sys.executable, "-P", __file__, *arguments]
    done = subprocess.run(command, input=places, capture_output=True, env=os.environ | MEMORY)
    try:
        said = [Complaint(**complaint) for complaint in json.loads(done.stderr)]
    except ValueError:  # it was killed, perhaps for want of memory
        how = f"its process ended with {done.returncode}: {done.stderr.decode()[-300:]}".strip()
        raise SettingError(Complaint(how, [], "")) from None
    if done.returncode:
        raise SettingError(said[0])
    return done.stdout, said


def main() -> None:
    """Do what the command line says: the result to stdout, complaints as JSON to stderr."""
    what, source, root, *seconds = sys.argv[1:]
    given: dict[str, Any] = {
        "input": Path(source).read_bytes(),
        "root": root,
        "font_paths": [str(FONTS)],
        "ignore_system_fonts": True,
        "sys_inputs": {"run": what, "places": sys.stdin.read()},
    }
    said: Sequence[typst.TypstWarning | typst.TypstError] = ()
    made = None
    try:
        if what == "places":
            made = places(given)
        else:
            given |= {"pdf_standards": STANDARDS, "timestamp": int(seconds[0])}
            made, said = typst.compile_with_warnings(**given)
    except typst.TypstError as error:
        said = [error]
    sys.stdout.buffer.write(made or b"")
    json.dump([vars(Complaint(s.message, s.hints, str(s.diagnostic))) for s in said], sys.stderr)
    sys.exit(made is None)


def places(given: dict[str, Any]) -> bytes:
    """Return where the labels of a document lie, as JSON."""
    try:
        return typst.query(selector="<places>", field="value", one=True, **given).encode()
    except RuntimeError:  # which of a query names no line
        typst.compile(**given)
        raise


if __name__ == "__main__":
    main()
