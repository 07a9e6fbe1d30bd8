"""Where a pass of the small decoder spends its time, and its FLOPs.

    python code/experiments/decoder_profile.py

The batch is that of a training step, the pass goes forward. Once with
``minseek.heads.attend``, once with PyTorch's attention in its place.
FLOPs are those that PyTorch counts, of matrix products alone.
"""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from unittest import mock

import torch
from record import Row, keep, processor
from small_decoder import RUN, book, build
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention as sdpa
from torch.utils.flop_counter import FlopCounterMode

from minseek import heads
from minseek.model import Model

REPEATS = 40
WHAT = (
    f"one pass of small.json forward on {RUN.batch} times {RUN.length}"
    f" bytes, FP32, one thread, median of {REPEATS}"
)
PARTS = (
    "projections",
    "attention",
    "SwiGLU",
    "norms",
    "embedding and head",
)


def pytorch(
    q: Tensor, k: Tensor, v: Tensor, _: Tensor
) -> heads.Attended:
    """PyTorch's attention in the place of ours."""
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    o = sdpa(q, k, v, is_causal=True).transpose(1, 2)
    return heads.Attended(o, o.new_empty(0))


WAYS: dict[str, Callable[..., heads.Attended]] = {
    "minseek": heads.attend,
    "PyTorch": pytorch,
}


def part_of(name: str) -> str:
    """The part that a module is counted with; "" if with none."""
    last = name.rsplit(".", 1)[-1]
    if ".attention." in name:
        return "projections"
    if last in ("embedding", "head"):
        return "embedding and head"
    if last.endswith("norm"):
        return "norms"
    return {"attention": "attention", "ffn": "SwiGLU"}.get(last, "")


def parts(model: Model) -> dict[str, nn.Module]:
    """Every module that belongs to a part, by its name."""
    return {n: m for n, m in model.named_modules() if part_of(n)}


def timed(model: Model, tokens: Tensor) -> Row:
    """Milliseconds of one pass: of each part, and of all."""
    spent: defaultdict[str, float] = defaultdict(float)

    def begin(name: str) -> Callable[..., None]:
        def hook(*_: object) -> None:
            spent[part_of(name)] -= time.perf_counter()

        return hook

    def end(name: str) -> Callable[..., None]:
        def hook(*_: object) -> None:
            spent[part_of(name)] += time.perf_counter()

        return hook

    hooks = []
    for name, module in parts(model).items():
        hooks.append(module.register_forward_pre_hook(begin(name)))
        hooks.append(module.register_forward_hook(end(name)))
    start = time.perf_counter()
    model(tokens)
    spent["all"] = time.perf_counter() - start
    for hook in hooks:
        hook.remove()
    spent["attention"] -= spent["projections"]  # which it contains
    return {part: 1e3 * spent[part] for part in (*PARTS, "all")}


def flops(model: Model, tokens: Tensor) -> Row:
    """Of each part, and of all."""
    with FlopCounterMode(display=False) as counter:
        model(tokens)
    by_module = counter.get_flop_counts()
    found = dict.fromkeys(PARTS, 0)
    for name in parts(model):
        counted = by_module.get(f"Model.{name}", {})
        found[part_of(name)] += sum(counted.values())
    found["attention"] -= found["projections"]
    return found | {"all": counter.get_total_flops()}


@torch.no_grad()
def rows(repeats: int = REPEATS) -> Iterable[Row]:
    """One for each part, with either attention."""
    model, (data, _) = build("whole", 0), book()
    tokens = data[: RUN.batch * RUN.length].view(RUN.batch, -1)
    for way, function in WAYS.items():
        with mock.patch("minseek.grouped.attend", function):
            timed(model, tokens)  # once to warm up
            passes = [timed(model, tokens) for _ in range(repeats)]
            counted = flops(model, tokens)
        for part in (*PARTS, "all"):
            ms = statistics.median(one[part] for one in passes)
            yield {
                "attention": way,
                "part": part,
                "ms": round(ms, 3),
                "MFLOP": round(counted[part] / 1e6, 2),
            }


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("decoder-profile", WHAT, processor(), rows())
