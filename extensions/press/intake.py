"""Intake: every file that is written by hand is read once before anything is built from it.

A file in another encoding, a link that leads back to itself or an article of ten megabytes stops
the build here, with its place, and not in whatever library meets it first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import SphinxError
from sphinx.util.typing import ExtensionMetadata

WRITTEN = {".bib", ".csv", ".json", ".md", ".svg", ".toml", ".txt"}
LIMIT = 1_000_000  # bytes; about 150,000 words: a whole book, built in ten seconds
MARKS = {b"\xef\xbb\xbf": "a byte order mark", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class IntakeError(SphinxError):
    """Files that cannot be read as they are."""

    category = "Intake"


def check(app: Sphinx, config: Config) -> None:
    """Stop before anything is read; every file at fault has its own line."""
    root = Path(app.confdir)
    places = [root / config.press_facts] if "press_facts" in config else []
    files = [root / name for name in config.bibtex_bibfiles] if "bibtex_bibfiles" in config else []
    problems: list[str] = []
    for folder in (Path(app.srcdir), *places):
        problems += loops(folder)
        files += written(folder)
    for path in files:
        if path.is_file():
            problems += (f"{path}:{line}: {message}" for line, message in faults(path))
    if problems:
        raise IntakeError("\n".join(problems))


def written(folder: Path) -> Iterator[Path]:
    """Yield every file of a folder that somebody has written."""
    for place, _, names in os.walk(folder):
        yield from (Path(place, n) for n in sorted(names) if Path(n).suffix in WRITTEN)


def loops(folder: Path) -> Iterator[str]:
    """Yield a sentence for each link that Sphinx would follow for ever, or to nothing."""
    for place, folders, names in os.walk(folder):
        for link in (Path(place, name) for name in sorted([*folders, *names])):
            if not link.is_symlink():
                continue
            target = os.path.realpath(link)
            if not Path(target).exists() or Path(target) == link:
                yield f"{link}: this link leads to nothing ({link.readlink()}): remove it"
            elif Path(target) in (real := Path(os.path.realpath(place)), *real.parents):
                yield f"{link}: this link leads back to a folder that it lies in: remove it"


def faults(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and sentence of what keeps a file from being read.

    Line ends of Windows are fine.
    """
    size = path.stat().st_size
    if size > LIMIT and path.suffix == ".md":
        yield 1, f"this article has {size:,} bytes, the limit is {LIMIT:,} (a book): divide it"
        return
    data = path.read_bytes()
    for mark, name in MARKS.items():
        if data.startswith(mark):
            yield 1, f"this file begins with {name}: save it as UTF-8 without a byte order mark"
            return
    if (at := data.find(b"\0")) >= 0:
        yield line(data, at), f"byte {at:,} is NUL, which no text holds: delete it"
        return
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = data[error.start]
        yield line(data, error.start), f"byte {error.start:,} is 0x{found:02x}: save it as UTF-8"


def line(data: bytes, at: int) -> int:
    """Return the line of a byte."""
    return data.count(b"\n", 0, at) + 1


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the check, before any other extension reads a file."""
    app.connect("config-inited", check, priority=1)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
