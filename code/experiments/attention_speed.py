"""Attention by the formula, in tiles and by PyTorch: time and memory.

    python code/experiments/attention_speed.py

On the CPU, one head in FP32 on one thread, each measurement in a
process of its own. Then, if there is a GPU, attention_speed_gpu.
"""

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any

import attention_speed_gpu
import torch
from record import Row, keep, processor
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention as sdpa

from minseek.accounting import standard_forward
from minseek.flash import fa2
from minseek.flash.hbm import HBM

B_R, B_C, D = 512, 1024, 64
LENGTHS = (1024, 2048, 4096, 8192, 16384)
REPEATS = 3
WHAT = (
    f"attention forward, one head, d {D}, FP32, one thread, "
    f"tiles of {B_R} x {B_C}, median of {REPEATS}"
)


def plain(q: Tensor, k: Tensor, v: Tensor) -> int:
    """The formula; returns the bytes that whole matrices move."""
    (q @ k.T * q.shape[-1] ** -0.5).softmax(-1) @ v
    return standard_forward(*q.shape).total * q.itemsize


def tiled(q: Tensor, k: Tensor, v: Tensor) -> int:
    """FlashAttention-2 in PyTorch; returns the bytes it counted."""
    hbm = HBM(q=q, k=k, v=v)
    fa2.forward(hbm, B_R, B_C)
    return hbm.accesses().total * q.itemsize


def pytorch(q: Tensor, k: Tensor, v: Tensor) -> None:
    """PyTorch's own, which does not say what it moves."""
    sdpa(q[None, None], k[None, None], v[None, None])


METHODS: dict[str, Callable[[Tensor, Tensor, Tensor], int | None]] = {
    "plain": plain,
    "tiled": tiled,
    "pytorch": pytorch,
}


def peak() -> int:
    """The most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(method: str, n: int, out: Any) -> None:
    """Time and extra memory of one method, put into ``out``."""
    torch.set_num_threads(1)
    q, k, v = torch.rand(3, n, D)
    METHODS[method](q[:256], k[:256], v[:256])  # loads its libraries
    before, ms = peak(), []
    for _ in range(REPEATS):
        start = time.perf_counter()
        moved = METHODS[method](q, k, v)
        ms.append((time.perf_counter() - start) * 1e3)
    extra = round((peak() - before) / 1e6, 1)
    times = {"ms": round(statistics.median(ms), 1), "extra_MB": extra}
    out.put(times | {"moved_MB": moved and round(moved / 1e6, 1)})


def rows(lengths: Iterable[int] = LENGTHS) -> Iterable[Row]:
    """One per length and method."""
    fork = multiprocessing.get_context("fork")  # torch is in memory
    for n in lengths:
        for method in METHODS:
            out = fork.SimpleQueue()
            process = fork.Process(
                target=measure, args=(method, n, out)
            )
            process.start()
            process.join()
            if process.exitcode:
                raise RuntimeError(
                    f"{method} with {n} tokens: exit {process.exitcode}"
                )
            yield {"n": n, "method": method, **out.get()}


if __name__ == "__main__":
    keep("attention-cpu", WHAT, processor(), rows())
    attention_speed_gpu.main()
