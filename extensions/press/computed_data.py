"""What ``{computed}`` counts: the models and the chips of a folder, each value with its source.

The folder holds ``configs/*.json`` with ``configs/SOURCES.toml``, and ``hardware.toml``. A file
that cannot be read, or a value without a source, is one sentence with the file and what to do.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sphinx.errors import SphinxError

from press import facts
from press.fact_data import error_line, places

SEEN = {
    "models": {
        "primary": "read in the owner's file",
        "copy": "read in a whole copy of the file",
        "transcription": "read where its keys and values are quoted",
    },
    "chips": {how: facts.SEEN[how] for how in ("primary", "transcription", "secondary")},
}
SOURCE_KEYS = ("name", "published", "address", "seen", "read", "date", "checked")
VALUE_KEYS = ("value", "source", "seen")


@dataclass(frozen=True)
class Row:
    """A model or a chip: its id, its name, its shape or limits, and where they are from."""

    id: str
    name: str
    shape: Any
    sources: Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """What a table can have rows of."""

    variable: str  # what an expression calls a row
    function: str  # what a fact's recomputation calls, with a row's id
    rows: Callable[[Path], list[Row]]
    files: Callable[[Path], list[Path]]


def models(folder: Path) -> list[Row]:
    """Read every published config.json, in the order of SOURCES.toml.

    A shape whose address is no config.json is not one: it is ours, or a row of a paper's table.
    """
    path = folder / "configs" / "SOURCES.toml"
    sources, lines = _toml(path)
    for file in sorted(path.parent.glob("*.json")):
        if file.stem not in sources:
            raise SphinxError(f"{file}: has no source; add [{file.stem}] to {path}")
    found = []
    for name, source in sources.items():
        if str(source.get("address", "")).endswith("/config.json"):
            _check(f"{path}:{lines[name, '']}: {name}", source, SOURCE_KEYS, "models")
            shape = _shape(path.with_name(f"{name}.json"))
            found.append(Row(name, source["name"], shape, source))
    return found


def _shape(path: Path) -> Any:
    """Read the shape that one config.json describes."""
    mend = "put the published file in its place"
    if not path.is_file():
        raise SphinxError(
            f"{path}: there is no such file; {mend}, or delete its table in SOURCES.toml"
        )
    try:
        return import_module("minseek.config").ModelConfig.from_hf(
            json.loads(path.read_text("utf-8"))
        )
    except json.JSONDecodeError as error:
        raise SphinxError(f"{path}:{error.lineno}: not JSON: {error.msg}; {mend}") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SphinxError(
            f"{path}: no model of this book: {error}; {mend}, or teach minseek.config to read it"
        ) from error


def chips(folder: Path) -> list[Row]:
    """Read every accelerator, in the order of hardware.toml."""
    path = folder / "hardware.toml"
    tables, lines = _toml(path)
    chip = import_module("minseek.accounting").Chip
    found = []
    for id, rows in tables.items():
        limits = {key: row for key, row in rows.items() if key != "name"}
        for key, row in limits.items():
            _check(f"{path}:{lines[id, key]}: {key} of {id}", row, VALUE_KEYS, "chips")
        try:
            found.append(Row(id, rows["name"], chip.from_toml(rows), limits))
        except (KeyError, TypeError) as error:
            raise SphinxError(
                f"{path}:{lines[id, '']}: {id} is no chip: {error}; its keys are the fields of "
                "minseek.accounting.Chip"
            ) from error
    return found


def _toml(path: Path) -> tuple[dict[str, Any], dict[tuple[str, str], int]]:
    """Read a file of tables, and the line of each table and key."""
    if not path.is_file():
        raise SphinxError(f"{path}: there is no such file; set press_computed to its folder")
    text = path.read_text("utf-8")
    try:
        return tomllib.loads(text), places(text)
    except tomllib.TOMLDecodeError as error:
        raise SphinxError(f"{path}:{error_line(error, text)}: not TOML: {error}") from error


def _check(where: str, table: Any, keys: tuple[str, ...], kind: str) -> None:
    """Refuse a table without its source, or seen in a way that nobody knows."""
    if not isinstance(table, dict):
        raise SphinxError(f"{where} is {table!r}; write a table with {', '.join(keys)}")
    if missing := [key for key in keys if key not in table]:
        raise SphinxError(f"{where} has no {' and no '.join(missing)}; it needs {', '.join(keys)}")
    if table["seen"] not in SEEN[kind]:
        raise SphinxError(
            f"{where} has seen = {table['seen']!r}; choose one of {', '.join(SEEN[kind])}"
        )


def _model_files(folder: Path) -> list[Path]:
    return sorted([*(folder / "configs").glob("*.json"), folder / "configs" / "SOURCES.toml"])


def _chip_files(folder: Path) -> list[Path]:
    return [folder / "hardware.toml"]


def grouped(row: Row) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each source of a chip, how it was seen, and the keys that it gave."""
    found: dict[tuple[str, str], list[str]] = {}
    for key, value in row.sources.items():
        found.setdefault((value["source"], value["seen"]), []).append(key)
    for (source, seen), keys in found.items():
        yield source, seen, keys


KINDS = {
    "models": Kind("model", "published", models, _model_files),
    "chips": Kind("chip", "chip", chips, _chip_files),
}
