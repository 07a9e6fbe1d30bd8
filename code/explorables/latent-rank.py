"""What a latent of r numbers leaves out, in a small decoder."""

import json
from pathlib import Path
from statistics import mean
from typing import Any

STORED = Path(__file__).parents[1] / "experiments/results"
KINDS = {
    "lost_at_start": "random weights",
    "lost_weights": "trained weights",
    "lost_text": "what they make of text",
}
NUMBERS = 256  # of keys and values of a token, four heads of 32
DIGITS = 4


def data() -> dict[str, Any]:
    """For each kind and layer the share left out at rank 0 to 128."""
    text = (STORED / "latent-rank.json").read_text("utf-8")
    rows = json.loads(text)["rows"]
    whole = [row for row in rows if row["rank"] is None]
    kinds = [
        {
            "name": name,
            "layers": [
                [
                    round(mean(at), DIGITS)
                    for at in zip(*seeds, strict=True)
                ]
                for seeds in zip(
                    *(row[kind] for row in whole), strict=True
                )
            ],
        }
        for kind, name in KINDS.items()
    ]
    return {"numbers": NUMBERS, "kinds": kinds}
