"""The plan of the series: what is promised, in one data file, `source/plan.toml`.

Titles, phases, blurbs, levels and hooks are typed there and nowhere else. An article that is
planned but not yet written shows as "coming soon"; its front matter, once written, must agree.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sphinx.errors import ConfigError

ARTICLE = "[[series.phase.article]]"
LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True)
class PlannedArticle:
    """One article of the plan; ``label`` is what the book calls it ("1.4", "B.1")."""

    label: str
    number: int
    title: str
    level: str
    hook: str
    prerequisites: tuple[str, ...] | None  # None: the plan does not say
    line: int  # on which the plan begins to speak of it


@dataclass(frozen=True)
class Phase:
    """A group of articles; a series without phases has a single one with number 0."""

    number: int
    title: str
    folder: str  # docname prefix, e.g. "deepseek/01-llm-foundations"
    blurb: str
    after: str
    articles: tuple[PlannedArticle, ...]


@dataclass(frozen=True)
class Series:
    """One series of articles: a section of the site, one PDF, one EPUB."""

    key: str
    title: str
    tagline: str
    tags: tuple[str, ...]
    folder: str
    stem: str  # file name of its PDF and EPUB
    phases: tuple[Phase, ...]

    @property
    def articles(self) -> tuple[PlannedArticle, ...]:
        """All articles in reading order."""
        return tuple(article for phase in self.phases for article in phase.articles)

    @property
    def index(self) -> str:
        """The docname of the series page."""
        return f"{self.folder}/index"


@dataclass(frozen=True)
class Plan:
    """All series, and the file they were read from."""

    path: Path
    series: tuple[Series, ...]

    def at(self, docname: str) -> tuple[Series, Phase] | None:
        """The series and phase in whose folder a document lies, else None."""
        folder = docname.rpartition("/")[0]
        for series in self.series:
            for phase in series.phases:
                if folder == phase.folder:
                    return series, phase
        return None

    def labels(self) -> frozenset[str]:
        """Every article label of the plan, for prerequisites."""
        return frozenset(a.label for series in self.series for a in series.articles)


def load(path: Path) -> Plan:
    """Read the plan; a mistake in it is one sentence with the file."""
    try:
        return _load(path, path.stat().st_mtime_ns)
    except FileNotFoundError as exc:
        raise ConfigError(f"{path}: the plan of the series is missing") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path}: the plan is not valid TOML: {exc}") from exc
    except (KeyError, TypeError) as exc:
        raise ConfigError(f"{path}: the plan lacks or misplaces the key {exc}") from exc


@lru_cache(maxsize=4)
def _load(path: Path, mtime: int) -> Plan:  # mtime: a live rebuild must see an edited plan
    text = path.read_text("utf-8")
    data = tomllib.loads(text)
    starts = (n for n, line in enumerate(text.splitlines(), 1) if line.strip() == ARTICLE)
    return Plan(path, tuple(_series(entry, starts) for entry in data["series"]))


def _series(entry: dict[str, Any], starts: Iterator[int]) -> Series:
    return Series(
        key=entry["key"],
        title=entry["title"],
        tagline=entry["tagline"],
        tags=tuple(entry["tags"]),
        folder=entry["folder"],
        stem=entry["stem"],
        phases=tuple(_phase(entry, phase, starts) for phase in entry["phase"]),
    )


def _phase(series: dict[str, Any], entry: dict[str, Any], starts: Iterator[int]) -> Phase:
    prefix = entry["number"] or series["letter"]
    return Phase(
        number=entry["number"],
        title=entry["title"],
        folder="/".join(filter(None, (series["folder"], entry["folder"]))),
        blurb=entry["blurb"],
        after=entry.get("after", ""),
        articles=tuple(
            PlannedArticle(
                label=f"{prefix}.{article['number']}",
                number=article["number"],
                title=article["title"],
                level=article["level"],
                hook=article["hook"],
                prerequisites=_labels(article.get("prerequisites")),
                line=next(starts),
            )
            for article in entry["article"]
        ),
    )


def _labels(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
