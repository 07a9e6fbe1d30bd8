"""A narrow latent for the small decoder: fitted afterwards, or learnt.

    python code/experiments/latent_rank.py

Keys and values of all heads are 256 linear functions of a token of 128
numbers. Here they pass through r numbers. Fitted: the trained matrix is
replaced by its best approximation of rank r, by its weights alone or
for what it makes of text. Learnt: a new model has two narrow matrices
in its place, with a norm between them as in latent attention, and is
trained as the whole one was. Positions stay as they are, so this is the
bottleneck of latent attention and not all of it.
"""

from collections.abc import Iterable
from dataclasses import replace

import torch
from record import Row, keep, processor
from small_decoder import RUN, book, build, examine, learn
from torch import Tensor, nn

from minseek.model import Model
from minseek.norm import RMSNorm
from minseek.run import Run

RANKS, LEARNT = (4, 8, 16, 32, 64), (4, 16)
SEEDS, TEXTS = range(3), 64
WHAT = (
    "small.json as in small-decoder, keys and values through r numbers;"
    " losses in nats per byte; lost: share of the squares that rank"
    " 0 to 128 leaves out, layer by layer"
)


def narrow(model: Model, r: int) -> None:
    """Make keys and values of all heads from ``r`` numbers."""
    d = model.cfg.d_model
    for block in model.blocks:
        layer = block.attention
        width = layer.k.out_features
        latent = nn.Sequential(nn.Linear(d, r, bias=False), RMSNorm(r))
        for name in ("k", "v"):
            up = nn.Linear(r, width, bias=False)
            setattr(layer, name, nn.Sequential(latent, up))


def stacked(layer: nn.Module) -> Tensor:
    """Key and value weights of all heads, (2 h d_h, d)."""
    return torch.cat([layer.k.weight, layer.v.weight]).detach()


@torch.no_grad()
def inputs(model: Model, tokens: Tensor) -> list[Tensor]:
    """What each attention layer is given, a token per row."""
    seen: list[Tensor] = []
    hooks = [
        block.attention.register_forward_pre_hook(
            lambda _, given: seen.append(given[0].flatten(0, 1))
        )
        for block in model.blocks
    ]
    model(tokens)
    for hook in hooks:
        hook.remove()
    return seen


def axes(w: Tensor, x: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Directions of keys and values, best first, and their squares.

    Those of the weights, or of what they make of the tokens ``x``.
    """
    w = w.double()
    made = w @ w.T if x is None else w @ (x.T @ x).double() @ w.T
    squares, u = torch.linalg.eigh(made)
    return u.flip(1), squares.flip(0).clamp(min=0)


def lost(squares: Tensor) -> list[float]:
    """Share of the squares beyond the first 0, 1, 2, … directions."""
    left = 1 - squares.cumsum(0) / squares.sum()
    return [1.0, *(round(x, 4) for x in left.clamp(min=0).tolist())]


def separately(w: Tensor) -> list[float]:
    """The same if keys and values share r: half of it for each."""
    halves = [axes(part)[1] for part in w.chunk(2)]
    return lost(torch.stack(halves).sum(0).repeat_interleave(2) / 2)


@torch.no_grad()
def cut(model: Model, r: int, xs: list[Tensor | None]) -> Model:
    """A copy whose keys and values have rank ``r``."""
    small = type(model)(model.cfg)
    small.load_state_dict(model.state_dict())
    for block, x in zip(small.blocks, xs, strict=True):
        layer = block.attention
        w = stacked(layer)
        u = axes(w, x)[0][:, :r].float()
        k, v = (u @ (u.T @ w)).chunk(2)
        layer.k.weight.copy_(k)
        layer.v.weight.copy_(v)
    return small


def trained(seed: int, rank: int | None, run: Run = RUN) -> Model:
    """A model of the run, with a latent if a rank is given."""
    model = build("whole", seed)
    if rank:
        narrow(model, rank)
    for _ in learn(model, replace(run, seed=seed)):
        pass
    return model


def row(seed: int, rank: int | None, run: Run = RUN) -> Row:
    """Train one model; a whole one is then cut in both ways."""
    data, exam = book()
    model = trained(seed, rank, run)
    found: Row = {
        "seed": seed,
        "rank": rank,
        "loss": examine(model, exam),
    }
    if rank:
        return found
    text = data[: TEXTS * run.length].view(TEXTS, run.length)
    xs, none = inputs(model, text), [None] * model.cfg.n_layers
    for name, given in (("weights", none), ("text", xs)):
        found[name] = [
            examine(cut(model, r, given), exam) for r in RANKS
        ]
    start = build("whole", seed)
    for name, of, given in (
        ("lost_at_start", start, none),
        ("lost_weights", model, none),
        ("lost_text", model, xs),
    ):
        pairs = zip(of.blocks, given, strict=True)
        found[name] = [
            lost(axes(stacked(b.attention), x)[1])[:129]
            for b, x in pairs
        ]
    found["lost_separately"] = [
        separately(stacked(b.attention))[:129] for b in model.blocks
    ]
    return found


def rows() -> Iterable[Row]:
    """Every seed, whole and with each latent that is learnt."""
    for seed in SEEDS:
        yield row(seed, None)
        for rank in LEARNT:
            yield row(seed, rank)


if __name__ == "__main__":
    torch.set_num_threads(1)
    keep("latent-rank", WHAT, processor(), rows())
