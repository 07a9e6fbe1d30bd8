"""The calculator of article 2.1 against minseek.accounting, pasted files included."""

import json
import random
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from minseek.accounting import GIB, cache_bytes, chip, published, shard_bytes
from minseek.config import load as config

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "code/explorables/kv-cache.py"))
START = {
    "context": 17, "users": 0, "format": 1, "cards": 1, "card": 2, "model": 8,
    "layers": 32, "heads": 8, "width": 128, "window": 0,
}  # fmt: skip


def drawn() -> Iterator[dict[str, int]]:
    """The start, two corners, and draws of everything but a pasted model."""
    dice = random.Random(0)
    yield START
    yield {**START, "context": 10}
    yield {**START, "context": 20, "users": 10, "model": 3}
    for _ in range(60):
        yield {
            **START,
            "context": dice.randint(10, 20),
            "users": dice.randint(0, 10),
            "format": dice.randint(0, 1),
            "cards": 2 ** dice.randint(0, 3),
            "card": dice.randint(0, 5),
            "model": dice.randint(0, 11),
        }


def test_the_cache_is_counted_as_in_minseek(compute):
    states = [*drawn()]
    for state, found in zip(states, compute("kv-cache", states), strict=True):
        bits = [*SCRIPT["FORMATS"].values()][state["format"]]
        users, room = 2 ** state["users"], chip(SCRIPT["CARDS"][state["card"]]).memory
        for name, row in zip(SCRIPT["MODELS"], found["all"][:-1], strict=True):
            model = published(name)
            window = getattr(model.attention, "window", None) or 2**20
            tokens = min(2 ** state["context"], window if model.n_streams == 1 else 2**20)
            token = shard_bytes(model, state["cards"], bits)
            assert row["token"] == pytest.approx(token, rel=1e-12)
            assert row["gib"] == pytest.approx(token * tokens * users / GIB, rel=1e-12)
            assert row["fit"] == room // (token * tokens)
        chosen = found["all"][state["model"]]["token"] * found["kept"] * users
        assert found["bytes"] == pytest.approx(chosen, rel=1e-12)
        assert (found["times"] - 1) * room < found["bytes"] <= found["times"] * room


@pytest.fixture
def read(machine) -> Callable[[str], dict[str, Any]]:
    """Return ``read(text)``: what the explorable makes of a pasted config.json."""
    found = machine("kv-cache")
    return lambda text: found.evaluate("(x, text) => x.constructor.read(text)", text)


PASTED = [
    "llama-2-70b", "llama-3-8b", "llama-3.1-405b", "mistral-7b", "qwen2.5-72b",
    "deepseek-v2", "deepseek-v2-lite", "deepseek-v3", "deepseek-v3.2", "small",
]  # fmt: skip


def test_a_pasted_file_counts_as_in_minseek(compute, read):
    for name in PASTED:
        state = read(json.dumps(config(name)))["state"]
        model, context = published(name), 2 ** START["context"]
        for cards in (1, 8):
            (found,) = compute("kv-cache", [{**START, **state, "cards": cards, "model": 12}])
            assert found["token"] == shard_bytes(model, cards), name
            window = getattr(model.attention, "window", None)
            assert found["kept"] == min(context, window or context), name


def test_a_decoder_inside_another_model_and_missing_heads_are_read(read):
    inner = {"num_hidden_layers": 3, "num_attention_heads": 5, "hidden_size": 40}
    wanted = {"layers": 3, "heads": 5, "width": 8, "window": 0}
    assert read(json.dumps(inner))["state"] == wanted
    assert read(json.dumps({"vision_config": {}, "text_config": inner}))["state"] == wanted


BAD = {
    "": "cannot be read as a config.json",
    "42": "cannot be read as a config.json",
    "[1, 2]": "cannot be read as a config.json",
    "{num_hidden_layers: 3}": "cannot be read as a config.json",
    "{}": "num_hidden_layers is not there",
    '{"num_hidden_layers": "80"}': 'num_hidden_layers is "80"',
    '{"num_hidden_layers": 3, "num_attention_heads": 4}': "head_dim is not there",
    '{"num_hidden_layers": 3, "kv_lora_rank": 512}': "kv_lora_rank + qk_rope_head_dim is not",
    '{"num_hidden_layers": 3, "num_key_value_heads": -1, "head_dim": 4}': "heads is -1",
    '{"layer_types": ["full_attention", "sliding_attention"]}': "keep different things",
    '{"full_attention_interval": 4}': "keep different things (full_attention_interval)",
    '{"attn_layer_period": 8, "attn_layer_offset": 4}': "keep different things",
    '{"cache_implementation": "hybrid", "sliding_window": 4096}': "keep different things",
    '{"multi_query": true, "num_attention_heads": 71}': "replace that by num_key_value_heads",
    '{"layer_types": 5, "text_config": 7}': "num_hidden_layers is not there",
}


def test_a_bad_paste_gets_one_sentence(read):
    said = {text: read(text)["problem"] for text in BAD}
    for text, sentence in said.items():
        assert BAD[text] in sentence and sentence.endswith(".")
        assert re.search(r"\. [A-Z]", sentence) is None
    assert "choose V4" in read(json.dumps(config("deepseek-v4-pro")))["problem"]


def test_a_paste_is_counted_said_and_carried_by_the_link(machine, linked, fetched):
    found = machine("kv-cache")
    page, asked = found.page, len(found.page.asked)
    found.locator("textarea").fill("what?")
    found.get_by_role("button", name="Count this model").click()
    assert "cannot be read" in found.locator(".told").inner_text()
    assert found.evaluate("x => x.state.model") == 8
    found.locator("textarea").fill(json.dumps(config("llama-2-70b")))
    found.get_by_role("button", name="Count this model").click()
    assert found.locator(".told").inner_text().startswith("Read: keys and values of 8 heads of 128")
    words, formula = found.locator(".seen").inner_text(), found.locator(".formula").inner_text()
    assert words.startswith("Your model, 1 user with 131,072 tokens: 40.00 GiB")
    assert formula == "2 × 8 × 128 × 80 × 2 × 131,072 × 1 = 42,949,672,960 bytes"
    assert fetched(page, asked) == []  # nothing was sent
    again = linked(found)
    assert again.locator(".seen").inner_text() == words
    assert again.locator(".formula").inner_text() == formula


def test_the_cache_starts_at_the_published_figure(machine):
    said = machine("kv-cache").locator(".seen").inner_text()
    assert "DeepSeek-V3" in said and "131,072 tokens: 8.58 GiB" in said
    assert round(cache_bytes(published("deepseek-v3")) * 131072 / GIB, 2) == 8.58
