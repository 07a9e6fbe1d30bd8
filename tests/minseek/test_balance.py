"""Balance losses are smallest when even; the bias makes a toy's experts even."""

import doctest

import pytest
import torch
from minseek import balance as module
from minseek.balance import (
    balance_loss,
    device_loss,
    frequency,
    load,
    max_violation,
    sequence_loss,
    step_bias,
    traffic_loss,
)
from minseek.config import MoEConfig
from minseek.moe import MoE, Routing
from minseek.router import route
from torch import Tensor


def choices(s: int = 64, e: int = 8, k: int = 2, seed: int = 0) -> tuple[Tensor, Tensor]:
    g = torch.Generator().manual_seed(seed)
    scores = torch.randn(s, e, generator=g).softmax(-1)
    return scores, route(scores, k)[0]


@pytest.mark.parametrize("seed", range(3))
def test_loads_and_frequencies_count_every_choice(seed):
    _, expert = choices(seed=seed)
    assert load(expert, 8).sum() == 128
    assert frequency(expert, 8).mean() == pytest.approx(1)


@pytest.mark.parametrize("seed", range(3))
def test_losses_reach_the_scores_and_not_the_choice(seed):
    scores, expert = choices(seed=seed)
    scores.requires_grad_()
    balance_loss(scores, expert).backward()
    torch.testing.assert_close(scores.grad, (frequency(expert, 8) / 64).expand(64, 8))


def test_one_sequence_is_the_whole_batch():
    scores, expert = choices()
    torch.testing.assert_close(
        sequence_loss(scores[None], expert[None]), balance_loss(scores, expert)
    )


def test_devices_of_one_expert_are_experts():
    scores, expert = choices()
    torch.testing.assert_close(device_loss(scores, expert, 8), balance_loss(scores, expert))
    torch.testing.assert_close(traffic_loss(scores, expert, 8, 2), balance_loss(scores, expert))


def test_a_device_is_sent_a_token_once():
    scores, _ = choices()
    same = torch.tensor([[0, 1]]).expand(64, 2)  # both on device 0
    apart = torch.tensor([[0, 4]]).expand(64, 2)
    everywhere = scores.view(64, 2, 4).sum(-1).mean(0)
    torch.testing.assert_close(traffic_loss(scores, same, 2, 2), everywhere[0])
    torch.testing.assert_close(traffic_loss(scores, apart, 2, 2), everywhere.sum())


def test_steps_of_the_bias_are_equal_and_opposite_to_the_excess():
    moved = step_bias(torch.tensor([0.5, 0.5, 0.5]), torch.tensor([1, 4, 1]), 0.25)
    assert moved.tolist() == [0.75, 0.25, 0.75]


def train(seed: int, rate: float, alpha: float, steps: int = 120) -> float:
    """MaxVio at the end, of experts that learn clusters of Zipf's frequencies."""
    torch.manual_seed(seed)
    cfg = MoEConfig(
        d_model=32, n_experts=16, n_shared=0, k=2, d_expert=16, score="sigmoid", normalise=True
    )
    moe, target = MoE(cfg), torch.randn(32, 32)
    centre, zipf = torch.randn(32, 32), 1 / torch.arange(1.0, 33)
    optimiser = torch.optim.AdamW(moe.parameters(), lr=3e-3)
    loads = []
    for _ in range(steps):
        x = centre[zipf.multinomial(256, replacement=True)] + 0.3 * torch.randn(256, 32)
        routings: list[Routing] = []
        loss = (moe(x, routings) - x @ target).square().mean()
        scores, expert = routings[0]
        share = scores / scores.sum(-1, keepdim=True)
        (loss + alpha * balance_loss(share, expert)).backward()
        optimiser.step()
        optimiser.zero_grad()
        loads.append(load(expert, 16))
        moe.router.bias = step_bias(moe.router.bias, loads[-1], rate)
    return max_violation(torch.stack(loads[-20:]).sum(0))


@pytest.mark.parametrize("seed", range(2))
def test_the_bias_balances_what_is_left_alone_uneven(seed):
    alone, biased = train(seed, rate=0, alpha=0), train(seed, rate=0.01, alpha=0)
    assert biased < 0.6 * alone, f"MaxVio {alone:.2f} without, {biased:.2f} with the bias"


def test_docstrings_print_what_they_say():
    assert doctest.testmod(module).failed == 0
