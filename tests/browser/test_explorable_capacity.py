"""The capacity planner of article 3.4 against minseek.accounting, pasted files included."""

import json
import random
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from minseek.accounting import Plan, chip, published, total
from minseek.config import load as config

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "code/explorables/capacity-planner.py"))
START = {
    "context": 15, "reserve": 10, "format": 0, "weights": 1, "way": 0, "cards": 8, "card": 3,
    "model": 8, "layers": 32, "heads": 8, "width": 128, "rope": 0, "index": 0, "window": 0,
    "billions": 8,
}  # fmt: skip
FORMATS, WEIGHTS = ([*SCRIPT[name].values()] for name in ("FORMATS", "WEIGHTS"))


def drawn() -> Iterator[dict[str, int]]:
    """The start, two corners, and draws of everything but a pasted model."""
    dice = random.Random(0)
    yield START
    yield {**START, "context": 10, "reserve": 0, "cards": 128}
    yield {**START, "context": 20, "reserve": 50, "cards": 1}
    for _ in range(60):
        yield {
            **START,
            "context": dice.randint(10, 20),
            "reserve": dice.randint(0, 50),
            "format": dice.randint(0, 2),
            "weights": dice.randint(0, 2),
            "way": dice.randint(0, 1),
            "cards": 2 ** dice.randint(0, 7),
            "card": dice.randint(0, 5),
            "model": dice.randint(0, 11),
        }


def planned(name: str, state: dict[str, int]) -> Plan:
    """What minseek says about a state of the explorable."""
    return Plan.of(
        published(name),
        chip(SCRIPT["CARDS"][state["card"]]),
        2 ** state["context"],
        cards=state["cards"],
        bits=FORMATS[state["format"]],
        weight_bits=WEIGHTS[state["weights"]],
        shared=state["way"] == 1,
        reserve=state["reserve"] / 100,
    )


def test_sequences_are_counted_as_in_minseek(compute):
    states = [*drawn()]
    for state, found in zip(states, compute("capacity-planner", states), strict=True):
        for name, row in zip(SCRIPT["MODELS"], found["all"][:-1], strict=True):
            plan = planned(name, state)
            assert row["loaded"] == pytest.approx(plan.weights, rel=1e-12)
            assert row["room"] == pytest.approx(plan.room, rel=1e-9)
            assert row["sequence"] == pytest.approx(plan.sequence, rel=1e-12)
            assert row["fit"] == plan.fit
        assert found["fit"] == found["all"][state["model"]]["fit"]


PASTED = ["llama-2-70b", "llama-3-8b", "mistral-7b", "deepseek-v2", "deepseek-v3", "deepseek-v3.2"]


def test_a_pasted_file_keeps_what_minseek_says(machine):
    found = machine("capacity-planner")
    for name in PASTED:
        found.locator("textarea").fill(json.dumps(config(name)))
        found.locator("input[type=number]").fill(str(round(total(published(name)) / 1e9)))
        found.get_by_role("button", name="Count this model").click()
        state = found.evaluate("x => x.state")
        assert state["model"] == len(SCRIPT["MODELS"])
        for form in range(3):
            row = found.evaluate("(x, s) => x.constructor.compute(s)", {**state, "format": form})
            plan = planned(name, {**START, "format": form})
            assert row["sequence"] == pytest.approx(plan.sequence, rel=1e-12), name


def test_a_setting_travels_in_its_link(machine, linked):
    found = machine("capacity-planner")
    found.get_by_label("tensor-parallel").check()
    found.get_by_label("FP8 records").check()
    words, formula = found.locator(".seen").inner_text(), found.locator(".formula").inner_text()
    assert "attention tensor-parallel: 32 sequences of 32,768 tokens" in words
    again = linked(found)
    assert again.locator(".seen").inner_text() == words
    assert again.locator(".formula").inner_text() == formula


def test_a_bad_paste_changes_nothing_and_weights_may_be_too_many(machine):
    found = machine("capacity-planner")
    found.locator("textarea").fill("what?")
    found.get_by_role("button", name="Count this model").click()
    assert "cannot be read" in found.locator(".told").inner_text()
    assert found.evaluate("x => x.state.model") == START["model"]
    found.get_by_label("H100, 80 GB").check()
    assert "leave no room" in found.locator(".seen").inner_text()


def test_it_starts_with_the_result_of_the_article(machine):
    found = machine("capacity-planner")
    plan = planned("deepseek-v3", START)
    assert f"{plan.fit} sequences of 32,768 tokens" in found.locator(".seen").inner_text()
    twin = found.locator(".twin td:not(:first-child)").all_text_contents()
    assert twin == found.locator(".stage td").all_text_contents() and len(twin) > 20
