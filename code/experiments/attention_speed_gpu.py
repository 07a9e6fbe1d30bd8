"""Our Triton kernel beside PyTorch's backends, in one run on a GPU.

Shapes as in FlashAttention-2, section 4.1: 16,384 tokens in all, heads
times width 2048, FP16, forward. Each kernel's rate is also given as a
share of the best backend's. Ours must agree with PyTorch first.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import torch
from record import Row, keep
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import scaled_dot_product_attention as sdpa

from minseek.accounting import FORWARD, matmul_flops

TOKENS, HIDDEN = 16384, 2048
LENGTHS = (512, 1024, 2048, 4096, 8192, 16384)
BACKENDS = (
    SDPBackend.FLASH_ATTENTION,
    SDPBackend.CUDNN_ATTENTION,
    SDPBackend.EFFICIENT_ATTENTION,
)
TILES = (  # b_r, b_c, warps, stages; the first is the kernel's default
    (128, 128, 8, 2),
    (128, 128, 8, 3),
    (128, 64, 8, 3),
    (128, 64, 4, 3),
    (64, 64, 4, 3),
)
STEP = 2**-9  # two units in the last place of FP16
WHAT = f"attention forward, FP16, {TOKENS} tokens, heads x d = {HIDDEN}"

Call = Callable[[], object]
Clock = Callable[[Call], float]  # milliseconds of a call


def rows(
    clock: Clock,
    lengths: Iterable[int] = LENGTHS,
    widths: Iterable[int] = (64, 128),
    tokens: int = TOKENS,
    hidden: int = HIDDEN,
    device: str = "cuda",
    backends: Sequence[SDPBackend] = BACKENDS,
    tiles: Sequence[tuple[int, int, int, int]] = TILES,
) -> Iterable[Row]:
    """One per width, mask, length and kernel."""
    for d in widths:
        for causal in (False, True):
            for n in lengths:
                shape = 3, max(tokens // n, 1), n, hidden // d, d
                q, k, v = torch.randn(shape, device=device).half()
                kernels = {
                    **pytorch(q, k, v, causal, backends),
                    **ours(q, k, v, causal, tiles),
                }
                products = shape[1] * shape[3]
                flops = matmul_flops(n, d, FORWARD, products)
                what = {"d": d, "causal": causal, "n": n}
                halved = flops / (1 + causal)  # section 4.1
                for row in compared(kernels, halved, clock):
                    yield what | row


def pytorch(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    causal: bool,
    backends: Sequence[SDPBackend],
) -> dict[str, Call]:
    """PyTorch's attention, once for each backend."""
    heads_first = [x.transpose(1, 2) for x in (q, k, v)]

    def run(backend: SDPBackend) -> Tensor:
        with sdpa_kernel(backend):
            return sdpa(*heads_first, is_causal=causal)

    return {f"pytorch {x.name}": partial(run, x) for x in backends}


def ours(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    causal: bool,
    tiles: Sequence[tuple[int, int, int, int]],
) -> dict[str, Call]:
    """Our kernel, once for each tile that the chip can hold."""
    from triton import TritonError

    from minseek.flash.triton_fa2 import Tile, attention

    heads_first = [x.transpose(1, 2) for x in (q, k, v)]
    theirs = sdpa(*heads_first, is_causal=causal).transpose(1, 2)
    calls: dict[str, Call] = {}
    for tile in tiles:
        call = partial(attention, q, k, v, causal, Tile(*tile))
        try:
            result, _ = call()
        except TritonError as too_large:
            print(f"ours {tile}: {too_large}")
            continue
        torch.testing.assert_close(result, theirs, rtol=STEP, atol=STEP)
        calls["ours " + "x".join(map(str, tile))] = call
    return calls


def compared(
    kernels: dict[str, Call], flops: float, clock: Clock
) -> Iterable[Row]:
    """TFLOP/s of each, and as a share of PyTorch's best."""
    rates: dict[str, float] = {}
    for name, call in kernels.items():
        try:
            rates[name] = flops / clock(call) / 1e9
        except RuntimeError as refused:  # a backend may not run here
            print(f"{name}: {refused}".splitlines()[0])
    best = max(r for x, r in rates.items() if x.startswith("pytorch"))
    for name, rate in rates.items():
        yield {
            "kernel": name,
            "tflops": round(rate, 1),
            "share": round(rate / best, 3),
        }


def main() -> None:
    """Measure, where there is a GPU."""
    if not torch.cuda.is_available():
        print("No GPU here: the Triton kernel was not timed.")
        return
    from triton.testing import do_bench

    name = torch.cuda.get_device_name()
    keep("attention-gpu", WHAT, name, rows(do_bench))
