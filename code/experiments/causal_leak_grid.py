"""Is the leak found at any width, from any start, in any time?

    python code/experiments/causal_leak_grid.py

The two models of ``causal_leak``, over widths and over sizes of the
tables at the start; without a mask also with four times the steps. A
few minutes on one core.
"""

from collections.abc import Iterable

from causal_leak import run
from record import Row, keep, processor

WHAT = "one head trained on ring texts: widths, spreads of the tables"
RUNS = ((False, 300), (False, 1200), (True, 300))  # mask, steps
WIDTHS, SPREADS, SEEDS = (8, 32, 128), (0.1, 0.3, 1.0, 3.0), range(5)
KEPT = ("loss", "beginnings", "legal", "before", "after")


def row(
    causal: bool, steps: int, d: int, spread: float, seed: int
) -> Row:
    """One model: what it was, and the marks of its exam."""
    marks = run(seed, causal, steps, d, spread)
    return {
        "causal": causal,
        "steps": steps,
        "d": d,
        "spread": spread,
        "seed": seed,
        **{name: marks[name] for name in KEPT},
    }


def rows() -> Iterable[Row]:
    """Every seed of every width and spread, for each run."""
    for causal, steps in RUNS:
        for d in WIDTHS:
            for spread in SPREADS:
                for seed in SEEDS:
                    yield row(causal, steps, d, spread, seed)


if __name__ == "__main__":
    keep("causal-leak-grid", WHAT, processor(), rows())
