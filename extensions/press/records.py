"""Records: what is written as `[[kind]]` tables in one TOML file, each with the line it begins on.

Symbols and terms are kept so. A mistake in their form is one sentence with file and line.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.errors import SphinxError

from press.fact_data import error_line


class Key(NamedTuple):
    """What a key of a record holds: text, texts, or yes or no; may it be left out, or empty?"""

    kind: type = str
    required: bool = True
    empty: bool = False


def read(path: Path, kind: str, keys: Mapping[str, Key]) -> list[tuple[int, dict[str, Any]]]:
    """Return line and content of each ``[[kind]]``."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise SphinxError(f"{path}: the file of each {kind} is missing: write it") from error
    try:
        entries = tomllib.loads(text).get(kind, [])
    except tomllib.TOMLDecodeError as error:
        raise SphinxError(f"{path}:{error_line(error, text)}: not TOML: {error}") from error
    starts = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == f"[[{kind}]]"]
    found = list(zip(starts, entries, strict=True))
    for line, entry in found:
        if fault := _fault(entry, keys):
            raise SphinxError(
                f"{path}:{line}: a {kind} has {fault}; the keys are {', '.join(keys)}"
            )
    return found


def _fault(entry: dict[str, Any], keys: Mapping[str, Key]) -> str:
    """Say what is wrong with one record, or nothing."""
    for name, value in entry.items():
        if name not in keys:
            return f"an unknown key {name!r}"
        texts = value if isinstance(value, list) else [value]
        kind, _, empty = keys[name]
        whole = kind is bool or all(isinstance(t, str) and (t or empty) for t in texts)
        if not isinstance(value, kind) or not whole:
            wanted = {str: "a text", list: "a list of texts", bool: "true or false"}[kind]
            return f"{name} = {value!r}, where {wanted} is expected"
    missing = [name for name, key in keys.items() if key.required and name not in entry]
    return f"no {missing[0]!r}" if missing else ""
