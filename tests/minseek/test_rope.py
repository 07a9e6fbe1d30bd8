"""Rotary positions: the laws of rotations, both conventions, and YaRN's published numbers."""

import doctest

import pytest
import torch
from minseek import rope as rope_module
from minseek import yarn as yarn_module
from minseek.config import MLAConfig, Rope, Yarn, load
from minseek.rope import frequencies, half_order, rotate, rotation_matrix
from minseek.yarn import mscale, ramp, score_factor, table_factor

V3 = Yarn(factor=40, original_context=4096, mscale=1, mscale_all_dim=1)
ROPES = [Rope(), Rope(base=500_000.0), Rope(yarn=V3)]


def vectors(seed: int = 0, s: int = 5, width: int = 16) -> torch.Tensor:
    g = torch.Generator().manual_seed(seed)
    return torch.randn(2, 2, s, 3, width, generator=g, dtype=torch.float64)


@pytest.mark.parametrize("rope", ROPES)
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("shift", [1, 100, 5000])
def test_scores_depend_on_distance_alone(rope: Rope, half: bool, shift: int) -> None:
    q, k = vectors()
    pos = torch.tensor([0, 3, 4, 17, 90])

    def scores(at: torch.Tensor) -> torch.Tensor:
        return torch.einsum("bshr,bthr->bhst", rotate(q, at, rope, half), rotate(k, at, rope, half))

    torch.testing.assert_close(scores(pos + shift), scores(pos), rtol=0, atol=1e-10)
    assert not torch.allclose(scores(pos), torch.einsum("bshr,bthr->bhst", q, k))


@pytest.mark.parametrize("half", [False, True])
def test_lengths_stay_and_position_zero_changes_nothing(half: bool) -> None:
    x, _ = vectors()
    turned = rotate(x, torch.arange(5), half=half)
    torch.testing.assert_close(turned.norm(dim=-1), x.norm(dim=-1))
    assert torch.equal(turned[:, 0], x[:, 0])


@pytest.mark.parametrize("rope", ROPES)
def test_rotation_is_the_papers_matrix(rope: Rope) -> None:
    x = vectors()[0].float()
    expected = [x[:, m] @ rotation_matrix(m, 16, rope).T for m in range(5)]
    torch.testing.assert_close(rotate(x, torch.arange(5), rope), torch.stack(expected, 1))


@pytest.mark.parametrize("width", [2, 4, 64])
def test_the_conventions_are_one_permutation(width: int) -> None:
    x, pos, order = vectors(width=width)[0], torch.arange(5), half_order(width)
    assert torch.equal(rotate(x, pos)[..., order], rotate(x[..., order], pos, half=True))
    assert not torch.equal(rotate(x, pos), rotate(x, pos, half=True)) or width == 2


def test_angles_are_wide_when_tokens_are_not() -> None:
    x = torch.ones(1, 2, 1, 2, dtype=torch.bfloat16)
    near, next_to_it = rotate(x, torch.tensor([256, 257]))[0]
    assert not torch.equal(near, next_to_it)  # bfloat16(257) is 256


@pytest.mark.parametrize(  # YaRN edges for r 128 and b 10,000, as the paper's formula gives them
    ("context", "first", "last"), [(4096, 20, 46), (2048, 16, 41)]
)
def test_ramp_runs_between_the_pairs_of_beta_turns(context: int, first: int, last: int) -> None:
    slow = ramp(128, 10_000, Yarn(factor=8, original_context=context))
    assert (slow == 0).sum() == first + 1
    assert (slow == 1).sum() == 64 - last
    steps = slow[first : last + 1].diff()
    torch.testing.assert_close(steps, torch.full_like(steps, 1 / (last - first)))


def test_yarn_keeps_fast_pairs_and_slows_the_last_by_the_factor() -> None:
    plain, slowed = frequencies(64), frequencies(64, Rope(yarn=V3))
    assert torch.equal(plain[:11], slowed[:11])
    torch.testing.assert_close(plain[-9:] / slowed[-9:], torch.full((9,), 40.0))
    assert (slowed.diff() < 0).all()


@pytest.mark.parametrize(("s", "expected"), [(2, 1.0693), (16, 1.2773), (32, 1.3466), (1, 1.0)])
def test_mscale_is_the_papers_formula(s: float, expected: float) -> None:
    assert mscale(Yarn(factor=s, original_context=4096), 1) == pytest.approx(expected, abs=5e-5)


# 0.0707 ln s + 1 (V2, section 3.1.4) and 0.1 ln s + 1 (V3, section 4.3), for s 40
SHARPENED = {"deepseek-v2": 1.2608, "deepseek-v2-lite": 1.2608, "deepseek-v3": 1.3689}


@pytest.mark.parametrize(("name", "expected"), SHARPENED.items())
def test_published_files_sharpen_scores_and_leave_tables(name: str, expected: float) -> None:
    rope = MLAConfig.from_hf(load(name)).rope
    assert score_factor(rope) ** 0.5 == pytest.approx(expected, abs=5e-5)
    assert table_factor(rope) == 1


def test_errors_carry_the_numbers() -> None:
    with pytest.raises(ValueError, match="rope width 5 is odd"):
        rotate(torch.ones(1, 2, 1, 5), torch.arange(2))
    with pytest.raises(ValueError, match="2 tokens but 3 positions"):
        rotate(torch.ones(1, 2, 1, 4), torch.arange(3))
    with pytest.raises(ValueError, match="stretched by 'llama3'; known: yarn"):
        frequencies(4, Rope(unknown="llama3"))


@pytest.mark.parametrize("module", [rope_module, yarn_module])
def test_docstrings_print_what_they_say(module) -> None:
    assert doctest.testmod(module).failed == 0
