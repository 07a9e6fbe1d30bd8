"""Tiled attention equals PyTorch's, and its traffic equals the formula."""

import doctest

import pytest
import torch
from minseek import accounting
from minseek.flash import fa1, hbm, standard
from minseek.flash.hbm import HBM
from torch.nn.functional import scaled_dot_product_attention

BLOCKS = [(1, 1), (2, 3), (4, 8), (5, 2), (8, 64), (64, 7), (64, 64)]


def tensors(n=64, d=8, count=3, seed=0, dtype=torch.float64):
    """Uniform numbers with mean 0 and variance 1, in ``dtype`` exactly."""
    g = torch.Generator().manual_seed(seed)
    uniform = torch.rand(count, n, d, generator=g, dtype=torch.float64) * 2 - 1
    return (uniform * 3**0.5).to(dtype).unbind()


@pytest.mark.parametrize("module", [fa1, hbm, standard])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("b_r, b_c", BLOCKS)
def test_forward_matches_pytorch(b_r, b_c):
    q, k, v = tensors()
    ours = fa1.forward(HBM(q=q, k=k, v=v), b_r, b_c)
    torch.testing.assert_close(ours, scaled_dot_product_attention(q, k, v), rtol=0, atol=1e-12)


def test_more_keys_than_queries():
    q, k, v = tensors()
    ours = fa1.forward(HBM(q=q[:9], k=k, v=v), 4, 16)
    torch.testing.assert_close(ours, scaled_dot_product_attention(q[:9], k, v))


@pytest.mark.parametrize("b_r, b_c", BLOCKS)
@pytest.mark.parametrize("kernel", ["fa1", "standard"])
def test_backward_matches_autograd(kernel, b_r, b_c):
    q, k, v, do = tensors(count=4)
    leaves = [x.clone().requires_grad_() for x in (q, k, v)]
    scaled_dot_product_attention(*leaves).backward(do)
    memory = HBM(q=q, k=k, v=v, do=do)
    if kernel == "fa1":
        fa1.forward(memory, b_r, b_c)
        ours = fa1.backward(memory, b_r, b_c)
    else:
        standard.forward(memory)
        ours = standard.backward(memory)
    for grad, leaf in zip(ours, leaves, strict=True):
        torch.testing.assert_close(grad, leaf.grad, rtol=0, atol=1e-12)


@pytest.mark.parametrize("b_r, b_c", BLOCKS)
def test_accesses_equal_the_closed_form(b_r, b_c):
    n, d = 64, 8
    t_c = -(-n // b_c)
    q, k, v, do = tensors(n, d, count=4)
    memory = HBM(q=q, k=k, v=v, do=do)
    fa1.forward(memory, b_r, b_c)
    forward = memory.accesses()
    assert forward == accounting.fa1_forward(n, d, t_c)
    fa1.backward(memory, b_r, b_c)
    after = memory.accesses()
    backward = [a - b for a, b in zip(after, forward, strict=True)]
    assert tuple(backward) == accounting.fa1_backward(n, d, t_c)


def test_standard_accesses_equal_the_closed_form():
    n, d = 64, 8
    q, k, v, do = tensors(n, d, count=4)
    memory = HBM(q=q, k=k, v=v, do=do)
    standard.forward(memory)
    forward = memory.accesses()
    assert forward == accounting.standard_forward(n, d)
    standard.backward(memory)
    total = forward.total + accounting.standard_backward(n, d).total
    assert memory.accesses().total == total


def test_one_block_is_standard_attention():
    q, k, v = tensors()
    whole = standard.forward(HBM(q=q, k=k, v=v))
    torch.testing.assert_close(fa1.forward(HBM(q=q, k=k, v=v), 64, 64), whole, rtol=0, atol=1e-15)


def test_the_papers_blocks_fit_from_eight_d_squared_on():
    q, k, v = tensors(n=128, d=8)
    m = 8 * 8 * 8 + 8 * 8  # the second term: l and m
    blocks = accounting.fa1_blocks(m, 8)
    fa1.forward(HBM(sram=m, q=q, k=k, v=v), *blocks)
    small = 4 * 8 * 8
    with pytest.raises(MemoryError, match="on chip, 256 fit"):
        fa1.forward(HBM(sram=small, q=q, k=k, v=v), *accounting.fa1_blocks(small, 8))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("b_c", [16, 64, 256])
@pytest.mark.parametrize("seed", range(3))
def test_half_precision_is_no_worse_than_the_plain_formula(no_worse_than, dtype, b_c, seed):
    q, k, v = tensors(n=256, d=64, seed=seed, dtype=dtype)
    exact = scaled_dot_product_attention(q.double(), k.double(), v.double())
    naive = (q @ k.T * q.shape[-1] ** -0.5).softmax(-1) @ v
    no_worse_than(fa1.forward(HBM(q=q, k=k, v=v), 64, b_c), naive, exact)


def test_an_empty_block_is_refused():
    q, k, v = tensors()
    with pytest.raises(ValueError, match="0 rows"):
        fa1.forward(HBM(q=q, k=k, v=v), 8, 0)
