"""The figures of article 1.6 and its stored experiment."""

import json
import tomllib
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[2]
STORED = json.loads((ROOT / "code/experiments/results/two-heads.json").read_text("utf-8"))
LINEAR = [row for row in STORED["rows"] if not row["hidden"]]


def test_the_stored_result_is_that_of_this_script(script):
    experiment = script("experiments/two_heads")
    assert STORED["what"] == experiment["WHAT"]
    keys = {(row["heads"], row["seed"]) for row in LINEAR}
    asked = {(h, s) for h in experiment["HEADS"] for s in experiment["SEEDS"]}
    assert keys == asked | {(h, s) for h in (1, 2) for s in experiment["FURTHER"]}


def test_one_head_never_answers_both_and_two_nearly_always():
    worse = {
        h: [min(r["one_back"], r["two_back"]) for r in LINEAR if r["heads"] == h] for h in (1, 2, 4)
    }
    assert max(worse[1]) < 0.5
    assert sum(share > 0.99 for share in worse[2]) == len(worse[2]) - 1
    assert min(worse[4]) > 0.99


@pytest.mark.parametrize("seed", [200, 201, 202])  # none that was stored
def test_a_short_run_shows_the_same(script, seed):
    experiment = script("experiments/two_heads")
    one, two = (
        experiment["accuracy"](experiment["train"](heads, seed, steps=150)) for heads in (1, 2)
    )
    assert min(one) < 0.5 and min(two) > min(one) + 0.3


def test_all_layers_have_equally_many_weights(script):
    layer = script("experiments/two_heads")["TwoBack"]
    sizes = {sum(p.numel() for p in layer(heads).parameters()) for heads in (1, 2, 4)}
    assert len(sizes) == 1


def test_a_trained_layer_is_the_sum_of_its_heads(script):
    experiment = script("experiments/two_heads")
    layer = experiment["TwoBack"](2)
    tokens, _ = experiment["batch"](3, torch.Generator().manual_seed(0))
    with torch.no_grad():
        heads = [layer(tokens, kept) for kept in torch.eye(2)]
        nothing = layer(tokens, torch.zeros(2))
        torch.testing.assert_close(sum(heads) - nothing, layer(tokens))


def test_the_two_drawn_runs_share_the_jobs_and_swap_the_heads(script):
    figure = script("figures/heads-two-back")
    jobs = []
    for heads in figure["data"]().values():
        rows = torch.tensor(heads)
        assert torch.allclose(rows.sum(-1), torch.ones(2, 6), atol=0.01)
        places = torch.arange(figure["FIRST"], rows.shape[-1])
        jobs.append([{*(row.argmax(-1) - places).tolist()} for row in rows])
    assert jobs == [[{-1}, {-2}], [{-2}, {-1}]]


def test_products_cost_the_same_and_exponentials_do_not(script):
    figure = script("figures/heads-flops")
    facts = tomllib.loads((ROOT / "bib/facts/open-models.toml").read_text("utf-8"))
    assert figure["WIDTH"] == facts["gpt-3-d-model"]["value"]
    assert max(figure["HEADS"]) == facts["gpt-3-heads"]["value"]
    found = figure["data"]()
    products = {(cost["projections"], cost["scores and mixing"]) for cost in found.values()}
    assert len(products) == 1
    assert found[96]["exponentials"] == 96 * found[1]["exponentials"]
