"""What four chips do in a clock, for the bounds of one tile."""

from typing import Any

from minseek.accounting import chip
from minseek.flash.feeds import B200, ROWS, Rates, rates

CHIPS = {
    "A100": rates(chip("a100-40")),
    "H100": rates(chip("h100")),
    "B200": rates(chip("b200")),
    "B300": Rates(B200.flops, chip("b300").exp),
}
PAIRED = {"B200", "B300"}  # two multiprocessors can share a product


def data() -> dict[str, Any]:
    """Rates of a multiprocessor, and the rows of an instruction."""
    return {
        "rows": ROWS,
        "chips": [
            {"name": name, "paired": name in PAIRED, **at._asdict()}
            for name, at in CHIPS.items()
        ],
    }
