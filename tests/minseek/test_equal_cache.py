"""The stored experiment of article 3.3, with short runs of it, and the article's figures."""

import json
from pathlib import Path

import pytest
import torch
from minseek.accounting import total

RESULTS = Path(__file__).parents[2] / "code/experiments/results"
STORED = json.loads((RESULTS / "equal-cache.json").read_text("utf-8"))
SHARED = json.loads((RESULTS / "shared-keys.json").read_text("utf-8"))["rows"]


@pytest.fixture
def experiment(script):
    return script("experiments/equal_cache")


def scores(task, name, key):
    return [r[key] for r in STORED["rows"] if (r["task"], r["layer"]) == (task, name)]


def test_the_stored_result_is_that_of_this_script(experiment):
    assert STORED["what"] == experiment["WHAT"]
    wanted = [
        (task, name, seed)
        for task in ("lookup", "book")
        for name in experiment[task.upper()]
        for seed in experiment["SEEDS"]
    ]
    assert [(r["task"], r["layer"], r["seed"]) for r in STORED["rows"]] == wanted
    for row in STORED["rows"]:
        if row["task"] == "book":
            cfg = experiment["decoder"](row["layer"])
            assert (row["weights"], row["inner"]) == (total(cfg), cfg.d_ff)
            assert row["cache"] == cfg.attention.cache_width == 64
        else:
            layer = experiment["layer_of"](experiment["LOOKUP"][row["layer"]])
            assert row["weights"] == sum(p.numel() for p in layer.parameters())
            assert row["rate"] in experiment["RATES"]


def test_the_borrowed_runs_have_the_same_cache_and_weights(experiment):
    weights = {r["weights"] for r in STORED["rows"] if r["task"] == "book"}
    for row in SHARED:
        if row.get("variant") == "MQA, wider layer":
            assert row["cache"] == 2 * 64
            assert all(abs(w - row["weights"]) < 400 for w in weights)


def test_the_lookup_ranks_the_layers_in_every_seed():
    mqa, gqa, mla = (scores("lookup", name, "missed") for name in ("MQA", "GQA", "MLA"))
    twice = scores("lookup", "GQA, twice the cache", "missed")
    assert max(mla + twice) < 0.15 < 0.5 < min(mqa)
    assert max(mqa) < min(gqa)


def test_a_question_shows_one_half_and_asks_for_the_other(experiment):
    x, target = experiment["pairs"](torch.Generator().manual_seed(3), 10)
    width = 2 * experiment["WIDTH"]
    for tokens, wanted in zip(x, target, strict=True):
        whole = tokens[-1, :width] + wanted
        assert any(torch.equal(whole, pair) for pair in tokens[:-1, :width])
        assert (wanted != 0).sum() == width / 2


def test_a_perfect_finder_with_half_the_numbers_misses_half(experiment):
    _, target = experiment["pairs"](torch.Generator().manual_seed(4), 4096)
    kept = target.clone()
    kept[:, ::2] = 0  # any 8 of the 16 numbers
    assert kept.square().sum() / target.square().sum() == pytest.approx(0.5, abs=0.02)


def test_a_short_lookup_shows_the_same(experiment):
    found = {name: experiment["lookup"](name, 200, 1e-2, 300) for name in ("MQA", "MLA")}
    assert found["MLA"]["missed"] < 0.4 < 0.5 < found["MQA"]["missed"]


def test_a_short_reading_learns(experiment):
    row = experiment["reading"]("MLA", 200, 40)
    assert row["cache"] == 64 and row["loss"] < 3


def test_the_figure_draws_every_seed(script):
    found = script("figures/mla-equal-cache")["data"]()
    assert found["lookup"]["MLA"] == scores("lookup", "MLA", "missed")
    assert {name: len(s) for name, s in found["book"].items()} == dict.fromkeys(
        ("MHA", "MQA", "GQA", "MLA", "MLA, half turned"), 5
    )


def test_the_figure_of_the_inclusion_is_the_conversion(script):
    found = script("figures/mla-inclusion")["data"]()
    assert [row.index(1) for row in found["GQA"][:8]] == [0, 1, 4, 5, 0, 1, 4, 5]
    assert [row.index(1) for row in found["GQA"][8:]] == [2, 3, 6, 7, 2, 3, 6, 7]
    assert {sum(row) for row in found["GQA"]} == {1} and {sum(r) for r in found["MLA"]} == {8}
