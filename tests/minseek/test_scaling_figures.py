"""The figures of article 2.4."""

from math import log2

import pytest


def slope(found, part):
    """Powers of two that the last doubling of the length adds."""
    return log2(found[part][-1] / found[part][-2])


def test_attention_is_one_power_above_the_weights(script):
    found = script("figures/scaling-walls")["data"]()
    assert slope(found["prefill"], "matrices") == 1
    assert slope(found["prefill"], "attention") == pytest.approx(2, abs=1e-3)
    assert slope(found["decode"], "weights") == 0 and slope(found["decode"], "cache") == 1
    for below, above in (parts.values() for parts in found.values()):
        assert above[0] < below[0] / 50 and above[-1] > 2 * below[-1]


def test_every_variant_lies_on_the_roof_and_the_report_below(script):
    found = script("figures/scaling-roofline")["data"]()
    top = found.pop("ridge")
    reported = found.pop("FlashMLA, reported")
    for point in found.values():
        assert point["x"] < top["x"]
        assert point["y"] == pytest.approx(top["y"] * point["x"] / top["x"])
    mla = found["absorbed MLA, V3"]
    assert reported["x"] == mla["x"] and 0.8 < reported["y"] / mla["y"] < 1


def test_the_order_by_arithmetic_is_not_the_order_by_traffic(script):
    found = script("figures/scaling-models")["data"]()
    last = {unit: {name: ys[unit][-1] for name, ys in found.items()} for unit in ("GFLOP", "GB")}
    order = {unit: sorted(ends, key=ends.get, reverse=True) for unit, ends in last.items()}
    assert order["GB"] == ["MHA", "GQA", "V3", "V3.2", "V4-Pro"]
    assert order["GFLOP"] == ["V3", "MHA", "GQA", "V3.2", "V4-Pro"]
