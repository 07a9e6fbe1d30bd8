"""Front matter: what an article says about itself, read with line numbers and checked.

Sphinx keeps front matter as strings without lines; a writer who mistyped a key deserves the line.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from press.plan import LEVELS, Phase, Plan, Series

FIELDS: dict[str, type] = {
    "series": str,
    "phase": int,
    "number": int,
    "title": str,
    "level": str,
    "tags": list,
    "date": datetime.date,
    "description": str,
    "prerequisites": list,
    "defines": list,
    "departs": list,
}
OPTIONAL = {"departs"}


@dataclass(frozen=True)
class FrontMatter:
    """The values of a front matter and the line on which each key stands."""

    values: dict[str, Any]
    lines: dict[str, int]


class FrontMatterError(ValueError):
    """A front matter that cannot be read: the line and one sentence."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def parse(text: str) -> FrontMatter:
    """Split off and parse the block between the first two ``---`` lines.

    >>> parse("---\\nnumber: 4\\n---\\n# Title").values
    {'number': 4}
    """
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != "---":
        raise FrontMatterError(1, "the front matter is missing: begin the file with a --- line")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        raise FrontMatterError(1, "the front matter is not closed: add a second --- line")
    block = "\n".join(lines[1:end])
    try:
        node = yaml.compose(block, Loader=yaml.SafeLoader)
        values = yaml.safe_load(block)
    except yaml.MarkedYAMLError as exc:
        line = (exc.problem_mark.line if exc.problem_mark else 0) + 2
        raise FrontMatterError(line, f"the front matter is not valid YAML: {exc.problem}") from exc
    if not isinstance(node, yaml.MappingNode):
        raise FrontMatterError(2, "the front matter is not a list of `key: value` lines")
    return FrontMatter(values, {key.value: key.start_mark.line + 2 for key, _ in node.value})


def problems(
    matter: FrontMatter, docname: str, plan: Plan, series: Series, phase: Phase
) -> Iterator[tuple[int, str]]:
    """Each disagreement of a front matter with its form or the plan: (line, one sentence)."""
    needed = [key for key in FIELDS if key not in OPTIONAL and (key != "phase" or phase.number)]
    faults: list[tuple[int, str]] = []
    if missing := [key for key in needed if key not in matter.values]:
        faults.append((1, f"the front matter lacks {', '.join(missing)}"))
    for key, value in matter.values.items():
        if key not in FIELDS:
            yield matter.lines[key], f"unknown front matter key {key!r}: use {', '.join(FIELDS)}"
        elif type(value) is not FIELDS[key]:
            wanted = FIELDS[key].__name__
            faults.append(
                (matter.lines[key], f"front matter {key!r} is {value!r}, expected a {wanted}")
            )
    yield from faults or _against_plan(matter, docname, plan, series, phase)


def _against_plan(
    matter: FrontMatter, docname: str, plan: Plan, series: Series, phase: Phase
) -> Iterator[tuple[int, str]]:
    values, lines = matter.values, matter.lines
    for key, expected in {"series": series.key, "phase": phase.number}.items():
        if values.get(key, expected) != expected:
            yield lines[key], f"{key} is {values[key]!r} but the file lies in {key} {expected!r}"
    if values["level"] not in LEVELS:
        yield lines["level"], f"level {values['level']!r} is not one of {', '.join(LEVELS)}"
    number = values["number"]
    if number not in {article.number for article in phase.articles}:
        yield lines["number"], f"number {number} is not in {plan.path.name} for this phase"
    prefix = docname.rpartition("/")[2].partition("-")[0]
    if prefix != f"{number:02}":
        yield lines["number"], f"number {number}: name the file {number:02}-….md"
    for label in values["prerequisites"]:
        if label not in plan.labels():
            yield (
                lines["prerequisites"],
                f"prerequisite {label!r} is no article of the plan: use a label, as 1.4",
            )
    planned = next((a.prerequisites for a in phase.articles if a.number == number), None)
    if planned is not None and set(planned) != set(values["prerequisites"]):
        yield (
            lines["prerequisites"],
            f"prerequisites are {values['prerequisites']} and {plan.path.name} says "
            f"{list(planned)}: change one of the two",
        )
