"""The figures of article 2.3 and its stored experiment."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]
STORED = json.loads((ROOT / "code/experiments/results/grouped-heads.json").read_text("utf-8"))
ROWS = STORED["rows"]


def mean(way, heads, mark):
    found = [r["losses"][mark] for r in ROWS if (r["way"], r["kv_heads"]) == (way, heads)]
    return sum(found) / len(found)


def test_the_stored_result_is_that_of_this_script(script):
    names = script("experiments/grouped_heads")
    assert STORED["what"] == names["WHAT"]
    wanted = []
    for seed in names["SEEDS"]:
        wanted.append((seed, names["HEADS"], "whole"))
        wanted += [
            (seed, n, way)
            for n in names["KEPT"]
            for way in names["WAYS"]
            if n > 1 or way not in ("similar", "both")
        ]
    assert [(r["seed"], r["kv_heads"], r["way"]) for r in ROWS] == wanted
    assert {len(r["losses"]) for r in ROWS} == {len(names["MARKS"])}


def test_a_short_run_shows_the_same(script):
    names = script("experiments/grouped_heads")
    seed = 100  # none that the stored result used
    model = names["build"](seed)
    run = replace(names["RUN"], steps=80, every=80, seed=seed)
    for _ in names["learn"](model, run):
        pass
    found = {way: names["one"](model, 2, way, seed, (0, 4)) for way in ("mean", "aligned")}
    assert found["mean"]["lost"] == pytest.approx(0.75, abs=0.03)
    assert found["aligned"]["lost"] < 0.7
    assert found["aligned"]["losses"][0] < found["mean"]["losses"][0]


@pytest.mark.parametrize("turned", [False, True])
def test_similar_heads_come_to_lie_side_by_side(script, turned):
    names = script("experiments/grouped_heads")
    regroup, cfg = names["align"].__globals__, names["CFG"].attention
    torch.manual_seed(5)
    tied = names["GroupedAttention"](replace(cfg, n_heads=8, n_kv_heads=4, d_head=16))
    mixed = names["reorder"](regroup["untie"](tied), [3, 0, 6, 1, 4, 7, 2, 5])
    assert names["lost"](mixed, 4) > 0.3
    ready = names["similar"](mixed, 4, turned)
    assert names["lost"](ready, 4) < 1e-12
    x, pos = torch.rand(1, 5, cfg.d_model), torch.arange(5)
    torch.testing.assert_close(ready(x, pos), mixed(x, pos), atol=1e-5, rtol=1e-4)


def test_distances_are_those_after_the_best_turn(script):
    names = script("experiments/grouped_heads")
    torch.manual_seed(6)
    cfg = replace(names["CFG"].attention, n_heads=2, n_kv_heads=2, d_head=16)
    layer = names["GroupedAttention"](cfg)
    far = names["apart"](layer, True)[0, 1].item()
    size = sum(w.weight.pow(2).sum().item() for w in (layer.k, layer.v))
    ready = names["align"](layer, 1)
    assert names["lost"](ready, 1) * size == pytest.approx(far / 2, rel=1e-4)


def test_ways_to_form_groups_are_counted(script):
    partitions = script("experiments/grouped_heads")["partitions"]
    assert [len(list(partitions(tuple(range(8)), n))) for n in (1, 2, 4, 8)] == [1, 105, 35, 1]


def test_every_drawn_card_is_full_after_the_same_time(script):
    found = script("figures/gqa-step")["data"]()
    for at in found.values():
        assert at["full"] == pytest.approx(40, abs=0.2)
    assert found[8]["sequences"] / found[64]["sequences"] == pytest.approx(8.3, abs=0.05)


def test_a_card_keeps_a_whole_head(script):
    found = script("figures/gqa-cards")["data"]()
    assert {n: at["KiB"] for n, at in found.items()} == {64: 320, 8: 40, 1: 40}
