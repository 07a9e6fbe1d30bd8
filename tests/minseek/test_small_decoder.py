"""The two stored experiments of article 1.7, with a short run of each."""

import json
from dataclasses import replace
from math import log
from pathlib import Path

import pytest
import torch
from minseek.accounting import active, published

RESULTS = Path(__file__).parents[2] / "code/experiments/results"
STORED = json.loads((RESULTS / "small-decoder.json").read_text("utf-8"))["rows"]
PROFILE = json.loads((RESULTS / "decoder-profile.json").read_text("utf-8"))["rows"]


def mean(values):
    return sum(values) / len(values)


def test_the_stored_result_is_that_of_this_script(script):
    names = script("experiments/small_decoder")
    what = json.loads((RESULTS / "small-decoder.json").read_text("utf-8"))["what"]
    assert what == names["WHAT"]
    wanted = [("whole", names["LONG"], seed) for seed in names["SEEDS"]]
    wanted += [(v, names["STEPS"], seed) for v in names["VARIANTS"] for seed in names["SEEDS"]]
    assert [(r["variant"], r["steps"], r["seed"]) for r in STORED] == wanted
    for row in STORED:
        assert len(row["held_out"]) == len(row["curve"]) + 1 == row["steps"] // names["EVERY"] + 1
        assert row["loss"] == row["held_out"][-1]
        assert row["weights"] == sum(
            p.numel() for p in names["build"](row["variant"], row["seed"]).parameters()
        )


def test_a_short_run_shows_the_same(script):
    names = script("experiments/small_decoder")
    run = replace(names["RUN"], steps=80)
    seed = 100  # none that the stored result used
    whole, alone = (names["row"](v, seed, run) for v in ("whole", "no attention"))
    for row in (whole, alone):
        assert log(256) - 0.2 < row["held_out"][0] < log(256) + 0.6
    stored = [r["held_out"][2] for r in STORED if (r["variant"], r["steps"]) == ("whole", 240)]
    assert whole["loss"] == pytest.approx(mean(stored), abs=0.1)
    assert whole["loss"] < alone["loss"] - 0.1


def test_the_model_reads_a_little_further_than_it_was_trained(script):
    run = script("experiments/small_decoder")["RUN"]
    for row in (r for r in STORED if "by_place" in r):
        trained = row["by_place"][: run.length // 16]
        assert len(row["by_place"]) == 2 * len(trained)
        assert row["by_place"][4] < max(trained) < min(row["by_place"][5:])
        assert row["loss"] == pytest.approx(mean(trained), abs=0.02)


def test_heads_that_are_watched_read_as_the_layer_does(script):
    names = script("experiments/small_decoder")
    model = names["build"]("whole", 0)
    tokens = torch.randint(256, (2, 12), generator=torch.Generator().manual_seed(0))
    block, (first, _) = model.blocks[0], names["reads"](model, tokens)
    assert torch.allclose(first.sum(-1), torch.ones(2, 4, 12))
    x, layer = block.attention_norm(model.embedding(tokens)), block.attention
    values = layer.v(x).unflatten(-1, (4, 32)).transpose(1, 2)
    expected = layer(x, torch.arange(12))
    torch.testing.assert_close(layer.out((first @ values).transpose(1, 2).flatten(2)), expected)
    far = names["by_distance"](first)
    assert far.shape == (4, 8)
    for i in range(8):
        pairs = [first[:, :, s, s - i] for s in range(8, 12)]
        torch.testing.assert_close(far[:, i], torch.stack(pairs).mean((0, 1)))


def test_each_pass_was_timed_in_parts_that_add_up(script):
    names = script("experiments/decoder_profile")
    found = [(r["attention"], r["part"]) for r in PROFILE]
    assert found == [(way, p) for way in names["WAYS"] for p in (*names["PARTS"], "all")]
    for way in names["WAYS"]:
        rows = {r["part"]: r for r in PROFILE if r["attention"] == way}
        for key in ("ms", "MFLOP"):
            total = sum(rows[part][key] for part in names["PARTS"])
            assert 0.8 * rows["all"][key] < total < 1.05 * rows["all"][key]


def test_flops_are_two_for_each_weight_and_byte(script):
    names = script("experiments/decoder_profile")
    rows = list(names["rows"](repeats=2))
    ours = {r["part"]: r["MFLOP"] for r in rows if r["attention"] == "minseek"}
    small, n = published("small"), names["RUN"].batch * names["RUN"].length
    norms = small.d_model * (2 * small.n_layers + 1)  # multiplied, but by no matrix
    products = ours["all"] - ours["attention"]
    assert products == pytest.approx(2 * n * (active(small) - norms) / 1e6, rel=1e-3)
    assert ours["attention"] == pytest.approx(
        2 * small.n_layers * 2 * n * names["RUN"].length * small.d_model / 1e6, rel=1e-3
    )
    stored = {r["part"]: r["MFLOP"] for r in PROFILE if r["attention"] == "minseek"}
    assert ours == stored


def test_pytorchs_attention_in_the_profile_is_ours(script):
    names = script("experiments/decoder_profile")
    g = torch.Generator().manual_seed(0)
    q, k, v = torch.randn(3, 2, 9, 4, 8, generator=g, dtype=torch.float64)
    heads = names["heads"]
    mask = heads.causal_mask(9, 9)
    torch.testing.assert_close(names["pytorch"](q, k, v, mask).o, heads.attend(q, k, v, mask).o)
