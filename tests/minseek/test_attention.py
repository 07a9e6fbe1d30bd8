"""Our attention against PyTorch's, and the laws the article states."""

import doctest

import pytest
import torch
from minseek import attention as module
from minseek.attention import SelfAttention, attention, scores, softmax, softmax_jacobian
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention as sdpa

# (b, s, t, d_k, d_v): one token, one query, more keys than queries, d_v ≠ d_k, V3's widths
SHAPES = [(1, 1, 1, 1, 1), (2, 1, 9, 4, 4), (3, 5, 17, 8, 2), (1, 33, 33, 192, 128)]


def inputs(seed: int, shape: tuple[int, ...], dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    b, s, t, d_k, d_v = shape
    g = torch.Generator().manual_seed(seed)
    sizes = (b, s, d_k), (b, t, d_k), (b, t, d_v)
    q, k, v = (torch.randn(size, generator=g, dtype=torch.float64).to(dtype) for size in sizes)
    return q, k, v


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES)
def test_float64_equals_sdpa(seed: int, shape: tuple[int, ...]) -> None:
    q, k, v = inputs(seed, shape, torch.float64)
    torch.testing.assert_close(attention(q, k, v), sdpa(q, k, v))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", SHAPES)
def test_rounding_error_is_of_the_size_of_sdpas(no_worse_than, shape, dtype) -> None:
    q, k, v = inputs(0, shape, dtype)
    exact = sdpa(q.double(), k.double(), v.double())
    no_worse_than(attention(q, k, v), sdpa(q, k, v), exact)


def test_scale_is_an_argument_as_in_sdpa() -> None:
    q, k, v = inputs(0, (2, 3, 4, 5, 6), torch.float64)
    torch.testing.assert_close(attention(q, k, v, scale=0.3), sdpa(q, k, v, scale=0.3))


def test_large_scores_do_not_overflow() -> None:
    s = torch.tensor([88.0, 89.0, 1e30])
    assert s.exp().isinf().any()
    assert softmax(s).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_softmax_follows_its_axis(dim: int) -> None:
    x = inputs(1, (2, 3, 4, 5, 6), torch.float64)[0]
    torch.testing.assert_close(softmax(x, dim), torch.softmax(x, dim))


def test_jacobian_is_the_derivative_of_softmax() -> None:
    s = inputs(2, (1, 1, 1, 7, 1), torch.float64)[0].flatten()
    derivative = torch.autograd.functional.jacobian(softmax, s)
    torch.testing.assert_close(softmax_jacobian(softmax(s)), derivative)


@pytest.mark.parametrize("seed", range(3))
def test_permuted_tokens_give_permuted_outputs(seed: int) -> None:
    torch.manual_seed(seed)
    head, x, order = SelfAttention(6, 4, 3).double(), torch.randn(9, 6).double(), torch.randperm(9)
    torch.testing.assert_close(head(x[order]), head(x)[order])


@pytest.mark.parametrize("d_k", [1, 4, 16])
def test_scores_have_rank_at_most_d_k(d_k: int) -> None:
    q, k, _ = inputs(0, (1, 64, 64, d_k, 1), torch.float64)
    assert torch.linalg.matrix_rank(scores(q, k)).item() == d_k


def test_outputs_stay_inside_the_values() -> None:
    q, k, v = inputs(0, (2, 5, 7, 4, 3), torch.float64)
    o = attention(q, k, v)
    assert (o <= v.amax(-2, keepdim=True)).all()
    assert (o >= v.amin(-2, keepdim=True)).all()


def test_a_new_head_keeps_the_variance_of_its_tokens() -> None:
    torch.manual_seed(0)
    head, x = SelfAttention(512, 64, 64), torch.randn(4096, 512)
    assert (x @ head.w_q).std().item() == pytest.approx(1, abs=0.03)
    assert scores(x @ head.w_q, x @ head.w_k).std().item() == pytest.approx(1, abs=0.05)


def test_errors_carry_the_numbers() -> None:
    one = torch.ones
    with pytest.raises(ValueError, match="queries are 4 wide and keys 3"):
        scores(one(2, 4), one(2, 3))
    with pytest.raises(ValueError, match="5 keys but 6 values"):
        attention(one(2, 4), one(5, 4), one(6, 4))
    with pytest.raises(ValueError, match="tokens are 7 wide, this head was made for 8"):
        SelfAttention(8, 4, 4)(one(2, 7))


def test_docstrings_print_what_they_say() -> None:
    assert doctest.testmod(module).failed == 0
