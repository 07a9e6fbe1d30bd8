"""Rotary positions (RoPE): a token at position m is turned by m angles.

The numbers of a query or key are taken in pairs. Pair i at position m
turns by the angle m θ_i, with θ_i = base^(-2i/r) for width r (Su et
al., equation 15). Turning both vectors of a dot product alike does not
change it, so it knows only how far apart the two stand.

Which two numbers are a pair is a convention. Interleaved, in the paper
and in DeepSeek's latent attention: (0, 1), (2, 3), …; half, in Llama
and in V3.2's indexer: (0, r/2), (1, r/2 + 1), …. Weights trained with
one are wrong in the other, unless ``half_order`` permutes their rows.

    b batch   s position   h head   r rope width
"""

import torch
from torch import Tensor

from minseek.config.rope import PLAIN, Rope
from minseek.yarn import slowed, table_factor


def rotate(
    x: Tensor, pos: Tensor, rope: Rope = PLAIN, half: bool = False
) -> Tensor:
    """Turn the pairs of x (b, s, h, r) by their positions (s,).

    Dot products then depend on the distance alone:

    >>> q, k = torch.rand(2, 1, 1, 1, 8)
    >>> def at(m, n):
    ...     m, n = torch.tensor([m]), torch.tensor([n])
    ...     return (rotate(q, m) * rotate(k, n)).sum()
    >>> torch.allclose(at(7, 3), at(104, 100), atol=1e-4)
    True
    """
    if pos.shape[-1] != x.shape[-3]:
        raise ValueError(
            f"{x.shape[-3]} tokens but {pos.shape[-1]} positions"
        )
    cos, sin = tables(pos, x.shape[-1], rope, x.dtype)
    if half:
        a, b = x.chunk(2, -1)
    else:
        a, b = x[..., 0::2], x[..., 1::2]
    turned = a * cos - b * sin, b * cos + a * sin  # (b, s, h, r/2)
    if half:
        return torch.cat(turned, -1)
    return torch.stack(turned, -1).flatten(-2)


def rotation_matrix(pos: int, width: int, rope: Rope = PLAIN) -> Tensor:
    """The same as the paper's matrix (r, r), for one position.

    >>> x = torch.rand(1, 1, 1, 6)
    >>> turned = x @ rotation_matrix(5, 6).T
    >>> torch.allclose(turned, rotate(x, torch.tensor([5])))
    True
    """
    cos, sin = tables(torch.tensor([pos]), width, rope, torch.float32)
    blocks = torch.stack([cos, -sin, sin, cos], -1).view(-1, 2, 2)
    return torch.block_diag(*blocks)


def half_order(width: int) -> Tensor:
    """Where the half convention keeps what the interleaved one counts.

    >>> half_order(6)
    tensor([0, 2, 4, 1, 3, 5])
    >>> x, pos = torch.rand(1, 2, 1, 6), torch.arange(2)
    >>> order = half_order(6)
    >>> there = rotate(x, pos)[..., order]
    >>> torch.equal(there, rotate(x[..., order], pos, half=True))
    True
    """
    return torch.arange(width).view(-1, 2).T.flatten()


def tables(
    pos: Tensor, width: int, rope: Rope, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """cos and sin of all angles, (s, 1, r/2): alike for every head.

    Angles are FP32 at least: BF16 cannot tell position 257 from 256.
    """
    wide = torch.promote_types(dtype, torch.float32)
    theta = frequencies(width, rope, wide).to(pos.device)
    angle = (pos[..., None] * theta)[..., None, :]
    size = table_factor(rope)
    return (size * angle.cos()).to(dtype), (size * angle.sin()).to(
        dtype
    )


def frequencies(
    width: int, rope: Rope = PLAIN, dtype: torch.dtype = torch.float32
) -> Tensor:
    """θ (r/2,): radians by which each pair turns from token to token.

    >>> frequencies(8)
    tensor([1.0000, 0.1000, 0.0100, 0.0010])
    """
    if width % 2:
        raise ValueError(
            f"rope width {width} is odd; numbers turn in pairs"
        )
    if rope.unknown:
        raise ValueError(
            f"rope is stretched by {rope.unknown!r}; known: yarn"
        )
    if rope.still:
        return torch.zeros(width // 2, dtype=dtype)
    exponent = torch.arange(0, width, 2, dtype=dtype) / width
    theta = 1 / rope.base**exponent
    return slowed(theta, rope.base, rope.yarn) if rope.yarn else theta
