"""A small decoder learns a book byte by byte, whole or without a part.

    python code/experiments/small_decoder.py

The model is ``minseek/configs/small.json``, the loop is
``minseek.training``, the book The Devil's Dictionary: nine tenths to
learn from, one to be examined on. The whole model also gets a longer
run, under a minute of one core; a variant has one part less, or
another in its place.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from record import Row, keep, processor
from torch import Tensor, nn
from torch.nn import functional as F

from minseek import text
from minseek.block import Block
from minseek.causal import weights
from minseek.config import ModelConfig, load
from minseek.grouped import GroupedAttention
from minseek.heads import causal_mask
from minseek.losses import mtp_losses
from minseek.model import Model, generate
from minseek.rope import rotate
from minseek.run import Run
from minseek.training import Objective, train

STEPS, LONG, EVERY, SEEDS = 240, 600, 40, range(3)
SENTENCE = "cat sat and it"
BACK = 8  # distances, for which each head's weight is kept
CFG = ModelConfig.from_hf(load("small"))
RUN = Run(config="small", steps=STEPS, every=STEPS)
WHAT = (
    "small.json on nine tenths of The Devil's Dictionary, steps of"
    f" {RUN.batch} times {RUN.length} bytes, AdamW at {RUN.rate};"
    " losses in nats per byte, seconds of one core"
)


class Chain(Block):
    """A layer without residuals: it passes on what its parts make."""

    def forward(self, x: Tensor, pos: Tensor, *_: object) -> Tensor:
        """Tokens (b, s, d) in and out."""
        read = self.attention(self.attention_norm(x), pos)
        return self.ffn(self.ffn_norm(read))


class Nothing(nn.Module):
    """In place of a part: adds nothing to the token."""

    def forward(self, x: Tensor, *_: object, **__: object) -> Tensor:
        """Zeros of the shape of x."""
        return torch.zeros_like(x)


def without_residuals(model: Model) -> None:
    """Layers that do not keep what they were given."""
    chain = (Chain(model.cfg, sparse=False) for _ in model.blocks)
    model.blocks = nn.ModuleList(chain)


def without_norms(model: Model) -> None:
    """Tokens of any size go in everywhere."""
    for block in model.blocks:
        block.attention_norm = block.ffn_norm = nn.Identity()
    model.norm = nn.Identity()


def without_attention(model: Model) -> None:
    """No token reads another."""
    for block in model.blocks:
        block.attention = Nothing()


def without_ffn(model: Model) -> None:
    """Tokens read, and compute nothing of their own."""
    for block in model.blocks:
        block.ffn = Nothing()


def with_relu(model: Model) -> None:
    """Two matrices and max(0, x) in place of three and a gate."""
    d, width = model.cfg.d_model, model.cfg.d_ff * 3 // 2
    for block in model.blocks:
        block.ffn = nn.Sequential(
            nn.Linear(d, width, bias=False),
            nn.ReLU(),
            nn.Linear(width, d, bias=False),
        )


VARIANTS: dict[str, Callable[[Model], None]] = {
    "whole": lambda model: None,
    "no residuals": without_residuals,
    "no norms": without_norms,
    "no attention": without_attention,
    "no feed-forward": without_ffn,
    "ReLU for SwiGLU": with_relu,
    "one head": lambda model: None,
}


def build(variant: str, seed: int) -> Model:
    """A new model; the seed sets its weights."""
    cfg = CFG
    if variant == "one head":
        wide = replace(
            cfg.attention, n_heads=1, n_kv_heads=1, d_head=cfg.d_model
        )
        cfg = replace(cfg, attention=wide)
    torch.manual_seed(seed)
    model = Model(cfg)
    VARIANTS[variant](model)
    return model


def book() -> tuple[Tensor, Tensor]:
    """Nine tenths of the bytes in a row, the last tenth in rows."""
    data = torch.tensor([*text.load().encode()])
    cut = len(data) * 9 // 10
    rows = data[cut:].unfold(0, RUN.length, RUN.length)
    return data[:cut], rows


def learn(model: Model, run: Run) -> Iterator[tuple[int, list[float]]]:
    """Train on the book; after each step, steps done and losses."""
    with TemporaryDirectory() as folder:
        run = replace(run, out=str(Path(folder) / "model.pt"))
        yield from train(Objective(model), model, book()[0], run)


@torch.no_grad()
def examine(model: Model, rows: Tensor) -> float:
    """Mean loss on rows that were not learnt from."""
    return round(mtp_losses(model, rows)[0].item(), 4)


@torch.no_grad()
def reads(model: Model, tokens: Tensor) -> list[Tensor]:
    """Where each head of each layer reads: (b, h, s, t) a layer."""
    seen: list[Tensor] = []

    def watch(layer: GroupedAttention, inputs: tuple[Tensor]) -> None:
        x, n = inputs[0], inputs[0].shape[1]
        q, k = (
            rotate(
                project(x).unflatten(-1, (-1, layer.cfg.d_head)),
                torch.arange(n),
                layer.cfg.rope,
                half=True,
            ).transpose(1, 2)
            for project in (layer.q, layer.k)
        )
        seen.append(weights(q, k, causal_mask(n, n)))

    hooks = [
        block.attention.register_forward_pre_hook(watch)
        for block in model.blocks
    ]
    model(tokens)
    for hook in hooks:
        hook.remove()
    return seen


def rounded(table: Tensor, digits: int) -> list:
    """For the file."""
    return [
        rounded(row, digits) if row.dim() else round(row.item(), digits)
        for row in table
    ]


def by_distance(layer: Tensor) -> Tensor:
    """Mean weight of each head on itself, one back, two back, …"""
    late = layer[..., BACK:, :]  # rows that have so many before them
    means = [
        late.diagonal(BACK - i, -2, -1).mean((0, 2))
        for i in range(BACK)
    ]
    return torch.stack(means, 1)  # (h, distance)


def looks(model: Model, rows: Tensor) -> Row:
    """Where the heads read: in the sentence, and by distance."""
    ids = torch.tensor([[*SENTENCE.encode()]])
    far = [by_distance(layer) for layer in reads(model, rows[:50])]
    sentence = [layer[0] for layer in reads(model, ids)]
    return {
        "by_distance": rounded(torch.stack(far), 3),
        "sentence": rounded(torch.stack(sentence), 2),
    }


@torch.no_grad()
def by_place(model: Model, exam: Tensor) -> list[float]:
    """Mean loss at places 0–15, 16–31, …, twice as far as trained."""
    length = 2 * RUN.length
    rows = exam.flatten().unfold(0, length + 1, length)
    logits = model(rows[:, :-1])
    losses = F.cross_entropy(logits.mT, rows[:, 1:], reduction="none")
    return rounded(losses.view(-1, length // 16, 16).mean((0, 2)), 3)


def written(model: Model, seed: int) -> str:
    """The sentence of the phase, continued."""
    ids = torch.tensor([[*SENTENCE.encode()]])
    dice = torch.Generator().manual_seed(seed)
    new = generate(model, ids, 120, temperature=0.7, generator=dice)
    return bytes(new[0].tolist()).decode("ascii", "replace")


def means(values: list[float], n: int) -> list[float]:
    """Of each n neighbours."""
    return rounded(torch.tensor(values).view(-1, n).mean(1), 4)


def row(variant: str, seed: int, run: Run = RUN) -> Row:
    """Train one model, examine it on the way and at the end."""
    exam = book()[1]
    model = build(variant, seed)
    held, curve = [examine(model, exam)], []
    start = time.process_time()
    for done, losses in learn(model, replace(run, seed=seed)):
        curve.append(losses[0])
        if done % EVERY == 0:
            pause = time.process_time()
            held.append(examine(model, exam))
            start += time.process_time() - pause
    found: Row = {
        "variant": variant,
        "steps": run.steps,
        "seed": seed,
        "weights": sum(p.numel() for p in model.parameters()),
        "seconds": round(time.process_time() - start, 1),
        "loss": held[-1],
        "held_out": held,  # at the start and every EVERY steps
        "curve": means(curve, EVERY),
    }
    if run.steps == LONG:
        found["sample"] = written(model, seed)
        found["by_place"] = by_place(model, exam)
        found |= looks(model, exam)
    return found


def rows() -> Iterable[Row]:
    """Every seed of every variant, and the longer run."""
    for seed in SEEDS:
        yield row("whole", seed, replace(RUN, steps=LONG))
    for variant in VARIANTS:
        for seed in SEEDS:
            yield row(variant, seed)


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("small-decoder", WHAT, processor(), rows())
