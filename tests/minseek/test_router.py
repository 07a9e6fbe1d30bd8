"""The laws of routing: who is chosen, what a bias may change, what is refused."""

import doctest

import pytest
import torch
from minseek import router as module
from minseek.router import group_mask, route


def scores(n_tokens: int = 40, n_experts: int = 16, seed: int = 0) -> torch.Tensor:
    return torch.rand(n_tokens, n_experts, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("group_score", ["max", "top2"])
@pytest.mark.parametrize("k_groups", [1, 2, 4])
def test_a_token_meets_at_most_k_groups(k_groups: int, group_score: str) -> None:
    expert, _ = route(scores(), 4, None, 4, k_groups, group_score)
    assert max(len(set(row)) for row in (expert // 4).tolist()) <= k_groups


def test_all_groups_are_no_limit() -> None:
    limited, free = route(scores(), 5, None, 4, 4)[0], route(scores(), 5)[0]
    assert torch.equal(limited, free)
    assert group_mask(scores(), 4, 4, "max").all()


def test_chosen_experts_are_distinct_and_the_best() -> None:
    expert, weight = route(scores(), 3)
    assert all(len(set(row)) == 3 for row in expert.tolist())
    torch.testing.assert_close(weight, scores().sort(descending=True).values[:, :3])


@pytest.mark.parametrize("seed", range(3))
def test_a_common_bias_changes_nothing(seed: int) -> None:
    plain, biased = route(scores(seed=seed), 4), route(scores(seed=seed), 4, torch.full((16,), 0.5))
    assert torch.equal(plain[0], biased[0]) and torch.equal(plain[1], biased[1])


def test_leading_axes_are_kept() -> None:
    expert, weight = route(scores().view(2, 20, 16), 3, None, 4, 2, "top2")
    flat = route(scores(), 3, None, 4, 2, "top2")
    assert torch.equal(expert.flatten(0, 1), flat[0]) and torch.equal(weight.flatten(0, 1), flat[1])


def test_nan_scores_are_refused_with_their_count() -> None:
    bad = scores()
    bad[3, 5] = bad[8, 0] = torch.nan
    with pytest.raises(ValueError, match="2 of 40 tokens have NaN scores"):
        route(bad, 2)


def test_docstrings_print_what_they_say() -> None:
    assert doctest.testmod(module).failed == 0
