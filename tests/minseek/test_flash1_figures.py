"""The data of FlashAttention 1's figures, on small shapes."""

import pytest


def test_traffic_is_counted_and_meets_the_formula(script):
    found = script("figures/flash1-traffic")["data"](n=64, d=4, rows=(4, 16, 64))
    assert found["flash"] == found["formula"]
    assert found["flash"] == sorted(found["flash"], reverse=True)
    assert found["fits"] == [m >= 8 * 4 * 4 + 8 * 4 for m in found["m"]]


def test_tiles_cross_as_the_algorithm_says(script):
    found = script("figures/flash1-tiles")["data"](n=64, d=4, m=256)
    t_c = -(-64 // found["b_c"])
    assert found["up"] == {"k": 1, "v": 1, "q": t_c, "o": t_c, "l": t_c}
    assert found["down"] == {"k": 0, "v": 0, "q": 0, "o": t_c, "l": t_c}
    assert found["peak"] <= 256


def test_one_kernel_is_left_of_the_ridge_and_one_is_right(script):
    found = script("figures/flash1-roofline")["data"]()
    ridge = found["roof"]["ridge"]
    assert found["standard"]["x"] < ridge < found["flash"]["x"]
    assert all(found[k]["y"] < found[k]["roof"] for k in ("standard", "flash"))
    assert found["flash"]["y"] == pytest.approx(131.8, abs=0.1)
