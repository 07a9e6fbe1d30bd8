"""What four chips do in a clock, for the bounds of one tile."""

from typing import Any

from minseek.flash.feeds import ROWS, generations

PAIRED = {"B200", "B300"}  # two multiprocessors can share a product


def data() -> dict[str, Any]:
    """Rates of a multiprocessor, and the rows of an instruction."""
    return {
        "rows": ROWS,
        "chips": [
            {"name": name, "paired": name in PAIRED, **at._asdict()}
            for name, at in generations().items()
        ],
    }
