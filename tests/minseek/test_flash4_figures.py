"""The data of FlashAttention 4's figures, on small shapes."""

import pytest
from minseek.flash import feeds


def test_bars_are_feeds_and_speeds(script):
    found = script("figures/flash4-cycles")["data"]()
    assert found["B200"] == feeds.forward(128, 128, 128)
    assert found["B200"].exp == found["B200"].mma == 2 * found["B300"].exp
    assert found["A100"].longest == found["H100"].longest == "mma"


def test_tensor_memory_is_full(script):
    found = script("figures/flash4-tile")["data"]()
    assert found.pop("bytes") == 256 * 1024
    assert sum(found.values()) == 512


def test_bf16_lies_far_above_every_polynomial(script):
    found = script("figures/flash4-exp2")["data"](n=2**16)
    assert found["bf16"] > 40 * found["degree 3"]
    assert found["degree 3"] > 20 * found["degree 4"] > 400 * found["degree 5"]


def test_rescaling_depends_on_the_scores(script):
    found = script("figures/flash4-rescales")["data"](n=512, taus=(0, 8))
    assert found["normal"][1] == (0, 0)
    assert found["sink"][1] == pytest.approx((100 / 3, 100 / 3), abs=0.1)  # once, of three
    assert found["near"][1][0] > 30 and found["near"][0][0] < 70
    assert found["wide"][0][0] > 95 > 15 > found["wide"][1][1]
