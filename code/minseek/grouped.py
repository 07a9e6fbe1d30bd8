"""Grouped-query attention as a layer: MHA, GQA and MQA, with a cache.

Four matrices around ``minseek.heads.attend``. Key heads are fewer than
query heads, so the cache holds 2 g d_head numbers per token, for g key
heads. Pairs turn in the half convention, as Llama, Mistral and Qwen2
publish their weights.
"""

from torch import Tensor, nn

from minseek.cache import LayerCache
from minseek.checks import check_order, check_tokens
from minseek.config import GQAConfig
from minseek.heads import attend, causal_mask
from minseek.rope import frequencies, rotate


class GroupedAttention(nn.Module):
    """Causal attention of n_heads queries to n_kv_heads keys.

    Token by token with a cache, or all at once:

    >>> import torch
    >>> from minseek.cache import Cache
    >>> cfg = GQAConfig(d_model=12, n_heads=6, n_kv_heads=2, d_head=4)
    >>> layer, x = GroupedAttention(cfg), torch.rand(1, 5, 12)
    >>> pos, cache = torch.arange(5), Cache(cfg.cache_shapes, 1, 5)
    >>> steps = [layer(x[:, i:i + 1], pos[i:i + 1], cache=cache)
    ...     for i in range(5)]
    >>> torch.allclose(torch.cat(steps, 1), layer(x, pos), atol=1e-6)
    True
    """

    def __init__(self, cfg: GQAConfig) -> None:
        super().__init__()
        if cfg.n_heads % cfg.n_kv_heads:
            raise ValueError(
                f"{cfg.n_heads} query heads do not split into"
                f" {cfg.n_kv_heads} groups"
            )
        frequencies(cfg.d_head, cfg.rope)  # refuses what cannot turn
        self.cfg = cfg
        q_width = cfg.n_heads * cfg.d_head
        kv_width = cfg.n_kv_heads * cfg.d_head
        self.q = nn.Linear(cfg.d_model, q_width, bias=cfg.qkv_bias)
        self.k = nn.Linear(cfg.d_model, kv_width, bias=cfg.qkv_bias)
        self.v = nn.Linear(cfg.d_model, kv_width, bias=cfg.qkv_bias)
        self.out = nn.Linear(q_width, cfg.d_model, bias=False)

    def forward(
        self,
        x: Tensor,
        pos: Tensor,
        mask: Tensor | None = None,
        cache: LayerCache | None = None,
    ) -> Tensor:
        """Tokens (b, s, d) at positions (s,) in, (b, s, d) out.

        Without a mask each token sees itself and the earlier ones, or
        those of its window.
        """
        cfg = self.cfg
        check_tokens(x, self.cfg.d_model)
        check_order(pos, x.shape[1], cache.len if cache else None)
        q, k, v = (
            project(x).unflatten(-1, (-1, cfg.d_head))
            for project in (self.q, self.k, self.v)
        )
        q = rotate(q, pos, cfg.rope, half=True)  # (b, s, h, d_head)
        k = rotate(k, pos, cfg.rope, half=True)  # (b, s, g, d_head)
        if cache is not None:
            k, v = cache.append(k, v)
        if mask is None:
            mask = causal_mask(q.shape[1], k.shape[1], cfg.window)
        return self.out(attend(q, k, v, mask).o.flatten(2))
