"""What bib/facts/*.toml says: read, checked key by key and recomputed; Sphinx is not needed."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from datetime import date, datetime
from math import comb, log2
from pathlib import Path
from typing import Any, NamedTuple

SEEN = ("primary", "transcription", "secondary", "derived")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
HEADER = re.compile(r"""\s*\[\s*(["']?)([^\[\]"']+?)\1\s*\]\s*(#.*)?$""")
SUBJECT = re.compile(r"#\s*(.+)")
KEY = re.compile(r"""\s*(["']?)([\w-]+)\1\s*=""")
NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[-−]?)(?P<whole>\d+(?:[,\u00a0\u2009\u202f]\d{3})*)(?:\.(?P<part>\d+))?"
    r"(?:e(?P<e>[-+]?\d+)|\s?×\s?10(?:\^(?P<hat>[-−]?\d+)|(?P<small>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)))?"
)
SMALL = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
EXACT = 1e-12  # what binary fractions may cost a recomputation that is exact on paper
BUILTINS = {
    f.__name__: f for f in (abs, comb, float, int, len, log2, max, min, pow, range, round, sum)
}


class Problem(NamedTuple):
    """One sentence about one line of one facts file."""

    path: Path
    line: int
    message: str


@dataclass(frozen=True)
class Fact:
    """A published or derived number, with where it stands and how it was checked."""

    id: str
    value: float
    unit: str
    display: str
    statement: str
    on: str
    source: str
    locator: str
    seen: str
    date: date
    recompute: str = ""
    tolerance: float = 0.0
    explanation: str = ""
    disputed: bool = False
    ours: float | None = None

    @property
    def difference(self) -> float:
        """How far our recomputation lies from the published value, relative to that value."""
        assert self.ours is not None
        return (self.ours - self.value) / (abs(self.value) or 1)

    @property
    def reached(self) -> bool:
        """Whether our recomputation is the published value, as far as a reader can see."""
        return abs(self.difference) < 1e-9

    @property
    def agrees(self) -> bool:
        """Whether our recomputation lies within the tolerance."""
        return abs(self.difference) <= max(self.tolerance, EXACT)


@dataclass
class Subject:
    """What the facts of a file are on: its first line, if that is a comment, else its name.

    Files of one subject are one; the first of them gives it the name of its page.
    """

    title: str
    name: str
    ids: list[str] = field(default_factory=list)


@dataclass
class FactBase:
    """All facts of a folder, in the order of its files; the ids that could not be read; why."""

    facts: dict[str, Fact] = field(default_factory=dict)
    subjects: dict[str, Subject] = field(default_factory=dict)  # by title
    broken: set[str] = field(default_factory=set)
    files: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def subject_of(self, fact_id: str) -> Subject:
        """Return the subject under whose heading a fact stands."""
        return next(s for s in self.subjects.values() if fact_id in s.ids)


TYPES: dict[str, tuple[type, ...]] = {
    "value": (int, float), "tolerance": (int, float), "disputed": (bool,), "date": (date,)
}  # fmt: skip
KEYS = [f.name for f in dataclass_fields(Fact) if f.name not in ("id", "ours")]
REQUIRED = KEYS[: KEYS.index("recompute")]


def readable(number: float, digits: int = 6) -> str:
    """Write a number for a reader: whole numbers in full, others to some digits."""
    if float(number).is_integer() and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.{digits}g}"


def load(
    folder: Path, sources: Collection[str], namespace: Callable[[], Mapping[str, Any]]
) -> FactBase:
    """Read every facts file; ``sources`` are the bibliography's keys, ``namespace`` gives names."""
    base = FactBase(files=sorted(folder.glob("*.toml")))
    seen_at: dict[str, str] = {}
    for path in base.files:
        text = path.read_text("utf-8")
        lines = places(text)
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            base.problems.append(Problem(path, error_line(error, text), f"not TOML: {error}"))
            base.broken |= {fact_id for fact_id, _ in lines}
            continue
        comment = SUBJECT.match(text)
        title = comment[1].strip() if comment else path.stem
        subject = base.subjects.setdefault(title, Subject(title, path.stem))
        for fact_id, table in tables.items():
            at = lines.get((fact_id, ""), 1)
            found = list(_problems(fact_id, table, sources))
            if fact_id in seen_at:
                found = [("", f"is already defined at {seen_at[fact_id]}; rename one of the two")]
            seen_at.setdefault(fact_id, f"{path.name}:{at}")
            fact = None
            if not found:
                fact, found = _recomputed(Fact(id=fact_id, **table), namespace)
            base.problems += [
                Problem(path, lines.get((fact_id, key), at), f"fact {fact_id!r} {message}")
                for key, message in found
            ]
            if fact:
                base.facts[fact_id] = fact
                subject.ids.append(fact_id)
            else:
                base.broken.add(fact_id)
    return base


