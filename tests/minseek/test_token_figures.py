"""The data of the figures of article 1.2, and its stored result."""

import json
import tomllib
from pathlib import Path

import pytest
from minseek.text import load
from minseek.tokens import BYTES, WORD, train

ROOT = Path(__file__).parents[2]
STORED = ROOT / "code/experiments/results/published-tokenizers.json"


def test_the_trees_stand_on_the_bytes_of_the_sentence(script):
    figure = script("figures/bpe-merges")
    tokenizer, trees = figure["data"]()
    assert [tree.token for tree in trees] == tokenizer.encode(figure["SENTENCE"])

    def leaves(node):
        return [leaf for half in node.halves for leaf in leaves(half)] or [node]

    bytes_below = [leaf for tree in trees for leaf in leaves(tree)]
    assert bytes([leaf.token for leaf in bytes_below]).decode() == figure["SENTENCE"]
    assert [leaf.start for leaf in bytes_below] == [*range(len(bytes_below))]


def test_a_token_is_younger_than_its_halves(script):
    def check(node):
        for half in node.halves:
            assert half.token < node.token and node.start <= half.start < half.stop <= node.stop
            check(half)

    for tree in script("figures/bpe-merges")["data"]()[1]:
        check(tree)


def test_characters_per_token_lie_between_their_bounds_and_grow(script):
    found = script("figures/bpe-compression")["data"]([256, 400, 512])
    most = len(load()) / len(WORD.findall(load()))
    for line in found.values():
        assert line == sorted(line) and line[0] == 1 and 1.9 < line[-1] < most


def test_the_first_merges_of_a_large_vocabulary_are_a_small_one():
    text = load()[:50_000]
    assert train(text, 500).merges[: 300 - BYTES] == train(text, 300).merges


def test_the_bars_of_sampling(script):
    bars = script("figures/sampling-bars")["data"]()
    assert all(sum(bar) == pytest.approx(1) for bar in bars.values())
    cut = bars["τ = 1, p = 0.9"]
    assert cut[-1] == 0 and cut[0] / cut[1] == pytest.approx(bars["τ = 1"][0] / bars["τ = 1"][1])


def test_the_stored_result_is_that_of_this_script_and_of_the_facts(script):
    experiment = script("experiments/published_tokenizers")
    stored = json.loads(STORED.read_text("utf-8"))
    rows = stored["rows"]
    assert stored["what"] == experiment["WHAT"]
    assert [row["text"] for row in rows] == 2 * list(experiment["TEXTS"])
    for row in rows:
        if row["ids"]:
            assert "".join(row["pieces"]) == row["text"]
            assert len(row["ids"]) == row["tokens"]
    facts = tomllib.loads((ROOT / "bib/facts/tokenizers.toml").read_text("utf-8"))
    for model, start in (("GPT-2", "gpt-2-id-"), ("DeepSeek-V3", "v3-id-")):
        (row,) = (r for r in rows if r["model"] == model and r["text"] == "cat sat and it")
        words = [piece.strip() for piece in row["pieces"]]
        assert [facts[start + word]["value"] for word in words] == row["ids"]


def test_the_explorable_has_the_merges_that_are_learned_today():
    script = (ROOT / "extensions/press/static/explorables/tokens.js").read_text("utf-8")
    merges = json.loads(script.partition("const MERGES = ")[2].partition(";")[0])
    assert [tuple(pair) for pair in merges] == list(train(load(), 512).merges)
