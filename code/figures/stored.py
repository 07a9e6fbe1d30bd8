"""Rows that an experiment has kept, for the figures drawn from them."""

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "experiments/results"


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a result, as its experiment left them."""
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text("utf-8"))["rows"]
