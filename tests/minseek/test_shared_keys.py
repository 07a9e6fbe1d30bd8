"""The stored experiment of article 2.2, with a short run of it, and the article's figures."""

import json
from pathlib import Path

import pytest
import torch
from minseek.accounting import cache_bytes, chip, gqa_weights, ridge
from minseek.config import GQAConfig

RESULTS = Path(__file__).parents[2] / "code/experiments/results"
STORED = json.loads((RESULTS / "shared-keys.json").read_text("utf-8"))
VARIANTS = [row for row in STORED["rows"] if "variant" in row]
WAYS = [row for row in STORED["rows"] if "way" in row]
SMALL = json.loads((RESULTS / "small-decoder.json").read_text("utf-8"))["rows"]


def test_the_stored_result_is_that_of_this_script(script):
    names = script("experiments/shared_keys")
    assert STORED["what"] == names["WHAT"]
    assert [r["variant"] for r in VARIANTS] == sorted(
        (r["variant"] for r in VARIANTS), key=list(names["SHAPES"]).index
    )
    assert [(r["way"], r["seed"]) for r in WAYS] == [
        (way, seed) for way in names["WAYS"] for seed in names["FEW"]
    ]
    for row in VARIANTS:
        cfg = names["shape"](row["variant"])
        assert row["cache"] == cache_bytes(cfg) / 2
        assert row["weights"] == sum(
            p.numel() for p in names["new"](row["variant"], row["seed"]).parameters()
        )


def test_all_but_one_have_the_weights_of_mha_and_a_quarter_of_its_cache():
    whole, *others = {r["variant"]: r for r in VARIANTS}.values()
    for row in others:
        assert row["cache"] * 4 == whole["cache"]
        assert (row["weights"] == whole["weights"]) == (row["variant"] != "MQA")


def test_mha_is_the_whole_decoder_of_the_other_experiment():
    there = {r["seed"]: r["loss"] for r in SMALL if (r["variant"], r["steps"]) == ("whole", 240)}
    here = {r["seed"]: r["loss"] for r in VARIANTS if r["variant"] == "MHA"}
    for seed, loss in there.items():
        assert here[seed] == pytest.approx(loss, abs=1e-3)


def test_the_three_ways_are_ranked_in_every_seed():
    later = {(r["way"], r["seed"]): r["later"] for r in WAYS}
    for seed in {r["seed"] for r in WAYS}:
        losses = [later[way, seed] for way in ("none", "mean", "first", "random")]
        assert losses == sorted(losses)


def test_a_short_run_shows_the_same(script):
    names = script("experiments/shared_keys")
    seed, exam = 100, names["book"]()[1][:100]  # a seed that the stored result did not use
    model = names["trained"](names["new"]("MHA", seed), seed, steps=60)
    before = names["examine"](model, exam)
    after = {}
    for way in ("none", "mean", "random"):
        other = names["converted"](model, way, seed)
        assert (names["error"](model, other, exam[:10]) < 1e-6) == (way == "none")
        after[way] = names["examine"](other, exam)
    assert after["none"] == before < after["mean"] < after["random"]


def test_equal_heads_are_converted_without_a_loss(script):
    names = script("experiments/shared_keys")
    model = names["new"]("MHA", 0).requires_grad_(False)
    for block in model.blocks:
        for part in (block.attention.k, block.attention.v):
            heads = part.weight.unflatten(0, (4, 32))
            heads.copy_(heads[0].clone())
    other = names["converted"](model, "mean", 0)
    assert names["error"](model, other, torch.arange(40).view(2, 20)) < 1e-3
    assert names["alike"](model, "k") == pytest.approx(1)


def test_the_figure_of_the_ratio_is_the_formula(script):
    found = script("figures/mqa-ratio")["data"]()
    names = {"MHA, one sequence": (96, 1), "MQA, 256 sequences": (1, 256)}
    for name, (kv, b) in names.items():
        cfg = GQAConfig(d_model=12_288, n_heads=96, n_kv_heads=kv, d_head=128)
        for n, drawn in zip(found["tokens"], found[name], strict=True):
            w = gqa_weights(cfg)
            read = w + b * n * cfg.cache_width
            assert drawn == pytest.approx(read / (b * w + 2 * b * n * cfg.d_model))
    assert found["A100"] == [1 / ridge(chip("a100-40").fp16, chip("a100-40").bandwidth)]


def test_the_other_figures_draw_what_the_article_says(script):
    heads = script("figures/mqa-heads")["data"]()
    assert list(heads.values()) == [(4, 16_384, 256), (1, 4_096, 64)]
    mha, copied, divided = script("figures/mqa-cards")["data"]().values()
    assert mha[0] == pytest.approx(4718.592) and mha[0] / copied[0] == pytest.approx(96)
    assert copied[3] == copied[0] and divided[3] == pytest.approx(copied[3] / 8)
    quality = script("figures/mqa-quality")["data"]()
    assert [len(losses) for losses in quality.values()] == [5, 5, 5, 3, 3, 3]
