"""The data of the figures of article 1.1, against the counts of whole models and the facts."""

import tomllib
from pathlib import Path

import pytest
from minseek.accounting import active, expert_weights, published, total

V3 = published("deepseek-v3")
FACTS = Path(__file__).parents[2] / "bib/facts"


@pytest.fixture
def data(script):
    return lambda name: script(f"figures/{name}")["data"]()


def test_the_tower_has_the_area_of_the_model(data):
    m = data("map-tower")
    mixed = m["layers"] - m["plain layers"]
    area = m["layers"] * m["attention"] + m["plain layers"] * m["dense FFN"]
    area += mixed * (m["shared expert"] + m["routed experts"]) + m["embedding"] + m["head"]
    small = total(V3) - area * expert_weights(V3.moe)  # routers and norms, too thin to draw
    assert 0 < small < 0.0002 * total(V3)


def test_the_layer_sums_to_what_a_layer_holds(data):
    m = data("map-layer")
    layer = m["attention"] + m["router"] + (m["experts"] + 1) * m["expert"] + 2 * m["width"]
    plain = m["attention"] + 3 * V3.d_model * V3.d_ff + 2 * m["width"]
    tables = 2 * V3.vocab_size * V3.d_model
    mixed = V3.n_layers - V3.n_dense_layers
    whole = mixed * layer + V3.n_dense_layers * plain + tables + m["width"]
    assert whole == total(V3)


def test_tokens_touch_between_one_tokens_parameters_and_all(data):
    found = data("map-touched")
    most, blind, least = (found[rule] for rule in ("avoiding each other", "blind", "all the same"))
    embedding = V3.vocab_size * V3.d_model / 1e9
    assert least == [pytest.approx(active(V3) / 1e9)] * len(least)
    assert most[0] == blind[0] == least[0]
    assert most[31:] == [pytest.approx(total(V3) / 1e9 - embedding)] * 225 and most[30] < most[31]
    inside = zip(least[1:], blind[1:], most[1:], strict=True)
    assert all(low < middle < high for low, middle, high in inside)
    assert blind == sorted(blind)


def test_the_bill_is_that_of_the_facts(data):
    facts = {
        name: fact["value"]
        for subject in ("models", "training-cost", "r1")
        for name, fact in tomllib.loads((FACTS / f"{subject}.toml").read_text("utf-8")).items()
    }
    bill = data("map-bill")
    price = facts["v3-hour-price"] / 1e3  # of a thousand hours, in millions
    assert bill["pre-training"] == pytest.approx(facts["v3-pretraining-dollars"])
    assert bill["longer texts"] == pytest.approx(facts["v3-extension-hours"] * price)
    assert bill["post-training"] == pytest.approx(facts["v3-post-training-hours"] * price)
    assert bill.pop("R1") == pytest.approx(facts["r1-dollars"] / 1e3)
    assert sum(bill.values()) == pytest.approx(facts["v3-dollars"])
