"""Our Triton kernel in Triton's interpreter, and what its compiler makes of it for Hopper."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from minseek import accounting
from minseek.flash import triton_fa2
from minseek.flash.triton_fa2 import Tile, attention
from minseek.flash.triton_fa2_backward import gradients
from torch.nn.attention import SDPBackend
from torch.nn.attention.bias import causal_lower_right
from torch.nn.functional import scaled_dot_product_attention as sdpa

pytestmark = pytest.mark.filterwarnings("ignore:divide by zero")  # the interpreter minds log2(0)

SMALL = Tile(b_r=16, b_c=32)
SHAPES = [(32, 32), (50, 70), (1, 33), (17, 16)]  # queries, keys

# In a Python of its own, because an interpreted kernel cannot be compiled.
COMPILE = """
import importlib, json, sys
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

module, d, causal, dtype = sys.argv[1:]
module = importlib.import_module("minseek.flash." + module)
kernel, tile = module.kernel, module.USUAL
desc = lambda rows: f"tensordesc<{dtype}[1, {rows}, 1, {d}]>"
types = {x: desc(tile.b_r) for x in ("q", "o", "do")}
types |= {x: desc(tile.b_c) for x in ("k", "v", "dk", "dv")}
types |= {x: "*fp32" for x in ("lse", "dq", "D")} | {"scale": "fp32"}
types |= {x: "i32" for x in ("n", "t", "heads", "sharing")}
fixed = {"B_R": tile.b_r, "B_C": tile.b_c, "WIDTH": int(d), "CAUSAL": causal == "True"}
signature = {x: types.get(x, "constexpr") for x in kernel.arg_names}
options = {"num_warps": tile.warps, "num_stages": tile.stages}
target = GPUTarget("cuda", 90, 32)
made = triton.compile(ASTSource(kernel, signature, fixed), target=target, options=options)
texts = {x: made.asm[x] for x in ("ptx", "ttgir")}
print(json.dumps(texts | {"shared": made.metadata.shared}))
"""


def inputs(n, t, heads=4, caches=2, d=16, dtype=torch.float32):
    g = torch.Generator().manual_seed(0)
    shapes = (2, n, heads, d), (2, t, caches, d), (2, t, caches, d)
    return [torch.randn(shape, generator=g).to(dtype) for shape in shapes]


def truth(q, k, v, causal):
    """Output and logsumexp in float64."""
    q, k, v = (x.double().transpose(1, 2) for x in (q, k, v))
    n, t = q.shape[2], k.shape[2]
    bias = causal_lower_right(n, t) if causal else None
    o = sdpa(q, k, v, bias, enable_gqa=True).transpose(1, 2)
    s = q @ k.repeat_interleave(q.shape[1] // k.shape[1], 1).mT * q.shape[-1] ** -0.5
    late = torch.ones(n, t).triu(t - n + 1).bool() if causal else torch.zeros(n, t).bool()
    return o, s.masked_fill(late, -torch.inf).logsumexp(-1)


@pytest.mark.parametrize("n, t", SHAPES)
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("caches", [1, 2, 4])
def test_the_kernel_matches_pytorch(n, t, causal, caches):
    q, k, v = inputs(n, t, caches=caches)
    keep = slice(n - t, None) if causal and n > t else slice(None)  # rows with a key
    o, lse = attention(q, k, v, causal, SMALL)
    exact = truth(q[:, keep], k, v, causal)
    for ours, theirs in zip((o[:, keep], lse[:, :, keep]), exact, strict=True):
        torch.testing.assert_close(ours.double(), theirs, rtol=0, atol=2e-6)


def test_a_query_without_keys_gets_zero():
    q, k, v = inputs(40, 33)
    o, lse = attention(q, k, v, True, SMALL)
    assert not o[:, :7].any() and (lse[:, :, :7] == -torch.inf).all()
    torch.testing.assert_close(o[:, 7:].double(), truth(q[:, 7:], k, v, True)[0], rtol=0, atol=2e-6)


@pytest.mark.parametrize("causal", [False, True])
def test_half_precision_is_no_worse_than_the_plain_formula(no_worse_than, causal):
    q, k, v = inputs(128, 128, d=64, dtype=torch.float16)
    exact, _ = truth(q, k, v, causal)
    first = [x.transpose(1, 2).repeat_interleave(4 // x.shape[2], 1) for x in (q, k, v)]
    s = first[0] @ first[1].mT * 64**-0.5
    if causal:
        s = s.masked_fill(torch.ones(128, 128).triu(1).bool(), -torch.inf)
    naive = (s.softmax(-1) @ first[2]).transpose(1, 2)
    ours, _ = attention(q, k, v, causal, Tile(b_r=32, b_c=32))
    no_worse_than(ours, naive, exact)


@pytest.mark.parametrize("n, t", [*SHAPES, (40, 33)])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("caches", [1, 2, 4])
def test_the_backward_matches_autograd(n, t, causal, caches):
    q, k, v = inputs(n, t, caches=caches)
    do = torch.randn(q.shape, generator=torch.Generator().manual_seed(1))
    ours = gradients(q, k, v, attention(q, k, v, causal, SMALL), do, causal, SMALL)
    leaves = [x.double().requires_grad_() for x in (q, k, v)]
    blind = max(n - t, 0) if causal else 0  # queries without a key
    exact, _ = truth(leaves[0][:, blind:], *leaves[1:], causal)
    exact.backward(do[:, blind:].double())
    for grad, leaf in zip(ours, leaves, strict=True):
        torch.testing.assert_close(grad.double(), leaf.grad, rtol=0, atol=1e-5)


def compiled(folder, *arguments):
    """What Triton makes of a kernel for Hopper."""
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    environment["TRITON_CACHE_DIR"] = str(folder)
    script = folder / "compile.py"
    script.write_text(COMPILE)
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("d", [64, 128])
@pytest.mark.parametrize("causal, dtype", [(False, "fp16"), (True, "bf16")])
def test_it_compiles_for_hopper_without_a_gpu(tmp_path, d, causal, dtype):
    """Tensor cores by warpgroup, bulk copies, an H100's shared memory; no copy inside the chip."""
    made = compiled(tmp_path, "triton_fa2", d, causal, dtype)
    assert ".target sm_90a" in made["ptx"]
    assert "wgmma.mma_async" in made["ptx"] and "cp.async.bulk.tensor" in made["ptx"]
    assert made["ttgir"].count("ttng.warp_group_dot ") == 4  # S and P V, with and without mask
    assert made["ttgir"].count("ttg.local_load") == 1  # q, once, before the loops
    assert made["shared"] <= 227 * 1024


