"""The data of FlashAttention-2's figures, and that what they draw follows from minseek."""

import pytest


def test_who_writes_what(script):
    found = script("figures/flash2-owners")["data"](n=64, d=4, b=16)
    assert found["blocks"] == 4
    assert {name for name, count in found.items() if count == 4} == {
        *("blocks", "fa1 o", "fa1 dq", "fa2 dq")
    }
    assert found["fa2 o"] == found["fa2 dk"] == found["fa2 dv"] == 1


def test_jobs_of_the_benchmark(script):
    found = script("figures/flash2-waves")["data"]()
    assert [a * n for a, n in zip(found["fa1 workers"], found["length"], strict=True)] == [
        16384 * 32
    ] * 6
    assert set(found["fa2 workers"]) == {16384 * 32 / 128}
    assert found["fa1 share"][-1] == pytest.approx(100 * 32 / 108, abs=0.1)


def test_nine_shares_are_best_and_eight_are_chosen(script):
    found = script("figures/flash2-splits")["data"]()
    assert (found["best"], found["chosen"]) == (9, 8)
    assert found["share"][8] == 100 and found["share"][7] > 85 > found["share"][6]


def test_split_queries_exchange_nothing(script):
    found = script("figures/flash2-warps")["data"](r=16, c=32, d=8)
    assert found["queries exchanged"] == 0
    assert found["keys exchanged"] * 1024 == 4 * 2 * 4 * 16 * (8 + 2)
    assert found["keys operands"] * 1024 == 2 * (4 * 16 * 8 + 2 * 32 * 8)