def places(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each table (id, "") and of each of its keys (id, key)."""
    found: dict[tuple[str, str], int] = {}
    table, quoted = "", False
    for number, line in enumerate(text.splitlines(), 1):
        if not quoted and (header := HEADER.match(line)):
            table = header[2]
            found.setdefault((table, ""), number)
        elif not quoted and (key := KEY.match(line)):
            found.setdefault((table, key[2]), number)
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return found


def error_line(error: tomllib.TOMLDecodeError, text: str) -> int:
    """Return the line a TOML error speaks of; at the end of the file it names none."""
    found = re.search(r"at line (\d+)", str(error))
    return int(found[1]) if found else len(text.splitlines())


def _problems(fact_id: str, table: Any, sources: Collection[str]) -> Iterator[tuple[str, str]]:
    """Say what is wrong with one table, as (key at fault, rest of the sentence)."""
    if not isinstance(table, dict):
        yield "", "is not a table; write [fact-id] and its keys below it"
        return
    if not ID.fullmatch(fact_id):
        yield "", "is no id; use small letters, digits and single hyphens"
    if missing := [key for key in REQUIRED if key not in table]:
        yield "", f"has no {' and no '.join(missing)}; every fact needs {', '.join(REQUIRED)}"
    wrong = list(_wrong_values(table))
    yield from wrong
    if wrong or missing:
        return
    if table["source"] not in sources:
        yield "source", f"cites {table['source']!r}, which no bibliography file has"
    if not any(abs(n - table["value"]) <= half for n, half in _numbers(table["display"])):
        yield (
            "display",
            (
                f"has value {table['value']!r}, which display {table['display']!r} does not show; "
                "write the same number in both (rounding is fine)"
            ),
        )
    yield from _idle_keys(table)


def _wrong_values(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Find unknown keys and values of the wrong kind."""
    for key, value in table.items():
        kinds = TYPES.get(key, (str,))
        if key not in KEYS:
            yield key, f"has an unknown key {key!r}; the keys are {', '.join(KEYS)}"
        elif type(value) not in kinds or isinstance(value, datetime):
            names = " or ".join(kind.__name__ for kind in kinds)
            yield key, f"has {key} = {value!r}, which must be of type {names}"
        elif isinstance(value, str) and not value.strip() and key != "unit":
            yield key, f"has an empty {key}; fill it in or delete the line"
        elif key == "seen" and value not in SEEN:
            yield key, f"has seen = {value!r}; choose one of {', '.join(SEEN)}"
        elif key == "tolerance" and not 0 <= value < 1:
            yield key, f"has tolerance {value}; write a share of the value, 0.01 for one per cent"


def _idle_keys(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Find keys that mean nothing without another one."""
    if "recompute" not in table:
        for key in ("tolerance", "disputed"):
            if key in table:
                yield key, f"has {key} but nothing to compare; add recompute or delete {key}"
        if table["seen"] == "derived":
            yield "seen", "is derived here but has no recompute; write the expression that gives it"
    if table.get("disputed") and "explanation" not in table:
        yield "disputed", "is disputed without an explanation; say where ours differs"


def _numbers(display: str) -> Iterator[tuple[float, float]]:
    """Yield each number of a display with half a unit of its last digit."""
    for m in NUMBER.finditer(display):
        whole = re.sub(r"\D", "", m["whole"])
        exponent = int((m["e"] or m["hat"] or m["small"] or "0").translate(SMALL))
        sign = "-" if m["sign"] else ""
        number = float(f"{sign}{whole}.{m['part'] or 0}e{exponent}")
        yield number, 0.5000001 * 10.0 ** (exponent - len(m["part"] or ""))


def _recomputed(
    fact: Fact, namespace: Callable[[], Mapping[str, Any]]
) -> tuple[Fact | None, list[tuple[str, str]]]:
    """Add our own number to a fact, or say why it cannot stand."""
    if not fact.recompute:
        return fact, []
    try:
        ours = eval(fact.recompute, {**namespace(), "__builtins__": BUILTINS})
    except Exception as error:  # whatever the expression does is the fact's fault
        return None, [("recompute", f"cannot be recomputed: {type(error).__name__}: {error}")]
    if not isinstance(ours, int | float) or isinstance(ours, bool):
        return None, [("recompute", f"is recomputed as {ours!r}, which is no number")]
    fact = replace(fact, ours=ours)
    numbers = f"says {readable(fact.value)} but is recomputed as {readable(ours)}"
    if not fact.agrees and not fact.disputed:
        return None, [("recompute", (
            f"{numbers} ({fact.difference:+.2%}, tolerance {fact.tolerance:.2%}); mend one of the "
            "two, or set disputed = true and explain"
        ))]  # fmt: skip
    if fact.agrees and fact.disputed:
        return None, [("disputed", f"{numbers}, which agrees; delete disputed")]
    return fact, []
