"""A grouped layer as latent attention with the same cache.

The keys and values of all groups, side by side, are a latent; the
up-projections of a head pick its group's out of it. So what GQA can
compute MLA can, at the same width of the cache, with two conditions.
MLA's norm behind the latent has to go. And if keys are turned, they
cannot be made from the latent by a fixed matrix: they become the
decoupled key, which then turns in blocks, one for each group.

    h head   g group   w width of a head   d model   c latent   r rope
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from minseek.config import GQAConfig, MLAConfig, Rope
from minseek.grouped import GroupedAttention
from minseek.mla import MLA, Projected
from minseek.regroup import untie
from minseek.rope import rotate


class BlockMLA(MLA):
    """Latent attention whose decoupled key turns in equal blocks.

    With one block it is MLA, but for the convention of the pairs.
    """

    def __init__(self, cfg: MLAConfig, blocks: int, rope: Rope) -> None:
        super().__init__(cfg)
        self.blocks, self.rope = blocks, rope

    def project(self, x: Tensor, pos: Tensor) -> Projected:
        """As MLA at position 0, unturned; then the blocks turn."""
        p = super().project(x, torch.zeros_like(pos))
        return p._replace(
            q_rope=self.turn(p.q_rope, pos),
            k_rope=self.turn(p.k_rope[:, :, None], pos)[:, :, 0],
        )

    def turn(self, x: Tensor, pos: Tensor) -> Tensor:
        """Each block of (b, s, h, r) as a head of its own."""
        heads = x.unflatten(-1, (self.blocks, -1)).flatten(2, 3)
        return rotate(heads, pos, self.rope, half=True).view_as(x)


def to_latent(layer: GroupedAttention) -> MLA:
    """The same layer with a latent, and a cache of the same width.

    >>> layer = GroupedAttention(
    ...     GQAConfig(d_model=24, n_heads=6, n_kv_heads=2, d_head=4)
    ... )
    >>> new = to_latent(layer)
    >>> x, pos = torch.rand(1, 5, 24), torch.arange(5)
    >>> absorbed = new(x, pos, absorb=True)
    >>> torch.allclose(absorbed, layer(x, pos), atol=1e-5)
    True
    >>> new.cfg.cache_width == layer.cfg.cache_width
    True
    """
    cfg = layer.cfg
    if cfg.qkv_bias or cfg.window:
        raise ValueError(
            f"biases: {cfg.qkv_bias}, window: {cfg.window};"
            " converted are layers without both"
        )
    new = _empty(cfg)
    w = cfg.d_head
    group = torch.arange(cfg.n_heads) // (cfg.n_heads // cfg.n_kv_heads)
    pick = torch.einsum(
        "hg,wx->hwgx", one_hot(group, cfg.n_kv_heads), torch.eye(w)
    ).flatten(2)  # (h, w, g w): the rows of a head's group
    pick = pick.to(layer.out.weight.dtype)
    none, q = torch.zeros_like(pick), layer.q.weight
    if cfg.rope.still:
        down = layer.k.weight, layer.v.weight
        up = torch.cat(
            [torch.cat([pick, none], -1), torch.cat([none, pick], -1)],
            1,
        )
    else:
        down, up = (layer.v.weight, layer.k.weight), pick
        heads = q.unflatten(0, (cfg.n_heads, w))
        size = cfg.n_kv_heads**0.5  # the scale is that of g w numbers
        q = size * torch.einsum("hwr,hwd->hrd", pick, heads).flatten(
            0, 1
        )
    state = {
        "q_up.weight": q,
        "kv_down.weight": torch.cat(down),
        "kv_up.weight": up.flatten(0, 1),
        "out.weight": layer.out.weight,
    }
    new.to(q.dtype).load_state_dict(state)
    return new


def _empty(cfg: GQAConfig) -> MLA:
    """A latent layer of the shape that a grouped one becomes."""
    w, width = cfg.d_head, cfg.n_kv_heads * cfg.d_head
    still = cfg.rope.still
    shape = MLAConfig(
        d_model=cfg.d_model,
        n_heads=cfg.n_heads,
        d_nope=w if still else 0,
        d_rope=0 if still else width,
        d_v=w,
        d_latent=2 * width if still else width,
    )
    if still:
        new = MLA(shape)
    else:
        new = BlockMLA(shape, cfg.n_kv_heads, cfg.rope)
    new.add_module("kv_norm", nn.Identity())
    return new


def forms(layer: MLA | GroupedAttention) -> tuple[Tensor, Tensor]:
    """What each head asks and hands over: A and B, each (h, d, d).

    Without positions, norm and query latent, head h scores token t by
    x_s A_h x_t and returns the mean of x_t B_h. Two ways to write a
    layer are the same if these are.

    >>> from minseek.config.rope import STILL
    >>> layer = GroupedAttention(GQAConfig(
    ...     d_model=24, n_heads=6, n_kv_heads=2, d_head=4, rope=STILL
    ... ))
    >>> pairs = zip(forms(layer), forms(to_latent(layer)), strict=True)
    >>> all(torch.allclose(a, b, atol=1e-6) for a, b in pairs)
    True
    """
    heads = layer.cfg.n_heads
    if isinstance(layer, MLA):
        down = layer.kv_down.weight[: layer.cfg.d_latent]
        k, v = (up @ down for up in layer.up_weights())  # (h, w, d)
        q = layer.q_up.weight.unflatten(0, (heads, -1))
        q, scale = q[:, : layer.cfg.d_nope], layer.scale
    else:
        wide, scale = untie(layer), layer.cfg.d_head**-0.5
        q, k, v = (
            part.weight.unflatten(0, (heads, -1))
            for part in (wide.q, wide.k, wide.v)
        )
    out = layer.out.weight.unflatten(1, (heads, -1))  # (d, h, v)
    asked = scale * torch.einsum("hwd,hwe->hde", q, k)
    return asked, torch.einsum("hwd,ehw->hde", v, out)
