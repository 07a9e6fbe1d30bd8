"""The data of the figures of article 1.4."""

import pytest
import torch


def test_shapes_of_the_toy_and_its_oracle(script):
    m = script("figures/self-attention-shapes")["data"]()
    assert m["X"].shape == (4, 3)
    assert m["Q"].shape == m["K"].shape == m["V"].shape == m["O"].shape == (4, 2)
    assert m["A"].argmax(1).tolist()[3] == 0  # "it" reads "cat" most
    theirs = torch.nn.functional.scaled_dot_product_attention(m["Q"], m["K"], m["V"])
    torch.testing.assert_close(m["O"], theirs)


@pytest.mark.parametrize("seed", [100, 101, 102])  # none that the figure used
def test_saturation_survives_other_seeds(script, seed):
    measure = script("figures/softmax-saturation")["measure"]
    raw, root, plain = measure(512, seed).median(dim=2).values.tolist()
    assert raw[0] > 0.99 and raw[1] < 0.02  # most of the weight on one key, no gradient
    assert root == pytest.approx([0.1, 0.18], abs=0.015)
    assert plain == pytest.approx([1 / 64, 63**0.5 / 64], abs=0.005)  # nearly uniform


def test_the_root_holds_at_every_width(script):
    measure = script("figures/softmax-saturation")["measure"]
    largest = [measure(w, 100)[1, 0].median().item() for w in (16, 64, 256)]
    assert max(largest) - min(largest) < 0.02
