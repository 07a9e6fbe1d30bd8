"""The soft dictionary, against PyTorch's attention and its own laws."""

import pytest
import torch
from minseek.lookup import SoftDict, dot
from torch.nn.functional import scaled_dot_product_attention


@pytest.mark.parametrize("seed", range(3))
def test_it_reads_what_pytorch_reads(seed):
    g = torch.Generator().manual_seed(seed)
    q, k = torch.rand(4, 5, generator=g) * 6 - 3, torch.rand(7, 5, generator=g)
    v = torch.rand(7, 2, generator=g)
    theirs = scaled_dot_product_attention(q, k, v, scale=1.0)
    memory = SoftDict(k.tolist(), v.tolist())
    for query, row in zip(q.tolist(), theirs.tolist(), strict=True):
        assert memory[query] == pytest.approx(row, rel=1e-5)
        assert sum(memory.weights(query)) == pytest.approx(1)


def test_a_loud_query_is_a_hard_lookup_and_does_not_overflow():
    keys, values = [(2, 0), (0, 1), (-1, 1)], [(3, 0), (0, 3), (-2, 1)]
    assert SoftDict(keys, values)[1000, 0] == [3, 0]


def test_keys_moved_together_change_nothing():
    keys, values = [(2, 0), (0, 1)], [(3, 0), (0, 3)]
    moved = [(x + 5, y - 7) for x, y in keys]
    query = (0.3, 0.4)
    ours, theirs = SoftDict(keys, values)[query], SoftDict(moved, values)[query]
    assert ours == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda: dot([1, 2], [1]), "2 numbers meet 1"),
        (lambda: SoftDict([(1,)], []), "1 keys and 0 values"),
        (lambda: SoftDict([], []), "0 keys and 0 values"),
    ],
)
def test_what_does_not_fit_is_refused(attempt, words):
    with pytest.raises(ValueError, match=words):
        attempt()


def test_the_picture_holds_the_lookup(script):
    found = script("figures/soft-lookup")["data"]()
    assert sum(found["weights"]) == pytest.approx(1)
    for j, total in enumerate(found["output"]):
        assert total == pytest.approx(sum(part[j] for part in found["weighed"]))


def test_a_fixed_state_forgets_and_the_lookup_does_not(script):
    found = script("figures/recall")["data"](entries=[4, 64], seeds=range(3))
    assert min(found["state"][0]) > 0.9 > max(found["state"][1]) > 0.5
    assert min(found["lookup"][1]) == 1


def test_a_state_as_large_as_the_lookup_recalls_as_well(script):
    recalls = script("figures/recall")["state_recalls"]
    assert min(recalls(64, 64 * 33, seed) for seed in range(3)) > 0.95
