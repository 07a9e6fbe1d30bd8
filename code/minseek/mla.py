"""Multi-head latent attention (MLA): cache a latent, not heads.

Keys and values of all heads are up-projections of one latent c per
token, so it is enough to keep c (DeepSeek-V2, section 2.1.2). Rotated
keys could not be recovered from it by a fixed matrix; they get r
numbers of their own, k^R, one key for all heads. Two forms compute the
same, W^UK and W^UV being the two halves of ``kv_up``:

    naive     expand c to keys and values, then attention of h heads
    absorbed  q·(W^UK c) = (W^UK^T q)·c: move W^UK to the query, W^UV
              to the output; what remains is MQA, whose one key is
              (c, k^R) and whose value is c

Naive expands each of t keys once, absorbed each of s queries, at the
same cost c(n + v); a score and its value then cost 2c + r in place of
n + r + v. So naive is for many new tokens (prefill), absorbed for few
(decode): with a long cache they tie at c(n + v)/(2c − n − v) of them,
171 in V3. Pairs of q^R and k^R are interleaved, as DeepSeek publishes
its weights; transformers' V3 permutes both to halves, to the same
scores.

    b batch   s query position   t key position   h head   d model
    n no-position width   r rope width   v value width   c latent
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from minseek.cache import LayerCache
from minseek.checks import check_order, check_tokens
from minseek.config import MLAConfig
from minseek.heads import attend, causal_mask
from minseek.norm import RMSNorm
from minseek.rope import frequencies, rotate
from minseek.yarn import score_factor


class Projected(NamedTuple):
    """What a token sends (q_nope, q_rope) and leaves (c, k_rope)."""

    q_nope: Tensor  # (b, s, h, n)
    q_rope: Tensor  # (b, s, h, r)
    c: Tensor  # (b, s, c)
    k_rope: Tensor  # (b, s, r)


class MLA(nn.Module):
    """Latent attention of DeepSeek-V2 and V3, in both forms.

    >>> cfg = MLAConfig(d_model=32, n_heads=4, d_nope=8, d_rope=4,
    ...     d_v=6, d_latent=16, d_q_latent=12)
    >>> mla, x, pos = MLA(cfg), torch.rand(2, 5, 32), torch.arange(5)
    >>> naive, absorbed = mla(x, pos), mla(x, pos, absorb=True)
    >>> torch.allclose(naive, absorbed, atol=1e-5)
    True
    """

    def __init__(self, cfg: MLAConfig) -> None:
        super().__init__()
        if cfg.indexer:
            raise ValueError(
                "this layer reads every key; its cfg has an indexer"
                f" that picks {cfg.indexer.top_k}"
            )
        frequencies(cfg.d_rope, cfg.rope)  # refuses what cannot turn
        self.cfg = cfg
        d, h = cfg.d_model, cfg.n_heads
        if cfg.d_q_latent:
            self.q_down = nn.Linear(d, cfg.d_q_latent, bias=False)
            self.q_norm = RMSNorm(cfg.d_q_latent, cfg.norm_eps)
        self.q_up = nn.Linear(
            cfg.d_q_latent or d, h * cfg.d_qk, bias=False
        )
        self.kv_down = nn.Linear(d, cfg.cache_width, bias=False)
        self.kv_norm = RMSNorm(cfg.d_latent, cfg.norm_eps)
        self.kv_up = nn.Linear(
            cfg.d_latent, h * (cfg.d_nope + cfg.d_v), bias=False
        )
        self.out = nn.Linear(h * cfg.d_v, d, bias=False)
        self.scale = cfg.d_qk**-0.5 * score_factor(cfg.rope)

    def forward(
        self,
        x: Tensor,
        pos: Tensor,
        mask: Tensor | None = None,
        cache: LayerCache | None = None,
        absorb: bool = False,
    ) -> Tensor:
        """Tokens (b, s, d) at positions (s,) in, (b, s, d) out.

        Without a mask each token sees itself and the earlier ones.
        """
        check_tokens(x, self.cfg.d_model)
        check_order(pos, x.shape[1], cache.len if cache else None)
        q_nope, q_rope, c, k_rope = self.project(x, pos)
        if cache is not None:
            c, k_rope = cache.append(c, k_rope)  # (b, t, c), (b, t, r)
        if mask is None:
            mask = causal_mask(x.shape[1], c.shape[1])
        read = self.absorbed if absorb else self.naive
        o = read(Projected(q_nope, q_rope, c, k_rope), mask)
        return self.out(o.flatten(2))

    def project(self, x: Tensor, pos: Tensor) -> Projected:
        """Queries, the normalised latent and the shared rope key."""
        cfg = self.cfg
        latent = self.q_norm(self.q_down(x)) if cfg.d_q_latent else x
        q = self.q_up(latent).unflatten(-1, (cfg.n_heads, -1))
        q_nope, q_rope = q.split([cfg.d_nope, cfg.d_rope], -1)
        c, k_rope = self.kv_down(x).split(
            [cfg.d_latent, cfg.d_rope], -1
        )
        k_rope = rotate(k_rope[:, :, None], pos, cfg.rope)[:, :, 0]
        q_rope = rotate(q_rope, pos, cfg.rope)
        return Projected(q_nope, q_rope, self.kv_norm(c), k_rope)

    def naive(self, p: Projected, mask: Tensor) -> Tensor:
        """Expand keys and values of every head: (b, s, h, v)."""
        w_k, w_v = self.up_weights()
        k_nope = torch.einsum("btc,hnc->bthn", p.c, w_k)
        v = torch.einsum("btc,hvc->bthv", p.c, w_v)
        k_rope = p.k_rope[:, :, None].expand(*k_nope.shape[:3], -1)
        k = torch.cat([k_nope, k_rope], -1)  # (b, t, h, n+r)
        q = torch.cat([p.q_nope, p.q_rope], -1)
        return attend(q, k, v, mask, self.scale).o

    def absorbed(self, p: Projected, mask: Tensor) -> Tensor:
        """Attention among latents, as one key head: (b, s, h, v)."""
        w_k, w_v = self.up_weights()
        q_c = torch.einsum("bshn,hnc->bshc", p.q_nope, w_k)
        q = torch.cat([q_c, p.q_rope], -1)  # (b, s, h, c+r)
        k = torch.cat([p.c, p.k_rope], -1)[:, :, None]  # (b, t, 1, c+r)
        o_c = attend(q, k, p.c[:, :, None], mask, self.scale).o
        return torch.einsum("bshc,hvc->bshv", o_c, w_v)

    def up_weights(self) -> tuple[Tensor, Tensor]:
        """W^UK (h, n, c) and W^UV (h, v, c), halves of ``kv_up``."""
        w = self.kv_up.weight.unflatten(0, (self.cfg.n_heads, -1))
        w_k, w_v = w.split([self.cfg.d_nope, self.cfg.d_v], 1)
        return w_k, w_v
