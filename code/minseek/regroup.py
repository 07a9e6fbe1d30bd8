"""Fewer key heads for a trained layer (Ainslie et al., section 2).

A grouped layer is a multi-head layer whose key and value matrices are
equal within each group. ``untie`` writes it out as one, which changes
nothing; ``convert`` goes the other way and has to choose one matrix
for several. Before that, heads may change places (``reorder``) or the
basis that they compute in (``align``), and the layer is the same.

    g group   m head within its group   w row of a head   d model
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from minseek.grouped import GroupedAttention

Merge = Callable[[Tensor], Tensor]  # (g, m, w, …) to (g, w, …)


def mean(heads: Tensor) -> Tensor:
    """The mean of each group: nearest to its heads, squared."""
    return heads.mean(1)


def first(heads: Tensor) -> Tensor:
    """The first head of each group."""
    return heads[:, 0]


def _filled(
    layer: GroupedAttention, n_kv_heads: int, state: dict[str, Tensor]
) -> GroupedAttention:
    """A layer of that many key heads with these weights."""
    new = GroupedAttention(replace(layer.cfg, n_kv_heads=n_kv_heads))
    new.to(layer.out.weight.dtype).load_state_dict(state)
    return new


def convert(
    layer: GroupedAttention, n_kv_heads: int, merge: Merge = mean
) -> GroupedAttention:
    """The layer with key and value heads merged, neighbours first.

    >>> from minseek.config import GQAConfig
    >>> layer = GroupedAttention(
    ...     GQAConfig(d_model=8, n_heads=4, n_kv_heads=4, d_head=2)
    ... )
    >>> convert(layer, 2).k.weight.shape
    torch.Size([4, 8])
    """
    if layer.cfg.n_kv_heads % n_kv_heads:
        raise ValueError(
            f"{layer.cfg.n_kv_heads} key heads do not merge into"
            f" {n_kv_heads}"
        )
    state = dict(layer.state_dict())
    for name in state:
        if name[0] in "kv":  # weights, and biases if there are any
            heads = state[name].unflatten(
                0, (n_kv_heads, -1, layer.cfg.d_head)
            )
            state[name] = merge(heads).flatten(0, 1)
    return _filled(layer, n_kv_heads, state)


def untie(layer: GroupedAttention) -> GroupedAttention:
    """The same layer with a key head for each query head.

    >>> from minseek.config import GQAConfig
    >>> layer = GroupedAttention(
    ...     GQAConfig(d_model=8, n_heads=4, n_kv_heads=2, d_head=2)
    ... )
    >>> x, pos = torch.rand(1, 5, 8), torch.arange(5)
    >>> torch.allclose(untie(layer)(x, pos), layer(x, pos), atol=1e-6)
    True
    """
    cfg = layer.cfg
    size = cfg.n_heads // cfg.n_kv_heads
    state = dict(layer.state_dict())
    for name in state:
        if name[0] in "kv":
            heads = state[name].unflatten(0, (-1, cfg.d_head))
            state[name] = heads.repeat_interleave(size, 0).flatten(0, 1)
    return _filled(layer, cfg.n_heads, state)


def reorder(
    layer: GroupedAttention, order: Sequence[int]
) -> GroupedAttention:
    """The same multi-head layer with its heads in another order.

    >>> from minseek.config import GQAConfig
    >>> layer = GroupedAttention(
    ...     GQAConfig(d_model=8, n_heads=4, n_kv_heads=4, d_head=2)
    ... )
    >>> x, pos = torch.rand(1, 5, 8), torch.arange(5)
    >>> swapped = reorder(layer, [2, 0, 3, 1])
    >>> torch.allclose(swapped(x, pos), layer(x, pos), atol=1e-6)
    True
    """
    heads = layer.cfg.n_kv_heads
    if sorted(order) != list(range(layer.cfg.n_heads)) or heads < len(
        order
    ):
        raise ValueError(
            f"{list(order)} is no order of {layer.cfg.n_heads} heads"
            f" with {heads} keys"
        )
    width = layer.cfg.d_head
    rows = (
        torch.tensor(order)[:, None] * width + torch.arange(width)
    ).flatten()
    state = {
        name: w[:, rows] if name == "out.weight" else w[rows]
        for name, w in layer.state_dict().items()
    }
    return _filled(layer, heads, state)


def align(layer: GroupedAttention, n_kv_heads: int) -> GroupedAttention:
    """The same multi-head layer, heads of a group turned to agree.

    Turning a head's keys and queries alike leaves its scores; turning
    its values and turning them back in ``out`` leaves its output. Keys
    may only turn pair by pair, as the rope does. Each head is turned
    as near as it gets to its group's first head, then to the mean of
    the group, and again, since the mean moves with them.

    >>> from minseek.config import GQAConfig
    >>> layer = GroupedAttention(
    ...     GQAConfig(d_model=8, n_heads=4, n_kv_heads=4, d_head=2)
    ... )
    >>> x, pos = torch.rand(1, 5, 8), torch.arange(5)
    >>> turned = align(layer, 2)
    >>> torch.allclose(turned(x, pos), layer(x, pos), atol=1e-5)
    True
    """
    cfg = layer.cfg
    if cfg.qkv_bias or cfg.n_kv_heads < cfg.n_heads:
        raise ValueError(
            f"{cfg.n_kv_heads} key heads for {cfg.n_heads} queries,"
            f" biases: {cfg.qkv_bias}; aligned are multi-head layers"
            " without biases"
        )
    split = (n_kv_heads, -1, cfg.d_head)
    q, k, v = (  # (g, m, w, d)
        w.weight.detach().unflatten(0, split)
        for w in (layer.q, layer.k, layer.v)
    )
    out = layer.out.weight.detach().unflatten(1, split)  # (d, g, m, w)
    for goal in (first, mean, mean):
        turn = _pairwise(k, goal(k)[:, None])
        q, k = turn @ q, turn @ k
        turn = _nearest(v, goal(v)[:, None])
        v = turn @ v
        out = torch.einsum("dgmw,gmxw->dgmx", out, turn)
    state = {
        "q.weight": q.flatten(0, 2),
        "k.weight": k.flatten(0, 2),
        "v.weight": v.flatten(0, 2),
        "out.weight": out.flatten(1),
    }
    return _filled(layer, cfg.n_kv_heads, state)


def _nearest(heads: Tensor, goal: Tensor) -> Tensor:
    """Rotations (g, m, w, w) that bring heads nearest to the goal."""
    u, _, vh = torch.linalg.svd(goal @ heads.mT)
    return u @ vh


def _pairwise(heads: Tensor, goal: Tensor) -> Tensor:
    """The same, if numbers i and i + w/2 may only turn together."""
    a, b = heads.chunk(2, -2)
    c, d = goal.chunk(2, -2)
    angle = torch.atan2(
        (a * d - b * c).sum(-1), (a * c + b * d).sum(-1)
    )  # (g, m, w/2)
    cos, sin = angle.cos().diag_embed(), angle.sin().diag_embed()
    return torch.cat(
        [torch.cat([cos, -sin], -1), torch.cat([sin, cos], -1)], -2
    )
