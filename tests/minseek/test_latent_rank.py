"""The stored experiment of article 3.1, its pieces, and the figures that are drawn of it."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from minseek.accounting import published

RESULTS = Path(__file__).parents[2] / "code/experiments/results"
STORED = json.loads((RESULTS / "latent-rank.json").read_text("utf-8"))
WHOLE = [row for row in STORED["rows"] if row["rank"] is None]


@pytest.fixture
def experiment(script):
    return script("experiments/latent_rank")


def test_the_stored_result_is_that_of_this_script(experiment):
    assert STORED["what"] == experiment["WHAT"]
    wanted = [(s, r) for s in experiment["SEEDS"] for r in (None, *experiment["LEARNT"])]
    assert [(row["seed"], row["rank"]) for row in STORED["rows"]] == wanted
    for row in WHOLE:
        assert len(row["weights"]) == len(row["text"]) == len(experiment["RANKS"])


def test_what_was_learnt_beats_what_was_fitted_for_every_seed():
    for row in WHOLE:
        learnt = {r["rank"]: r["loss"] for r in STORED["rows"] if r["seed"] == row["seed"]}
        assert learnt[4] < min(row["weights"][0], row["text"][0]) - 0.2
        assert learnt[16] < min(row["weights"][2], row["text"][2])
        assert row["loss"] < learnt[16] < learnt[4]


def test_at_16_the_way_matters_no_more_than_the_seed():
    learnt = [row["loss"] for row in STORED["rows"] if row["rank"] == 16]
    fitted = [row["text"][2] for row in WHOLE]
    between = max(max(x) - min(x) for x in (learnt, fitted, [row["loss"] for row in WHOLE]))
    assert abs(sum(fitted) - sum(learnt)) / 3 < between


def test_the_curves_fall_and_end_at_the_width_of_a_token():
    for row in WHOLE:
        for kind in ("lost_at_start", "lost_weights", "lost_text", "lost_separately"):
            for curve in row[kind]:
                assert len(curve) == 129 and curve[0] == 1
                assert all(a >= b for a, b in pairwise(curve))
                assert (curve[-1] < 1e-3) == (kind != "lost_separately")
        for joint, halves in zip(row["lost_weights"], row["lost_separately"], strict=True):
            assert all(a <= b + 1e-4 for a, b in zip(joint[::2], halves[::2], strict=True))


def test_a_cut_is_the_best_of_its_rank(experiment):
    model = experiment["build"]("whole", 5)
    x = torch.randn(300, 128, generator=torch.Generator().manual_seed(0))
    for given in (None, x):
        small = experiment["cut"](model, 8, [given] * 2)
        w, cut = (experiment["stacked"](m.blocks[0].attention) for m in (model, small))
        assert torch.linalg.matrix_rank(cut).item() == 8
        made = torch.eye(128) if given is None else given
        error = (made @ (w - cut).T).square().sum() / (made @ w.T).square().sum()
        best = torch.linalg.svdvals((made @ w.T).double()).square()
        assert error == pytest.approx((1 - best[:8].sum() / best.sum()).item(), abs=1e-4)
        stored = experiment["lost"](experiment["axes"](w, given)[1])
        assert stored[8] == pytest.approx(error.item(), abs=1e-3)


def test_a_cut_without_a_limit_changes_nothing(experiment):
    model, tokens = experiment["build"]("whole", 6), torch.arange(24).view(2, 12)
    same = experiment["cut"](model, 128, [None] * 2)
    torch.testing.assert_close(same(tokens), model(tokens), atol=1e-4, rtol=0)


def test_a_short_run_shows_the_same(experiment):
    run, seed = replace(experiment["RUN"], steps=60), 100  # a seed that was not stored
    whole, narrow = (experiment["row"](seed, rank, run) for rank in (None, 4))
    assert narrow["loss"] < whole["weights"][0]
    assert whole["lost_text"][0][16] < whole["lost_weights"][0][16] / 2


def test_the_figure_has_v2s_sizes(script):
    found = script("figures/mla-flow")["data"]()
    a = published("deepseek-v2").attention
    assert found["cached"] == found["latent"] + found["rope key"] == a.cache_width
    assert found["keys and values"] == found["heads"] * (found["key"] + found["value"])


def test_the_curves_are_means_of_the_stored_seeds(script):
    found = script("figures/mla-rank")["data"]()
    assert found["learnt"][None] == pytest.approx(sum(r["loss"] for r in WHOLE) / len(WHOLE))
    shares = [c[16] for row in WHOLE for c in row["lost_text"]]
    assert found["lost_text"][16] == pytest.approx(sum(shares) / len(shares))
