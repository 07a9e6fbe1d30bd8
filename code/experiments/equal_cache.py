"""Three layers with the same cache: what they learn.

    python code/experiments/equal_cache.py

Two tasks. In the lookup, a token is a pair of random vectors (a, b) and
noise; the last token brings one of an earlier pair and asks for the
other. One layer, no positions, and numbers cached for two vectors: the
latent's norm is left out, queries are not compressed. The score is the
share of the target's squares that is missed, on new pairs. In the book,
small decoders as in ``small_decoder``, with 64 numbers cached for a
token and layer, and inner widths that make up for the weights; MHA and
MQA of this kind are rows of ``shared_keys``, with the same seeds.

The learning rate of each lookup layer is the better of two for seed
100, which is not among the results; that of the decoders is
``small_decoder``'s, tuned for none of them here. The last decoder was
added after the one before it had been seen to lose, and its shape
chosen with seed 100.
"""

from collections.abc import Iterable
from dataclasses import replace

import torch
from record import Row, keep, processor
from shared_keys import trained
from small_decoder import CFG, RUN, book, examine
from torch import Tensor, nn

from minseek.accounting import total
from minseek.config import GQAConfig, MLAConfig, ModelConfig
from minseek.config.rope import STILL
from minseek.grouped import GroupedAttention
from minseek.mla import MLA
from minseek.model import Model

WIDTH, PAIRS, BATCH, STEPS = 8, 8, 128, 1000
RATES, SEEDS, OTHER = (1e-2, 3e-2), range(5), 100
SIZE = {"d_model": 3 * WIDTH, "d_head": WIDTH, "rope": STILL}
LOOKUP: dict[str, GQAConfig | MLAConfig] = {
    "MQA": GQAConfig(n_heads=7, n_kv_heads=1, **SIZE),
    "GQA": GQAConfig(
        n_heads=14, n_kv_heads=2, **SIZE | {"d_head": WIDTH // 2}
    ),
    "MLA": MLAConfig(
        d_model=3 * WIDTH,
        n_heads=4,
        d_nope=WIDTH,
        d_rope=0,
        d_v=WIDTH,
        d_latent=2 * WIDTH,
    ),
    "GQA, twice the cache": GQAConfig(n_heads=6, n_kv_heads=2, **SIZE),
}
D = CFG.d_model
BOOK: dict[str, GQAConfig | MLAConfig] = {
    "GQA": GQAConfig(d_model=D, n_heads=8, n_kv_heads=2, d_head=16),
    "MLA": MLAConfig(
        d_model=D, n_heads=4, d_nope=32, d_rope=16, d_v=32, d_latent=48
    ),
    "MLA, half turned": MLAConfig(
        d_model=D, n_heads=8, d_nope=16, d_rope=32, d_v=16, d_latent=32
    ),
}
WHAT = (
    f"lookup: {PAIRS} pairs of width {WIDTH}, {STEPS} steps of {BATCH},"
    " share of squares missed; book: The Devil's Dictionary,"
    f" {RUN.steps} steps of {RUN.batch} times {RUN.length} bytes,"
    " nats per byte; cache: numbers per token and layer"
)


def layer_of(cfg: GQAConfig | MLAConfig) -> nn.Module:
    """A layer for the lookup; a latent has no norm behind it."""
    if isinstance(cfg, GQAConfig):
        return GroupedAttention(cfg)
    layer = MLA(cfg)
    layer.add_module("kv_norm", nn.Identity())
    return layer


def pairs(dice: torch.Generator, n: int) -> tuple[Tensor, Tensor]:
    """Tokens (n, pairs + 1, d) and what is asked (n, 2 width).

    Half of the questions bring a, half bring b; the target is the
    other, in its place, and zero where the question stands.
    """
    x = torch.randn(n, PAIRS + 1, 3 * WIDTH, generator=dice)
    chosen = torch.randint(PAIRS, (n,), generator=dice)
    pair = x[torch.arange(n), chosen, : 2 * WIDTH]
    brings_a = (torch.arange(n) % 2 == 0)[:, None]
    first = (torch.arange(2 * WIDTH) < WIDTH)[None]
    shown = brings_a == first
    x[:, -1, : 2 * WIDTH] = pair * shown
    return x, pair * ~shown


def answer(layer: nn.Module, x: Tensor, target: Tensor) -> Tensor:
    """Mean square of what the last token's answer misses."""
    n = x.shape[1]
    mask = torch.ones(n, n, dtype=torch.bool).tril()
    mask[-1, -1] = False  # the question is not among the pairs
    told = layer(x, torch.arange(n), mask)[:, -1, : 2 * WIDTH]
    return ((told - target) * (target != 0)).square().sum(-1).mean()


def lookup(
    name: str, seed: int, rate: float, steps: int = STEPS
) -> Row:
    """Train one layer; then ask it about new pairs."""
    torch.manual_seed(seed)
    layer, dice = layer_of(LOOKUP[name]), torch.Generator()
    dice.manual_seed(seed)
    steer = torch.optim.AdamW(
        layer.parameters(), lr=rate, weight_decay=0
    )
    fall = torch.optim.lr_scheduler.OneCycleLR(steer, rate, steps)
    for _ in range(steps):
        steer.zero_grad()
        answer(layer, *pairs(dice, BATCH)).backward()
        steer.step()
        fall.step()
    with torch.no_grad():
        x, target = pairs(dice, 4096)
        missed = (
            answer(layer, x, target) / target.square().sum(-1).mean()
        )
    return {
        "task": "lookup",
        "layer": name,
        "seed": seed,
        "cache": LOOKUP[name].cache_width,
        "weights": sum(p.numel() for p in layer.parameters()),
        "rate": rate,
        "missed": round(missed.item(), 4),
    }


def best_rate(name: str) -> float:
    """Of two, by a seed that the results do not use."""
    return min(RATES, key=lambda r: lookup(name, OTHER, r)["missed"])


def decoder(name: str) -> ModelConfig:
    """The small decoder with that attention, as heavy as with MHA."""
    cfg = replace(CFG, attention=BOOK[name])
    step = total(replace(cfg, d_ff=cfg.d_ff + 1)) - total(cfg)
    more = round((total(CFG) - total(cfg)) / step)
    return replace(cfg, d_ff=cfg.d_ff + more)


def reading(name: str, seed: int, steps: int = RUN.steps) -> Row:
    """Train one decoder on the book, and examine it."""
    cfg = decoder(name)
    torch.manual_seed(seed)
    model = trained(Model(cfg), seed, steps)
    return {
        "task": "book",
        "layer": name,
        "seed": seed,
        "cache": cfg.attention.cache_width,
        "weights": total(cfg),
        "inner": cfg.d_ff,
        "loss": examine(model, book()[1]),
    }


def rows() -> Iterable[Row]:
    """Every layer and seed of both tasks."""
    for name in LOOKUP:
        rate = best_rate(name)
        for seed in SEEDS:
            yield lookup(name, seed, rate)
    for name in BOOK:
        for seed in SEEDS:
            yield reading(name, seed)


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("equal-cache", WHAT, processor(), rows())