def test_the_backward_compiles_too(tmp_path):
    made = compiled(tmp_path, "triton_fa2_backward", 128, True, "bf16")
    assert made["ttgir"].count("ttng.warp_group_dot ") == accounting.FLASH_BACKWARD
    assert "red.global" in made["ptx"] or "atom.global" in made["ptx"]  # dq
    assert made["shared"] <= 227 * 1024


@pytest.mark.parametrize(
    "change, tile, message",
    [
        ({"heads": 5}, SMALL, "5 query heads cannot share 2"),
        ({"d": 12}, SMALL, "12: widths and blocks are powers of two"),
        ({"d": 8}, SMALL, "8: widths"),
        ({}, Tile(b_r=0), "0: widths and blocks"),
        ({}, Tile(b_c=48), "48: widths and blocks"),
    ],
)
def test_bad_shapes_are_named(change, tile, message):
    q, k, v = inputs(8, 8, **change)
    with pytest.raises(ValueError, match=message):
        attention(q, k, v, tile=tile)
    with pytest.raises(ValueError, match=message):
        gradients(q, k, v, (q, q[..., 0]), q, tile=tile)


@pytest.mark.parametrize("part", [(..., slice(8)), slice(1)])
def test_shapes_that_differ_are_named(part):
    q, k, v = inputs(8, 8)
    for wrong in ((q[part], k, v), (q, k[part], v), (q, k, v[part])):
        with pytest.raises(ValueError, match="do not fit"):
            attention(*wrong, tile=SMALL)


def test_the_usual_tile_is_two_warpgroups_of_64_rows():
    assert triton_fa2.USUAL.b_r == 64 * triton_fa2.USUAL.warps // 4


def test_the_benchmark_runs_where_there_is_no_gpu(monkeypatch):
    """The same rows that a GPU would give, from a clock that stands still."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "code/experiments")
    speed = importlib.import_module("attention_speed_gpu")
    called = []
    rows = speed.rows(
        clock=lambda call: called.append(call()) or 2.0,
        lengths=[16, 32],
        widths=[16],
        tokens=32,
        hidden=32,
        device="cpu",
        backends=[SDPBackend.MATH, SDPBackend.CUDNN_ATTENTION],  # the second refuses a CPU
        tiles=[(16, 16, 4, 2)],
    )
    found = [(x["causal"], x["n"], x["kernel"], x["share"]) for x in rows]
    kernels = ("pytorch MATH", "ours 16x16x4x2")
    assert found == [(c, n, k, 1.0) for c in (False, True) for n in (16, 32) for k in kernels]
    assert len(called) == len(found)
