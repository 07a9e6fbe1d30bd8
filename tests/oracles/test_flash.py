"""FlashAttention by its authors: their reference of attention, and their polynomials."""

import ast
from importlib.metadata import distribution
from pathlib import Path

import pytest
import torch
from minseek.flash import decoding, fa2, fa4
from minseek.flash.hbm import HBM

SHAPES = [(1, 1), (1, 40), (33, 33), (17, 40), (40, 17)]


@pytest.fixture(scope="module")
def attention_ref(reference):
    return reference("flash_attn.cute.testing").attention_ref


def inputs(n, t, heads, caches, dtype=torch.float32):
    g = torch.Generator().manual_seed(0)
    shapes = (n, heads, 16), (t, caches, 16), (t, caches, 16)
    return [torch.randn(shape, generator=g).to(dtype) for shape in shapes]


@pytest.mark.parametrize("n, t", SHAPES)
@pytest.mark.parametrize("causal", [False, True])
def test_outputs_and_logsumexp(attention_ref, n, t, causal):
    q, k, v = inputs(n, t, 1, 1)
    theirs, _, lse = attention_ref(q[None], k[None], v[None], causal=causal, return_lse=True)
    for module in (fa2, fa4):
        hbm = HBM(q=q[:, 0], k=k[:, 0], v=v[:, 0])
        result = module.forward(hbm, 8, 16, causal=causal)
        ours = result if isinstance(result, torch.Tensor) else result.o
        torch.testing.assert_close(ours, theirs[0, :, 0], rtol=0, atol=1e-5)
        torch.testing.assert_close(hbm["lse"], lse[0, 0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("heads, caches", [(4, 4), (4, 2), (6, 1)])
def test_grouped_heads(attention_ref, heads, caches):
    q, k, v = inputs(9, 13, heads, caches)
    theirs, _ = attention_ref(q[None], k[None], v[None], causal=True)
    torch.testing.assert_close(decoding.grouped(q, k, v, 4, 4), theirs[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("splits", [1, 3, 8])
def test_split_keys(attention_ref, splits):
    q, k, v = inputs(1, 50, 4, 2)
    theirs, _ = attention_ref(q[None], k[None], v[None], causal=True)
    ours = decoding.decode(q[0], k, v, splits, b_c=8)
    torch.testing.assert_close(ours, theirs[0, 0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("causal", [False, True])
def test_their_own_rule_for_errors(attention_ref, no_worse_than, dtype, causal):
    q, k, v = inputs(128, 128, 1, 1, dtype)
    batch = [x[None] for x in (q, k, v)]
    exact, _ = attention_ref(*(x.double() for x in batch), causal=causal, upcast=False)
    plain, _ = attention_ref(*batch, causal=causal, upcast=False, reorder_ops=True)
    exact, plain = exact[0, :, 0], plain[0, :, 0]
    hbm = HBM(q=q[:, 0], k=k[:, 0], v=v[:, 0])
    no_worse_than(fa2.forward(hbm, 32, 32, causal), plain, exact)
    no_worse_than(fa4.forward(hbm, 32, 32, causal=causal, degree=3).o, plain, exact)


@pytest.mark.parametrize("degree", fa4.COEFFICIENTS)
def test_the_polynomials_are_theirs(degree):
    """Read, not run: their module asks for a GPU's compiler."""
    path = distribution("flash-attn-4").locate_file("flash_attn/cute/utils.py")
    module = ast.parse(Path(path).read_text("utf-8"))
    table = next(
        node.value
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "POLY_EX2"
    )
    theirs = torch.tensor(ast.literal_eval(table)[degree])
    assert torch.equal(torch.tensor(fa4.COEFFICIENTS[degree]), theirs)  # equal in FP32
