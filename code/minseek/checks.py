"""Checks at the door of layers: one sentence, the numbers.

Broadcasting accepts many shapes that mean nothing, and a causal mask
believes any position; what is refused here would go unnoticed there.
"""

import torch
from torch import Tensor


def check_width(x: Tensor, d_model: int) -> None:
    """Refuse tokens of another width, where any other axes are free."""
    if x.shape[-1] != d_model:
        raise ValueError(
            f"tokens are {x.shape[-1]} wide,"
            f" this layer was made for {d_model}"
        )


def check_tokens(x: Tensor, d_model: int) -> None:
    """Refuse tokens of another width, and a text without its batch.

    >>> check_tokens(torch.ones(2, 5), 8)
    Traceback (most recent call last):
    ValueError: tokens are (2, 5), this layer takes (b, s, 8)
    """
    if x.dim() != 3 or x.shape[-1] != d_model:
        raise ValueError(
            f"tokens are {tuple(x.shape)},"
            f" this layer takes (b, s, {d_model})"
        )


def check_order(pos: Tensor, tokens: int, start: int | None) -> None:
    """Refuse positions (s,) with gaps or steps back.

    The causal mask counts on order. The first position is ``start``,
    the number of cached tokens; without a cache it is free.

    >>> check_order(torch.tensor([5, 7]), 2, start=5)
    Traceback (most recent call last):
    ValueError: positions are out of order: 7 stands where 6 is due
    """
    if pos.shape != (tokens,) or tokens == 0:
        raise ValueError(
            f"positions are {tuple(pos.shape)} for {tokens} tokens"
        )
    first = pos[0] if start is None else start
    due = torch.arange(tokens, device=pos.device) + first
    if (wrong := (pos != due).nonzero()).numel():
        i = int(wrong[0])
        raise ValueError(
            f"positions are out of order: {int(pos[i])} stands"
            f" where {int(due[i])} is due"
        )


def check_heads(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None
) -> None:
    """Refuse shapes that broadcasting would accept or explain badly."""
    if any(x.dim() != 4 or len(x) != len(q) for x in (q, k, v)):
        raise ValueError(
            f"q, k and v are {tuple(q.shape)}, {tuple(k.shape)} and"
            f" {tuple(v.shape)}; needed is (b, s, h, width) of one b"
        )
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(
            f"queries are {q.shape[-1]} wide and keys {k.shape[-1]};"
            " a dot product needs equal widths"
        )
    if k.shape[:-1] != v.shape[:-1]:
        raise ValueError(
            f"keys are {tuple(k.shape[:-1])} and values"
            f" {tuple(v.shape[:-1])}; each key needs its value"
        )
    if q.shape[2] % k.shape[2]:
        raise ValueError(
            f"{q.shape[2]} query heads do not split into"
            f" {k.shape[2]} groups"
        )
    if mask is not None and (
        mask.dtype != torch.bool
        or mask.shape[-2:] != (q.shape[1], k.shape[1])
    ):
        raise ValueError(
            f"mask is {mask.dtype} {tuple(mask.shape)}; needed is"
            f" bool ({q.shape[1]}, {k.shape[1]}), True where seen"
        )
