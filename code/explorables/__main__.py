"""Compute the data of all explorables: python code/explorables."""

import json
import runpy
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SITE = HERE.parents[1] / "extensions/press/static/explorables"


def scripts() -> list[Path]:
    """One for each explorable whose script cannot compute all."""
    return sorted(HERE.glob("[!_]*.py"))


def stored(script: Path) -> Path:
    """Where its data lie: beside the explorable's own script."""
    return SITE / f"{script.stem}.json"


def data(script: Path) -> dict[str, Any]:
    """What it computes today."""
    return runpy.run_path(str(script))["data"]()


if __name__ == "__main__":
    for script in scripts():
        text = json.dumps(data(script), separators=(",", ":"))
        stored(script).write_text(text + "\n", "utf-8")
        print(stored(script))
