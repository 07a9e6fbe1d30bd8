"""RMSNorm against PyTorch's, and the laws of a norm."""

import doctest

import pytest
import torch
from minseek import norm as module
from minseek.norm import RMSNorm, rms_norm
from torch.nn import functional as F


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", [(1,), (5, 8), (2, 3, 4, 7)])
def test_it_equals_torchs(shape: tuple[int, ...], seed: int) -> None:
    g = torch.Generator().manual_seed(seed)
    x, gain = torch.randn(shape, generator=g), torch.randn(shape[-1], generator=g)
    torch.testing.assert_close(rms_norm(x, gain, 1e-3), F.rms_norm(x, gain.shape, gain, 1e-3))


def test_it_is_as_exact_in_16_bits_as_torchs() -> None:
    x = 100 * torch.randn(64, 512, generator=torch.Generator().manual_seed(0)).bfloat16()
    gain = torch.ones(512, dtype=torch.bfloat16)
    exact = F.rms_norm(x.double(), (512,), eps=1e-6)
    ours = (rms_norm(x, gain) - exact).abs().max().item()
    assert ours <= 2 * (F.rms_norm(x, (512,), gain, 1e-6) - exact).abs().max().item()


def test_a_zero_token_stays_zero() -> None:
    assert torch.equal(RMSNorm(6)(torch.zeros(2, 6)), torch.zeros(2, 6))


def test_a_token_of_another_width_is_refused_with_both_widths() -> None:
    with pytest.raises(ValueError, match="tokens are 5 wide, this norm has 6 gains"):
        RMSNorm(6)(torch.ones(2, 5))


def test_docstrings_print_what_they_say() -> None:
    assert doctest.testmod(module).failed == 0
