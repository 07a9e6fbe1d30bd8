"""Sampling: the shape of each distribution, the draws from it, and what is refused."""

import doctest

import pytest
import torch
from minseek import sampling as module
from minseek.sampling import greedy, keep_top_k, keep_top_p, probabilities, sample
from torch import Tensor


def logits(rows: int = 7, size: int = 50, seed: int = 0) -> Tensor:
    g = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(rows, size, generator=g, dtype=torch.float64)


def test_temperature_one_is_softmax_and_shifts_change_nothing() -> None:
    torch.testing.assert_close(probabilities(logits()), logits().softmax(-1))
    torch.testing.assert_close(probabilities(logits() + 700), probabilities(logits()))


@pytest.mark.parametrize("temperature", [1e-320, 1e-306, 1e-50, 1e-36, 1e-3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_small_temperatures_end_in_greedy(temperature: float, dtype: torch.dtype) -> None:
    rows = (1000 * logits()).to(dtype)
    cold = probabilities(rows, temperature)
    torch.testing.assert_close(cold, probabilities(rows, 0))
    assert torch.equal(cold.argmax(-1), greedy(rows))


@pytest.mark.parametrize("k", [1, 2, 49, 50, 1000])
def test_top_k_keeps_k_in_their_proportions(k: int) -> None:
    kept, whole = probabilities(logits(), k=k), logits().softmax(-1)
    assert ((kept > 0).sum(-1) == min(k, 50)).all()
    ratio = kept / whole
    same = ratio.amax(-1, keepdim=True).expand_as(ratio)
    torch.testing.assert_close(ratio[kept > 0], same[kept > 0])


@pytest.mark.parametrize("p", [1e-9, 0.3, 0.9, 1.0])
def test_top_p_keeps_the_fewest_that_reach_p(p: float) -> None:
    whole = logits().softmax(-1)
    kept = keep_top_p(logits(), p).isfinite()
    total, least = (whole * kept).sum(-1), whole.masked_fill(~kept, 2).amin(-1)
    assert (total >= p - 1e-12).all() and (total - least < p).all()
    assert (whole.masked_fill(kept, 0).amax(-1) <= least).all()


def test_draws_follow_the_distribution() -> None:
    row = torch.tensor([0.0, 1.0, 2.0, -1.0])
    g = torch.Generator().manual_seed(0)
    drawn = sample(row.expand(20_000, 4), temperature=0.7, k=3, generator=g)
    expected = probabilities(row, temperature=0.7, k=3)
    found = torch.bincount(drawn, minlength=4) / 20_000
    assert found[3] == 0
    deviation = (expected * (1 - expected) / 20_000).sqrt()
    assert ((found - expected).abs() <= 4 * deviation).all()


@pytest.mark.parametrize("shape", [(5,), (2, 5), (2, 3, 5)])
def test_any_leading_shape_is_kept(shape: tuple[int, ...]) -> None:
    assert sample(torch.zeros(shape)).shape == greedy(torch.zeros(shape)).shape == shape[:-1]


def test_the_same_generator_draws_the_same() -> None:
    one, two = (sample(logits(), generator=torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(one, two)


@pytest.mark.parametrize("bad", [torch.nan, torch.inf])
@pytest.mark.parametrize("draw", [greedy, sample, probabilities])
def test_rows_that_are_no_distribution_are_refused_with_their_count(draw, bad: float) -> None:
    rows = logits()
    rows[2, 3] = rows[5, 0] = bad
    with pytest.raises(ValueError, match="2 of 7 rows of logits have NaN"):
        draw(rows)


def test_a_row_without_any_token_is_refused() -> None:
    with pytest.raises(ValueError, match="1 of 1 rows"):
        sample(torch.full((4,), -torch.inf))


def test_impossible_settings_are_refused_with_their_value() -> None:
    for temperature in (-1.0, torch.nan, torch.inf):
        with pytest.raises(ValueError, match=f"temperature is {temperature}; it has"):
            sample(logits(), temperature)
    with pytest.raises(ValueError, match="top-k keeps 0 tokens"):
        keep_top_k(logits(), 0)
    for p in (0.0, 1.5, torch.nan):
        with pytest.raises(ValueError, match=f"top-p is {p}; it has"):
            keep_top_p(logits(), p)


def test_docstrings_print_what_they_say() -> None:
    assert doctest.testmod(module).failed == 0
