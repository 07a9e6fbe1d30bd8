"""The figures of article 1.7 draw what its experiments stored."""

import json
from pathlib import Path

import pytest
import torch
from minseek.accounting import published

RESULTS = Path(__file__).parents[2] / "code/experiments/results"
STORED = json.loads((RESULTS / "small-decoder.json").read_text("utf-8"))["rows"]


def losses(variant, steps):
    return [r["loss"] for r in STORED if (r["variant"], r["steps"]) == (variant, steps)]


def test_the_curve_ends_where_the_runs_end_and_below_every_table(script):
    figure = script("figures/decoder-curve")
    curve, tables = figure["data"](), figure["tables"]()
    assert curve[:, -1].tolist() == pytest.approx(losses("whole", 600))
    assert curve.shape[1] * figure["EVERY"] == figure["LONG"]
    assert [*tables.values()] == sorted(tables.values(), reverse=True)
    assert curve[:, -1].amax() < min(tables.values()) - 0.15


def test_a_model_without_attention_is_the_table_of_pairs(script):
    pairs = script("figures/decoder-curve")["tables"]()["pairs"]
    assert losses("no attention", 240) == pytest.approx([pairs] * 3, abs=0.02)


def test_every_missing_part_costs_something_with_every_seed(script):
    found = script("figures/decoder-parts")["data"]()
    assert len(found) == 7
    whole = losses("whole", 240)
    for variant, by_seed in found.items():
        assert by_seed == losses(variant, 240)
        if variant != "whole":
            assert all(less > all_ for less, all_ in zip(by_seed, whole, strict=True))
    assert max(found, key=lambda variant: sum(found[variant])) == "no residuals"


def test_attention_is_little_arithmetic_and_much_time(script):
    flops, time = script("figures/decoder-time")["data"]().values()
    for shares in (flops, time):
        assert 80 < sum(shares.values()) < 105
    assert flops["attention"] < 10 and max(time, key=time.__getitem__) == "attention"


def test_the_drawn_heads_read_backward(script):
    figure = script("figures/decoder-heads")
    for table in figure["data"]().values():
        rows = torch.tensor(table)
        assert rows.shape == (len(figure["SENTENCE"]),) * 2
        assert torch.allclose(rows.sum(-1), torch.ones(len(rows)), atol=0.05)
        assert rows.triu(1).eq(0).all()


def test_spaces_read_the_vowel_before_them(script):
    table = script("figures/decoder-heads")["data"]()[0, 3]
    assert min(table[3][1], table[7][5], table[11][8]) > 0.95


def test_the_second_layer_reads_three_bytes_back_with_every_seed():
    near = torch.tensor([r["by_distance"] for r in STORED if r["steps"] == 600])[..., 1:4].sum(-1)
    assert near[:, 0].amax() < 0.5 < near[:, 1].amin()


def test_the_block_has_the_weights_of_the_model(script):
    small, sizes = published("small"), script("figures/decoder-block")["data"]()
    whole = next(r["weights"] for r in STORED if r["variant"] == "whole")
    rest = 2 * small.vocab_size * small.d_model + small.d_model * (2 * small.n_layers + 1)
    assert small.n_layers * (sizes["attention"] + sizes["ffn"]) + rest == whole
