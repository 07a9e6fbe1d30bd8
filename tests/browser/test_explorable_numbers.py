"""What explorables compute, in Chromium, against what minseek computes here, in float64."""

import runpy
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from minseek.attention import attention, scores, softmax
from minseek.text import load
from minseek.tokens import BYTES, Tokenizer, train

FIGURES = Path(__file__).parents[2] / "code/figures"


@pytest.fixture
def compute(machine) -> Callable[..., list[dict[str, Any]]]:
    """Return ``compute(name, states)``: the results of an explorable, without touching it."""

    def results(name: str, states: list[dict[str, int]]) -> list[dict[str, Any]]:
        return machine(name).evaluate("(x, states) => states.map(x.constructor.compute)", states)

    return results


@pytest.fixture
def toy(monkeypatch) -> dict[str, torch.Tensor]:
    """The matrices of the figure of article 1.4."""
    monkeypatch.syspath_prepend(str(FIGURES))
    made = runpy.run_path(str(FIGURES / "self-attention-shapes.py"))["data"]()
    return {name: matrix.double() for name, matrix in made.items()}


def near(value: torch.Tensor) -> Any:
    return pytest.approx(value.tolist(), rel=1e-12, abs=1e-15)


def test_softmax_is_minseeks(compute, toy):
    states = [{"row": row, "divide": n} for row, n in product(range(4), range(-4, 7))]
    for state, found in zip(states, compute("softmax", states), strict=True):
        q, scale = toy["Q"][state["row"], None], 2 ** (-state["divide"] / 2)
        (scaled,) = scores(q, toy["K"], scale)
        weights = softmax(scaled)
        assert found["scores"] == scores(q, toy["K"], 1.0)[0].tolist()
        assert found["scaled"] == near(scaled)
        assert found["shifted"] == near(scaled - scaled.max())
        assert found["powers"] == near((scaled - scaled.max()).exp())
        assert found["weights"] == near(weights)
        for weighed, value, weight in zip(found["weighed"], toy["V"], weights, strict=True):
            assert weighed == near(weight * value)
        assert found["output"] == near(attention(q, toy["K"], toy["V"], scale)[0])


def test_tokens_are_minseeks(compute):
    merges = train(load(), 512).merges
    texts = ["the end of it", "cat sat and it", "die Kuh und er"]
    states = [{"text": i, "merges": n} for i in range(3) for n in (0, 1, 15, 64, 200, 256)]
    for state, found in zip(states, compute("tokens", states), strict=True):
        n, text = state["merges"], texts[state["text"]]
        tokens = Tokenizer(merges[:n]).encode(text)
        assert [token for word in found["words"] for token in word] == tokens
        assert found["count"] == len(tokens)
        assert found["ratio"] == pytest.approx(len(text) / len(tokens), rel=1e-12)
        assert found["newest"] == (BYTES + n - 1 if n else None)
        assert found["halves"] == (list(merges[n - 1]) if n else [])
