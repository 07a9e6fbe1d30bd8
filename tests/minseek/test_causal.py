"""The model of one head, its text, and the stored experiment of article 1.5."""

import json
from itertools import product
from math import log
from pathlib import Path

import pytest
import torch
from minseek.causal import LETTERS, OneHead, legal, ring, surprises, weights, write
from minseek.heads import causal_mask

ROOT = Path(__file__).parents[2]
STORED = ROOT / "code/experiments/results/causal-leak.json"
GRID = STORED.with_name("causal-leak-grid.json")


def generator(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("s", "t"), [(6, 6), (2, 6), (1, 6)])
def test_masked_attention_is_that_of_pytorch(s, t):
    q, k, v = (torch.rand(3, n, 4, generator=generator(n)) for n in (s, t, t))
    mask = causal_mask(s, t)
    theirs = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    torch.testing.assert_close(weights(q, k, mask) @ v, theirs)
    assert (weights(q, k, mask)[..., ~mask] == 0).all()


@pytest.mark.parametrize("t", [1, 5, 9])
def test_outputs_before_a_changed_token_stay_and_only_under_the_mask(t):
    torch.manual_seed(t)
    text = ring(1, 10, generator(t))
    other = text.clone()
    other[0, t] = (other[0, t] + 1) % len(LETTERS)
    for causal in (True, False):
        model = OneHead(len(LETTERS), 10, 8, causal)
        moved = (model(text) - model(other)).abs().amax(-1)[0] > 1e-6
        assert bool(moved[t:].any()) and bool(moved[:t].any()) is not causal


def test_one_pass_grades_like_a_pass_for_each_beginning():
    text = ring(5, 12, generator(0))
    for causal in (True, False):
        torch.manual_seed(0)
        model = OneHead(len(LETTERS), 12, 8, causal)
        apart = [surprises(model, text[:, :n])[:, -1] for n in range(3, 13)]
        same = torch.allclose(surprises(model, text), torch.stack(apart, 1), atol=1e-5)
        assert same is causal


def test_texts_keep_the_rule_and_toss_a_fair_coin():
    text = ring(400, 20, generator(0))
    assert legal(text).all()
    ones = ((text[:, 2:] - text[:, :-2]) % len(LETTERS) == 1).float().mean().item()
    assert ones == pytest.approx(0.5, abs=0.03)
    blind = torch.randint(8, (400, 20), generator=generator(1))
    assert legal(blind).float().mean().item() == pytest.approx(0.25, abs=0.03)


def test_a_model_refuses_more_places_than_it_has():
    model = OneHead(len(LETTERS), 4, 2)
    with pytest.raises(ValueError, match=r"5 tokens, .* for 4 places"):
        write(model, torch.zeros(1, 3, dtype=torch.long), 3)


@pytest.mark.parametrize("seed", [100, 101])  # none that the stored result used
def test_without_a_mask_the_loss_is_impossible_and_the_text_is_wrong(script, seed):
    run = script("experiments/causal_leak")["run"]
    honest, cheat = (run(seed, causal, steps=200) for causal in (True, False))
    assert log(2) - 0.02 < honest["loss"] < 0.8 and honest["legal"] > 0.95
    assert honest["beginnings"] == pytest.approx(honest["loss"], abs=2e-3)
    assert cheat["loss"] < 0.25 and max(cheat["places"][:-1]) < 0.15 < cheat["places"][-1]
    assert cheat["legal"] < 0.5 and cheat["beginnings"] > log(8)
    assert honest["before"] > 0.8 and cheat["after"] > 0.8


def test_the_stored_result_is_that_of_this_script_and_its_figure(script):
    experiment, figure = script("experiments/causal_leak"), script("figures/causal-leak")
    stored = json.loads(STORED.read_text("utf-8"))
    assert stored["what"] == experiment["WHAT"]
    wanted = [(s, causal) for causal in (True, False) for s in experiment["SEEDS"]]
    assert [(r["seed"], r["causal"]) for r in stored["rows"]] == wanted
    for row in stored["rows"]:
        assert row["loss"] == pytest.approx(sum(row["places"]) / 14, abs=1e-3)
        assert len(row["curve"]) * experiment["EVERY"] == row["steps"]
    lines = figure["data"]()
    assert lines[True].shape == lines[False].shape == (8, 14)
    assert lines[True].amin() > 0.65 and lines[False][:, :-1].amax() < 0.06


@pytest.mark.parametrize("d", [8, 128])
def test_the_leak_is_found_from_small_tables_and_little_from_huge_ones(script, d):
    row = script("experiments/causal_leak_grid")["row"]
    small, honest = (row(causal, 300, d, 0.1, seed=100) for causal in (False, True))
    assert small["loss"] < 0.5 and small["legal"] < 0.5 < small["after"]
    assert honest["loss"] > log(2) - 0.02 and honest["legal"] > 0.9
    for causal in (False, True):
        assert row(causal, 200, d, 3.0, seed=100)["loss"] > log(2)


def test_the_stored_grid_is_whole_and_agrees_with_the_first_experiment(script):
    experiment = script("experiments/causal_leak_grid")
    grid = json.loads(GRID.read_text("utf-8"))
    assert grid["what"] == experiment["WHAT"]
    axes = (experiment[name] for name in ("WIDTHS", "SPREADS", "SEEDS"))
    cells = product(experiment["RUNS"], *axes)
    wanted = [(*run, d, spread, seed) for run, d, spread, seed in cells]
    names = ("causal", "steps", "d", "spread", "seed")
    found = {tuple(row[name] for name in names): row for row in grid["rows"]}
    assert list(found) == wanted
    for row in json.loads(STORED.read_text("utf-8"))["rows"]:
        same = found.get((row["causal"], 300, 32, 0.3, row["seed"]), row)
        assert [same[name] for name in experiment["KEPT"]] == [
            row[name] for name in experiment["KEPT"]
        ]


def test_the_masks_of_the_figures(script):
    both = script("figures/causal-masks")["data"]()
    assert torch.equal(both["all"][-1], both["causal"][-1])
    assert torch.equal(both["causal"] > 0, causal_mask(4, 4))
    assert script("figures/causal-cache")["data"]() == causal_mask(6, 6).tolist()
