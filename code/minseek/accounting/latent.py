"""FLOPs of latent attention in its two forms, and where they tie.

The naive form expands every latent that is read to the keys and values
of all heads. The absorbed form expands none: it takes each new query
down to the latents, and each result up again, which costs the same for
one query as expanding does for one latent. Then the naive form is
cheaper per pair of a query and a key, the absorbed one in all that
grows with old tokens (``minseek.mla``).

    s new tokens, each a query   t tokens that are read, new ones too
"""

from minseek.accounting.flops import key_flops
from minseek.config import MLAConfig


def expand_flops(a: MLAConfig) -> int:
    """FLOPs through W^UK and W^UV once, all heads of one layer.

    >>> from minseek.accounting import published
    >>> expand_flops(published("deepseek-v3").attention)
    33554432
    """
    return 2 * a.n_heads * a.d_latent * (a.d_nope + a.d_v)


def latent_flops(
    a: MLAConfig, s: int, t: int, absorbed: bool = False
) -> int:
    """FLOPs of s queries that each read t latents, in one layer.

    All s t pairs are counted: a kernel that skips what the mask hides
    saves the same share of both forms' pairs.

    >>> from minseek.accounting import published
    >>> v3 = published("deepseek-v3").attention
    >>> naive = latent_flops(v3, 1, 4096)
    >>> round(naive / latent_flops(v3, 1, 4096, absorbed=True))
    117
    """
    expanded = s if absorbed else t
    pairs = s * t * key_flops(a, absorbed)
    return expanded * expand_flops(a) + pairs


def tie(a: MLAConfig, t: float) -> float:
    """How many new tokens make both forms cost the same, of t read.

    From (t - s) c(n + v) = s t (2c - n - v), each per head.

    >>> from minseek.accounting import published
    >>> v3 = published("deepseek-v3").attention
    >>> round(tie(v3, 4096)), round(tie(v3, 2**20))
    (164, 171)
    """
    dearer = key_flops(a, absorbed=True) - key_flops(a)
    return 1 / (1 / t + dearer / expand_flops(a))
