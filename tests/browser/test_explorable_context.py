"""The cost of a context in the browser, against minseek.accounting."""

import random
import runpy
from itertools import product
from pathlib import Path

import pytest
from minseek.accounting import (
    active,
    compared,
    decode_flops,
    prefill_flops,
    read_bytes,
    window_bytes,
)

EXPLORABLES = Path(__file__).parents[2] / "code" / "explorables"


def held(w: dict[str, float], batch: int) -> float:
    """Bytes of weights that a batch touches, if experts are drawn at random."""
    return w["always"] + w["routed"] * (1 - (1 - w["share"]) ** batch)


def test_a_context_costs_what_minseek_counts(compute):
    script, dice = runpy.run_path(str(EXPLORABLES / "context-cost.py")), random.Random(0)
    views = list(product((0, 1), (0, 1), (12, 17, 20), (0, 5, 10)))
    states = [
        {"context": n, "batch": b, "phase": p, "quantity": q, "model": dice.randint(0, 4)}
        for p, q, n, b in views
    ]
    for state, found in zip(states, compute("context-cost", states), strict=True):
        n, batch = 2 ** state["context"], 2 ** state["batch"]
        for (name, model), row in zip(compared().items(), found["all"], strict=True):
            work, whole = decode_flops(model, n), prefill_flops(model, n)
            w = script["weights"](name, model)
            kept = script["kept"](name, model) * n + window_bytes(model)
            base, grow = {
                (0, 0): (2 * active(model) * n, whole - 2 * active(model) * n),
                (0, 1): ((w["always"] + w["routed"]) / batch, kept),
                (1, 0): (work.linear, work.core + work.indexer),
                (1, 1): (held(w, batch) / batch, read_bytes(model, n)),
            }[state["phase"], state["quantity"]]
            assert (row["base"], row["grow"]) == pytest.approx((base, grow), rel=1e-9)
            assert row["tie"] is None or (row["tie"] <= n) == (grow >= base)
            size = 1e15 if (state["phase"], state["quantity"]) == (0, 0) else 1e9
            at = row["curve"][state["context"] - 12]
            assert at == pytest.approx((base + grow) / size, rel=1e-9)


def test_ties_of_the_context_are_those_of_the_article(compute):
    start = {"context": 17, "batch": 0, "phase": 1, "quantity": 0, "model": 2}
    (found,) = compute("context-cost", [start])
    for model, row in zip(compared().values(), found["all"], strict=True):
        before, after = (decode_flops(model, row["tie"] - i) for i in (1, 0))
        assert before.total < 2 * before.linear and after.total >= 2 * after.linear
