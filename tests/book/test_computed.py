"""The pages of models and of hardware: what they compute is what the facts publish."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import pytest
from minseek import accounting
from press import fact_data
from press.computed import BESIDE, computation, value
from press.computed_data import KINDS, Row
from pybtex.database import parse_file

ROOT = Path(__file__).parents[2]
TABLE = re.compile(r"^```\{computed\} (\w+)\n(?::only: [^\n]+\n)?(.*?)^```$", re.M | re.S)
MINSEEK = Path(str(files("minseek")))
SIZES = (
    "total(model)",
    "active(model",
    "cache_bytes(model)",
    "training_flops(model, 4096)",
    "ridge(",
)
UNITS = [1, 1e3, 1e6, 1e9, 1e12, 1024, 1024**2]


class Cell(NamedTuple):
    """One cell of a page: its row, its expression and its number."""

    row: str
    expression: str
    number: float


def facts() -> dict[str, fact_data.Fact]:
    keys = [key for path in (ROOT / "bib").glob("*.bib") for key in parse_file(path).entries]
    return fact_data.load(ROOT / "bib/facts", keys, lambda: vars(accounting)).facts


def expressions(page: str) -> Iterator[tuple[str, str]]:
    """Yield what the tables of a page are about, and each expression of their columns."""
    for about, body in TABLE.findall((ROOT / f"source/reference/{page}.md").read_text("utf-8")):
        for line in body.splitlines():
            expression = line.partition(": ")[2]
            if expression not in BESIDE:
                yield about, expression


def rows(about: str) -> list[Row]:
    return KINDS[about].rows(MINSEEK)


def cells(page: str) -> Iterator[Cell]:
    for about, expression in expressions(page):
        variable = KINDS[about].variable
        for row in rows(about):
            names = {**vars(accounting), variable: row.shape}
            try:
                number = value(expression, variable, names)
            except ValueError:
                continue  # a row that :only: leaves out
            if isinstance(number, int | float):
                yield Cell(row.id, expression, number)


PAGES = {"models": "models", "hardware": "chips"}
FACTS = {
    about: {
        (name, *ids): fact
        for fact in reversed(facts().values())
        if fact.recompute
        for name, ids in [computation(fact.recompute, KINDS[about])]
        if len(ids) == 1
    }
    for about in PAGES.values()
}


@pytest.mark.parametrize("page", PAGES)
def test_a_number_is_that_of_the_fact_in_one_unit_or_another(page):
    kind, compared = KINDS[PAGES[page]], 0
    for cell in cells(page):
        fact = FACTS[PAGES[page]].get((computation(cell.expression, kind)[0], cell.row))
        if fact and not fact.disputed:
            room = max(fact.tolerance, fact_data.EXACT)
            scales = [scale for unit in UNITS for scale in (unit, 1 / unit)]
            ratios = [cell.number * scale / fact.value for scale in scales]
            assert any(abs(ratio - 1) <= room for ratio in ratios), f"{cell}, {fact.id}"
            compared += 1
    assert compared


@pytest.mark.parametrize("page", PAGES)
def test_every_fact_on_a_size_of_one_row_stands_on_the_page(page):
    kind = KINDS[PAGES[page]]
    shown = {computation(expression, kind)[0] for _, expression in expressions(page)}
    on_sizes = {name: f for (name, _), f in FACTS[PAGES[page]].items() if name.startswith(SIZES)}
    assert on_sizes
    assert {f.id for name, f in on_sizes.items() if name not in shown} <= {"v3-rate-causal"}


def test_every_configuration_is_shown_but_ours_and_that_of_a_paper():
    names = {path.stem for path in (MINSEEK / "configs").glob("*.json")}
    assert names - {row.id for row in rows("models")} == {"mini", "small", "gpt-3"}
