"""The config.json files that this package carries, and their keys."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

SIZES = ("vocab_size", "context", "k", "top_k", "window")
MAY_BE_ZERO = ("d_ff", "n_shared")  # V4 has no dense FFN


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
        raise ValueError(f"keys are missing: {', '.join(missing)}")
    for ours, theirs in names.items():
        _check(ours, theirs, hf[theirs])
    return {ours: hf[theirs] for ours, theirs in names.items()}


def _check(ours: str, theirs: str, value: Any) -> None:
    """Refuse a size that is no whole number of at least 1."""
    if ours == "d_q_latent" and value is None:
        return
    if ours.startswith(("d_", "n_")) or ours in SIZES:
        least = 0 if ours in MAY_BE_ZERO else 1
        if type(value) is not int or value < least:
            raise ValueError(
                f"{theirs} is {value!r}; it has to be a whole number"
                f" of at least {least}"
            )
