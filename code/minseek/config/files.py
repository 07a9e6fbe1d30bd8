"""The config.json files that this package carries, and their keys."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def load(name: str) -> dict[str, Any]:
    """Read a config.json that this package carries, by its name.

    >>> load("mini")["model_type"]
    'deepseek_v3'
    """
    folder = files("minseek") / "configs"
    if not (path := folder / f"{name}.json").is_file():
        names = sorted(
            p.name[:-5] for p in folder.iterdir() if ".json" in p.name
        )
        raise ValueError(
            f"no config {name!r}; there are {', '.join(names)}"
        )
    return json.loads(path.read_text("utf-8"))


def take(hf: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """Rename keys of ``hf`` to ours, or name all that are missing."""
    if missing := [key for key in names.values() if key not in hf]:
        raise ValueError(f"config.json has no {', '.join(missing)}")
    return {ours: hf[theirs] for ours, theirs in names.items()}
