"""Copies: a project of any number of articles, made of the written ones; all else is real.

The first articles are the real ones. The others are copies in the plan's remaining places, or in
new places behind them; in each copy every name is its own, and so is every formula (its number
is appended), so that no output and no cache can share what real articles would not share.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path
from typing import NamedTuple

from press import frontmatter, plan

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^(~~~.*?^~~~)$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<![\\$])\$([^$]+)\$")
DISPLAY = re.compile(r"^(```\{math\}\n(?::[^\n]*\n|\n)*)(.*?)(\n```)$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"^:?(?:name|label): (\S+)$|^\((\S+)\)=$", re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(?!/|#|\w+:)[^)\s]+(?=\))")
UNNAMED = re.compile(r"^(```\{listing\} (\S+)\n)(?!(?::caption:.*\n)?:name:)", re.MULTILINE)
# Copies introduce none of the terms that are planned for their places.
UNORDERED = """
suppress_warnings = ["press.glossary"]
"""


class Place(NamedTuple):
    """Where an article stands: what its front matter must say, and its folder."""

    series: str
    phase: int
    folder: str
    article: plan.PlannedArticle


def project(root: Path, articles: int) -> list[Path]:
    """Make a project with so many articles under a new folder; return their files."""
    shutil.copytree(ROOT / "source", root / "source")
    shutil.copytree(ROOT / "bib", root / "bib")
    conf = (ROOT / "conf.py").read_text("utf-8")
    (root / "conf.py").write_text(conf + UNORDERED, "utf-8")
    for name in ("code", "extensions", "tests", "pyproject.toml", "CHANGELOG.md"):
        (root / name).symlink_to(ROOT / name)
    source, path = root / "source", root / "source" / "plan.toml"
    written = {place: found for place in places(path) for found in [file(source, place)] if found}
    originals = list(written.values())
    while len(places(path)) < articles:
        extend(path)
    free = [place for place in places(path) if place not in written]
    wanted = articles - len(originals)
    if wanted < 0:
        raise SystemExit(f"{articles} articles are fewer than the {len(originals)} that exist")
    made = [
        copy(original, source, place, number)
        for number, original, place in zip(count(1), cycle(originals), spread(free, wanted))
    ]
    return originals + made


def places(path: Path) -> list[Place]:
    """Return every place of the plan."""
    return [
        Place(series.key, phase.number, phase.folder, article)
        for series in plan.load(path).series
        for phase in series.phases
        for article in phase.articles
    ]


def file(source: Path, place: Place) -> Path | None:
    """Return the file of a written article."""
    return next((source / place.folder).glob(f"{place.article.number:02}-*.md"), None)


def spread(free: list[Place], wanted: int) -> list[Place]:
    """Return so many places from all over the plan."""
    return [free[i * len(free) // wanted] for i in range(wanted)]


def extend(path: Path) -> None:
    """Give every phase of the plan as many places again."""
    entries = path.read_text("utf-8").split("[[series.phase.article]]\n")
    phase: list[str] = []
    made: list[str] = []
    for entry in entries:
        own, border, rest = entry.partition("[[series")
        made.append(own)
        if not made[:-1]:
            made[-1] = entry
            continue
        phase.append(own.rstrip() + "\n\n")
        if border or entry is entries[-1]:
            made[-1] = own.rstrip() + "\n\n"
            made += [renumbered(one, len(phase)) for one in phase]
            made[-1] += border + rest
            phase = []
    path.write_text("[[series.phase.article]]\n".join(made), "utf-8")


def renumbered(entry: str, by: int) -> str:
    """Return an article of the plan so many places later."""
    return re.sub(r"number = (\d+)", lambda m: f"number = {int(m[1]) + by}", entry, count=1)


def copy(original: Path, source: Path, place: Place, number: int) -> Path:
    """Write a copy of an article into a place of the plan."""
    path = source / place.folder / f"{place.article.number:02}-copy.md"
    text = original.read_text("utf-8")
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    old = frontmatter.parse(text).values
    new = {
        "series": place.series,
        "number": place.article.number,
        "title": place.article.title,
        "level": place.article.level,
    }
    head = re.sub(
        r"^(phase:.*|defines:.*|prerequisites:.*)\n?", "", head + "\n", flags=re.MULTILINE
    )
    for key, value in new.items():
        head = re.sub(rf"^{key}:.*$", f"{key}: {value!r}", head, flags=re.MULTILINE)
    head += f"phase: {place.phase}\n" if place.phase else ""
    head += f"defines: []\nprerequisites: {list(place.article.prerequisites or ())}\n"
    body = body.replace(f"# {old['title']}\n", f"# {place.article.title}\n", 1)
    body = LINK.sub(lambda m: rooted(original.parent, source, m[0]), body)
    body = named(UNNAMED.sub(default_name, body), f"-copy-{number}")
    body = "".join(formulas(body, f"{{{number}}}"))
    path.write_text(f"---\n{head}---\n{body}", "utf-8")
    return path


def rooted(folder: Path, source: Path, link: str) -> str:
    """Return a link of an article in that folder as one that leads there from any folder."""
    return "/" + os.path.relpath(folder / link, source)


def default_name(found: re.Match[str]) -> str:
    """Return a listing with the name that it would have had."""
    return f"{found[1]}:name: lst-{re.sub(r'[.:]', '-', found[2])}\n"


def named(body: str, suffix: str) -> str:
    """Return an article whose names, and what points to them, end in the suffix."""
    names = {found[1] or found[2] for found in NAME.finditer(body)}
    longest = sorted(map(re.escape, names), key=len, reverse=True)
    return re.sub(rf"(?<![\w-])({'|'.join(longest)})(?![\w-])", rf"\1{suffix}", body)


def formulas(body: str, suffix: str) -> Iterator[str]:
    """Yield an article piece by piece, the suffix behind each formula; examples stay."""
    change: Callable[[re.Match[str]], str] = lambda m: f"${m[1]}{suffix}$"  # noqa: E731
    for piece in EXAMPLE.split(body):
        if piece.startswith("~~~"):
            yield piece
        else:
            piece = DISPLAY.sub(lambda m: f"{m[1]}{m[2]}{suffix}{m[3]}", piece)
            yield INLINE.sub(change, piece)
