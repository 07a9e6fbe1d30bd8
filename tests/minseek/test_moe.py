"""Grouped experts are the plain sum, with its gradients, whatever the router decides."""

import doctest

import pytest
import torch
from minseek import capacity as capacity_module
from minseek import ffn
from minseek import moe as module
from minseek.capacity import capacity, within_capacity
from minseek.config import MoEConfig
from minseek.moe import Experts, MoE, experts_grouped, experts_plain
from torch import Tensor

CFG = MoEConfig(
    d_model=8, n_experts=6, n_shared=1, k=2, d_expert=4, score="sigmoid", normalise=True
)


def inputs(s: int, e: int, k: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Experts]:
    g = torch.Generator().manual_seed(seed)
    x, weight, up, gate, down = (
        torch.randn(size, generator=g, dtype=torch.float64).requires_grad_()
        for size in ((s, 5), (s, k), (e, 3, 5), (e, 3, 5), (e, 5, 3))
    )
    expert = torch.rand(s, e, generator=g).topk(k).indices
    return x, expert, weight, Experts(gate, up, down)


# (s, e, k): one token, every expert at once, experts that nobody chose
@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 9, 2), (17, 4, 4), (33, 8, 3), (5, 40, 2)])
@pytest.mark.parametrize("seed", range(2))
def test_grouped_equals_plain_and_so_do_its_gradients(shape, seed):
    x, expert, weight, w = inputs(*shape, seed)
    plain, grouped = (f(x, expert, weight, w) for f in (experts_plain, experts_grouped))
    torch.testing.assert_close(grouped, plain)
    leaves = (x, weight, *w)
    theirs, ours = (torch.autograd.grad(y.sin().sum(), leaves) for y in (plain, grouped))
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b)


def test_gradients_are_the_derivatives():
    x, expert, weight, w = inputs(6, 4, 2)
    assert torch.autograd.gradcheck(
        lambda x, weight, *w: experts_grouped(x, expert, weight, Experts(*w)), (x, weight, *w)
    )


def test_tokens_do_not_see_each_other():
    torch.manual_seed(0)
    moe, x, order = MoE(CFG), torch.randn(3, 7, 8), torch.randperm(7)
    torch.testing.assert_close(moe(x[:, order]), moe(x)[:, order])
    torch.testing.assert_close(moe(x[1, 2]), moe(x)[1, 2])


def test_weights_of_zero_leave_the_shared_experts():
    torch.manual_seed(0)
    moe, x = MoE(CFG), torch.randn(3, 8)
    moe.down.data.zero_()
    assert torch.equal(moe(x), moe.shared(x))


def test_the_router_learns_through_the_weights():
    torch.manual_seed(0)
    moe = MoE(CFG)
    moe(torch.randn(9, 8)).square().sum().backward()
    assert moe.router.centroid.grad.abs().sum() > 0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("limit", [0, 1, 3, 100])
def test_no_expert_accepts_more_than_its_capacity_and_drops_the_lowest(seed, limit):
    _, expert, priority, _ = inputs(40, 5, 2, seed)
    keep = within_capacity(expert, priority, limit)
    for e in range(5):
        accepted, dropped = priority[(expert == e) & keep], priority[(expert == e) & ~keep]
        assert len(accepted) == min(limit, int((expert == e).sum()))
        assert not len(accepted) or not len(dropped) or accepted.min() > dropped.max()


def test_capacity_is_an_even_share_times_the_factor():
    assert capacity(n_tokens=100, n_experts=10, k=1, factor=1.0) == 10
    assert capacity(n_tokens=100, n_experts=64, k=6, factor=1.0) == 9  # 9.375, rounded down


def test_a_wrong_width_is_named():
    with pytest.raises(ValueError, match="tokens are 7 wide, this layer was made for 8"):
        MoE(CFG)(torch.ones(2, 7))


@pytest.mark.parametrize("module", [module, capacity_module, ffn])
def test_docstrings_print_what_they_say(module):
    assert doctest.testmod(module).failed == 0
