"""One key head for all queries: what a small decoder loses by it.

    python code/experiments/shared_keys.py

The model, the loop and the book are those of ``small_decoder``. MHA is
the whole model there; the others keep a quarter of its cache, and all
but the first of them get the saved weights back. Seeds set weights and
batches, so variants are compared seed by seed.

A trained MHA is then made MQA in three ways, or left as it is, and
examined at once and after a tenth of its steps. The error of an
attention layer is what its output changes by, of its size, when the
input stays.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import torch
from record import Row, keep, processor
from small_decoder import CFG, RUN, book, examine, learn
from torch import Tensor
from torch.nn.functional import cosine_similarity

from minseek.accounting import total
from minseek.config import ModelConfig
from minseek.model import Model

SEEDS, FEW, MORE = range(5), range(3), 24
SHAPES = {  # query heads, key heads, width of a head, feed-forward
    "MHA": (4, 4, 32, 344),
    "MQA": (4, 1, 32, 344),
    "MQA, wider layer": (4, 1, 32, 408),
    "MQA, more heads": (7, 1, 32, 344),
    "MHA, narrow heads": (4, 4, 8, 472),
    "MHA, one head": (1, 1, 32, 472),
}
WAYS: dict[str, Callable[[Tensor], Tensor]] = {  # heads (h, d_head, d)
    "none": lambda w: w.flatten(0, 1),
    "mean": lambda w: w.mean(0),
    "first": lambda w: w[0],
    "random": lambda w: w.std() * torch.randn_like(w[0]),
}
WHAT = (
    "heads that share a key on nine tenths of The Devil's Dictionary,"
    f" {RUN.steps} steps of {RUN.batch} times {RUN.length} bytes;"
    f" conversions, at once and after {MORE} steps; nats per byte"
)


def shape(variant: str) -> ModelConfig:
    """The small model, its heads and inner width those of a variant."""
    heads, kv, width, d_ff = SHAPES[variant]
    attention = replace(
        CFG.attention, n_heads=heads, n_kv_heads=kv, d_head=width
    )
    return replace(CFG, attention=attention, d_ff=d_ff)


def trained(model: Model, seed: int, steps: int = RUN.steps) -> Model:
    """Train a model in place, on the batches of a seed."""
    for _ in learn(
        model, replace(RUN, seed=seed, steps=steps, every=steps)
    ):
        pass
    return model


def new(variant: str, seed: int) -> Model:
    """A model that has learnt nothing; the seed sets its weights."""
    torch.manual_seed(seed)
    return Model(shape(variant))


def alike(model: Model, name: str) -> float:
    """Mean cosine of the heads' matrices, two at a time."""
    found = []
    for block in model.blocks:
        w = getattr(block.attention, name).weight.detach()
        heads = w.unflatten(0, (-1, CFG.attention.d_head)).flatten(1)
        table = cosine_similarity(heads[:, None], heads[None], dim=-1)
        found.append(table[~torch.eye(len(heads), dtype=torch.bool)])
    return round(torch.cat(found).mean().item(), 3)


def converted(model: Model, way: str, seed: int) -> Model:
    """The MHA model with one key head in place of all, or a copy."""
    torch.manual_seed(seed)
    other = Model(shape("MHA" if way == "none" else "MQA"))
    state = dict(model.state_dict())
    for name, w in state.items():
        if name.endswith(("attention.k.weight", "attention.v.weight")):
            heads = w.unflatten(0, (-1, CFG.attention.d_head))
            state[name] = WAYS[way](heads)
    other.load_state_dict(state)
    return other


@torch.no_grad()
def error(model: Model, other: Model, tokens: Tensor) -> float:
    """Mean error of the other model's attention layers."""
    found = []
    x, pos = model.embedding(tokens), torch.arange(tokens.shape[1])
    for block, changed in zip(model.blocks, other.blocks, strict=True):
        normed = block.attention_norm(x)
        right = block.attention(normed, pos)
        off = changed.attention(normed, pos) - right
        found.append((off.norm() / right.norm()).item())
        x = block(x, pos)
    return round(sum(found) / len(found), 3)


def row(variant: str, seed: int, model: Model) -> Row:
    """What is kept of a trained model."""
    return {
        "variant": variant,
        "seed": seed,
        "weights": total(model.cfg),
        "cache": model.cfg.n_layers * model.cfg.attention.cache_width,
        "loss": examine(model, book()[1]),
    }


def conversion(way: str, seed: int, model: Model) -> Row:
    """A converted model, examined at once and after more steps."""
    other, exam = converted(model, way, seed), book()[1]
    return {
        "way": way,
        "seed": seed,
        "alike_k": alike(model, "k"),
        "alike_v": alike(model, "v"),
        "error": error(model, other, exam[:50]),
        "at_once": examine(other, exam),
        "later": examine(trained(other, seed + 1000, MORE), exam),
    }


def rows() -> Iterable[Row]:
    """Every variant, then every conversion of the MHA models."""
    whole = []
    for variant in SHAPES:
        main = variant in ("MHA", "MQA", "MQA, wider layer")
        for seed in SEEDS if main else FEW:
            model = trained(new(variant, seed), seed)
            if variant == "MHA":
                whole.append(model)
            yield row(variant, seed, model)
    for way in WAYS:
        for seed in FEW:
            yield conversion(way, seed, whole[seed])


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("shared-keys", WHAT, processor(), rows())
