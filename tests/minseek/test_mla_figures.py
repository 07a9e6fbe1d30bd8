"""The data of the figures on latent attention's two forms."""

import pytest


def test_orders_have_the_widths_of_flashmlas_readme(script):
    found = script("figures/mla-orders")["data"]()
    assert (found["key"], found["value"]) == (192, 128)
    assert (found["latent key"], found["latent value"]) == (576, 512)
    assert found["absorbed pair"] / found["naive pair"] == (576 + 512) / (192 + 128)


@pytest.mark.parametrize("t", [512, 32_768])
def test_the_curves_cross_at_the_tie(script, t):
    found = script("figures/mla-crossover")["data"](t)
    rows = zip(found["new"], found["naive"], found["absorbed"], found["stored"], strict=True)
    for s, naive, absorbed, stored in rows:
        assert naive > stored
        assert s == found["tie"][0] or (naive > absorbed) == (s < found["tie"][0])
    assert found["new"][-1] == t
