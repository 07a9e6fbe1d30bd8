"""A trained decoder gives up key heads: which way, and what is lost.

    python code/experiments/grouped_heads.py

The small decoder, here with 8 heads of width 16, is trained whole on
nine tenths of The Devil's Dictionary. Then its layers are converted to
4, 2 and 1 key heads in several ways and trained a little further. The
whole model gets the same further steps, as the mark to be reached.
"""

import copy
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations

import torch
from record import Row, keep, processor
from small_decoder import CFG, RUN, book, examine, learn
from torch import Tensor

from minseek.grouped import GroupedAttention
from minseek.model import Model
from minseek.regroup import align, convert, first, reorder
from minseek.run import Run

HEADS, KEPT = 8, (4, 2, 1)
STEPS, SEEDS = 600, range(3)
MARKS = (0, 30)  # further steps: 5 per cent
RATE = 1e-3  # where the first run ends, and a little above
WHAT = (
    f"small.json with {HEADS} heads, {STEPS} steps of {RUN.batch} times"
    f" {RUN.length} bytes, converted, then up to {MARKS[-1]} steps from"
    f" a rate of {RATE}; held-out losses in nats per byte"
)
Way = Callable[[GroupedAttention, int], GroupedAttention]


def partitions(heads: tuple[int, ...], size: int) -> Iterable[list]:
    """All ways to put heads into groups of a size.

    >>> len(list(partitions(tuple(range(8)), 2)))
    105
    """
    if not heads:
        yield []
        return
    head, rest = heads[0], heads[1:]
    for mates in combinations(rest, size - 1):
        left = tuple(h for h in rest if h not in mates)
        for others in partitions(left, size):
            yield [(head, *mates), *others]


def lost(layer: GroupedAttention, n_kv_heads: int) -> float:
    """Share of keys' and values' squared weights that a mean loses."""
    left, whole = 0.0, 0.0
    for w in (layer.k.weight, layer.v.weight):
        split = (n_kv_heads, -1, layer.cfg.d_head)
        heads = w.detach().unflatten(0, split)
        left += (
            (heads - heads.mean(1, keepdim=True)).pow(2).sum().item()
        )
        whole += heads.pow(2).sum().item()
    return left / whole


def apart(layer: GroupedAttention, turned: bool) -> Tensor:
    """Squared distances of heads (h, h), as they are or best turned."""
    k, v = (  # (h, w, d)
        w.weight.detach().unflatten(0, (layer.cfg.n_heads, -1))
        for w in (layer.k, layer.v)
    )
    if turned:
        a, b = k.chunk(2, 1)
        along = torch.einsum("iwd,jwd->ijw", a, a)
        along += torch.einsum("iwd,jwd->ijw", b, b)
        across = torch.einsum("iwd,jwd->ijw", a, b)
        across -= torch.einsum("iwd,jwd->ijw", b, a)
        inner = torch.hypot(along, across).sum(-1)
        products = torch.einsum("iwd,jxd->ijwx", v, v)
        inner += torch.linalg.svdvals(products).sum(-1)
    else:
        rows = torch.cat([k, v], 1).flatten(1)
        inner = rows @ rows.T
    own = inner.diagonal()
    return own[:, None] + own - 2 * inner


def similar(
    layer: GroupedAttention, n_kv_heads: int, turned: bool = False
) -> GroupedAttention:
    """The same layer, heads in the order whose groups differ least."""
    heads = tuple(range(layer.cfg.n_heads))
    far = apart(layer, turned)

    def cost(groups: list[tuple]) -> float:
        return sum(
            far[list(g)][:, list(g)].sum().item() for g in groups
        )

    best = min(partitions(heads, len(heads) // n_kv_heads), key=cost)
    return reorder(layer, [head for group in best for head in group])


def anew(layer: GroupedAttention, n: int) -> GroupedAttention:
    """Keys and values as a new layer has them."""
    new = convert(layer, n)
    fresh = GroupedAttention(new.cfg)
    new.k, new.v = fresh.k, fresh.v
    return new


def kept(layer: GroupedAttention, _: int) -> GroupedAttention:
    """Heads as training left them."""
    return layer


def turned(layer: GroupedAttention, n: int) -> GroupedAttention:
    """Similar heads beside each other, and turned to agree."""
    return align(similar(layer, n, turned=True), n)


WAYS: dict[str, tuple[Way, Way]] = {  # without loss, then with
    "mean": (kept, convert),
    "first": (kept, lambda layer, n: convert(layer, n, first)),
    "random": (kept, anew),
    "similar": (similar, convert),
    "aligned": (align, convert),
    "both": (turned, convert),
}


def build(seed: int) -> Model:
    """A new model; the seed sets its weights."""
    shape = replace(
        CFG.attention,
        n_heads=HEADS,
        n_kv_heads=HEADS,
        d_head=CFG.d_model // HEADS,
    )
    torch.manual_seed(seed)
    return Model(replace(CFG, attention=shape))


def further(
    model: Model, seed: int, marks: tuple[int, ...]
) -> list[float]:
    """Held-out losses of a model that is trained on."""
    exam: Tensor = book()[1][::2]
    run = Run(
        config="small",
        steps=marks[-1],
        every=marks[-1],
        rate=RATE,
        warmup=1,
        seed=1000 + seed,  # other batches than the first time
    )
    losses = [examine(model, exam)]
    for done, _ in learn(model, run):
        if done in marks:
            losses.append(examine(model, exam))
    return losses


def one(
    model: Model, n: int, way: str, seed: int, marks: tuple[int, ...]
) -> Row:
    """One conversion: what a mean would lose, and losses to the end."""
    torch.manual_seed(seed)
    new, shares = copy.deepcopy(model), []
    before, merge = WAYS[way]
    for block in new.blocks:
        ready = before(block.attention, n)
        shares.append(lost(ready, n))
        block.attention = merge(ready, n)
    return {
        "kv_heads": n,
        "way": way,
        "seed": seed,
        "lost": round(sum(shares) / len(shares), 3),
        "losses": further(new, seed, marks),
    }


def rows(
    seeds: Iterable[int] = SEEDS,
    steps: int = STEPS,
    marks: tuple[int, ...] = MARKS,
) -> Iterable[Row]:
    """Every way to every number of heads, for every seed."""
    for seed in seeds:
        model = build(seed)
        run = replace(RUN, steps=steps, every=steps, seed=seed)
        for _ in learn(model, run):
            pass
        yield {
            "kv_heads": HEADS,
            "way": "whole",
            "seed": seed,
            "lost": 0.0,
            "losses": further(copy.deepcopy(model), seed, marks),
        }
        for n in KEPT:
            for way in WAYS:
                if n > 1 or way not in ("similar", "both"):
                    yield one(model, n, way, seed, marks)


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("grouped-heads", WHAT, processor(), rows())
