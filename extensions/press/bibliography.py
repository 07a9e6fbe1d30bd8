"""What bib/*.bib must say: each entry is one that a reader can find, or the build stops at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pybtex.database import PybtexError
from pybtex.database.input.bibtex import Parser
from pybtex.scanner import PybtexSyntaxError
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import SphinxError
from sphinx.util.typing import ExtensionMetadata

ENTRY = re.compile(r"^\s*@(\w+)\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)
KINDS = {"article", "book", "inproceedings", "manual", "misc", "phdthesis", "techreport"}
NEEDED = ("author", "title", "year")


class BibliographyError(SphinxError):
    """Entries that cannot be cited."""

    category = "Bibliography"


def check(app: Sphinx, config: Config) -> None:
    """Stop before bibtex reads the files; every problem has its own line."""
    seen: dict[str, str] = {}
    problems = [
        f"{path}:{line}: {message}"
        for path in (Path(app.confdir, name) for name in config.bibtex_bibfiles)
        if path.exists()
        for line, message in faults(path, seen)
    ]
    if problems:
        raise BibliographyError("\n".join(problems))


def faults(path: Path, seen: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield line and sentence of each fault; ``seen`` says where keys stand in all files."""
    text = path.read_text("utf-8")
    places: dict[str, tuple[str, int]] = {}
    for m in ENTRY.finditer(text):
        key, line = m[2].lower(), text.count("\n", 0, m.start(1)) + 1
        places[m[2]] = m[1].lower(), line
        if key in seen:
            yield line, f"the key {m[2]!r} is taken at {seen[key]}: choose another"
            return
        seen[key] = f"{path.name}:{line}"
    try:
        entries = Parser().parse_string(text).entries
    except PybtexSyntaxError as error:
        yield error.lineno, f"this is not BibTeX ({error.args[0]}): close what is open before it"
        return
    except PybtexError as error:
        yield 1, f"this is not BibTeX: {error}"
        return
    for key, entry in entries.items():
        kind, line = places.get(key, (entry.type, 1))
        if missing := [n for n in NEEDED if not (entry.fields.get(n) or entry.persons.get(n))]:
            yield line, f"entry {key!r} has no {' and no '.join(missing)}: add it"
        if kind not in KINDS:
            yield line, f"entry {key!r} is a @{kind}: use one of {', '.join(sorted(KINDS))}"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check, after the intake and before bibtex."""
    app.setup_extension("sphinxcontrib.bibtex")
    app.connect("config-inited", check, priority=2)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
