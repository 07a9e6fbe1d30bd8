"""The data of FlashAttention 3's figures, and the stored experiment behind one of them."""

import json
from pathlib import Path
from statistics import geometric_mean

import pytest

RESULTS = Path(__file__).parents[2] / "code/experiments/results"
STORED = json.loads((RESULTS / "fp8-outliers.json").read_text("utf-8"))


def test_the_stored_errors_are_those_of_this_script(script):
    names = script("experiments/fp8_outliers")
    assert STORED["what"] == names["WHAT"]
    wanted = [(keys, seed) for keys, seeds in names["SEEDS"].items() for seed in range(seeds)]
    assert [(row["keys"], row["seed"]) for row in STORED["rows"]] == wanted
    for row in STORED["rows"][:2]:
        assert names["row"](row["keys"], row["seed"]) == pytest.approx(row, rel=0.02)


def test_other_draws_say_the_same(script):
    row = script("experiments/fp8_outliers")["row"]
    for seed in range(100, 104):
        found = row(1024, seed)
        assert min(found["neither"], found["no_rotation"]) > 1.2 * found["no_blocks"]
        assert 0.75 < found["no_blocks"] / found["all"] < 1.3


def test_the_gain_grows_with_the_keys(script):
    found = script("figures/flash3-outliers")["data"]()
    means = [of["mean"] for of in found.values()]
    assert means == sorted(means) and list(found) == sorted(found)
    assert means[0] < 1.7 and 2.3 < means[-1] < 2.64
    assert all(of["mean"] == geometric_mean(of["gains"]) for of in found.values())


def test_each_timeline_is_shorter_than_without_overlap(script):
    found = script("figures/flash3-timelines")["data"]()
    totals = {name: run["total"] for name, run in found.items()}
    assert totals["Both"] < min(totals["Ping-pong"], totals["Intra-warpgroup"])
    assert max(totals["Ping-pong"], totals["Intra-warpgroup"]) < totals["No overlap"]
    for run in found.values():  # two products of 512 cycles for two groups and four blocks
        assert run["percent"] == pytest.approx(100 * 16 * 512 / run["total"])


def test_two_stages_fit_and_three_do_not(script):
    found = script("figures/flash3-registers")["data"]()
    limits = found.pop("limits")
    one, two, three = (sum(tiles.values()) for tiles in found.values())
    assert one <= limits["equal"] < two <= limits["setmaxnreg"] < three


def test_the_block_fills_a_multiprocessor(script):
    found = script("figures/flash3-block")["data"]()
    assert found["shared"] <= 227 * 1024 < found["shared"] + 2 * found["k"]
    assert found["registers"] <= 256 * 1024 // 4
