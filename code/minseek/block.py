"""One layer of a decoder: attention, then a feed-forward layer.

    x = x + attention(norm(x))      tokens read from earlier ones
    x = x + ffn(norm(x))            each token computes, dense or MoE

Both add to what is there, so that a token's first meaning reaches the
last layer, and gradients the first. Norms come before (pre-norm).
"""

from torch import Tensor, nn

from minseek.cache import LayerCache
from minseek.config import GQAConfig, MLAConfig, ModelConfig
from minseek.ffn import SwiGLU
from minseek.grouped import GroupedAttention
from minseek.mla import MLA
from minseek.moe import MoE, Routing
from minseek.norm import RMSNorm


class Block(nn.Module):
    """One layer: attention, then a dense FFN or experts."""

    def __init__(self, cfg: ModelConfig, sparse: bool) -> None:
        super().__init__()
        d, eps = cfg.d_model, cfg.norm_eps
        self.attention_norm = RMSNorm(d, eps)
        self.ffn_norm = RMSNorm(d, eps)
        self.attention = attention(cfg)
        self.ffn: MoE | SwiGLU
        if sparse and cfg.moe:
            self.ffn = MoE(cfg.moe)
        else:
            self.ffn = SwiGLU(d, cfg.d_ff)

    def forward(
        self,
        x: Tensor,
        pos: Tensor,
        cache: LayerCache | None = None,
        absorb: bool = False,
        routings: list[Routing] | None = None,
    ) -> Tensor:
        """Tokens (b, s, d) at positions (s,) in, (b, s, d) out."""
        form = {"absorb": True} if absorb else {}
        read = self.attention(
            self.attention_norm(x), pos, cache=cache, **form
        )
        x = x + read
        y = self.ffn_norm(x)
        if isinstance(self.ffn, MoE):
            return x + self.ffn(y, routings)
        return x + self.ffn(y)


def attention(cfg: ModelConfig) -> MLA | GroupedAttention:
    """The attention layer that a shape asks for."""
    if cfg.n_hash_layers or cfg.n_streams > 1:
        raise ValueError(
            f"{cfg.n_hash_layers} hash layers and {cfg.n_streams}"
            " residual streams are V4's; here it has to be 0 and 1"
        )
    if isinstance(cfg.attention, MLAConfig):
        return MLA(cfg.attention)
    if isinstance(cfg.attention, GQAConfig):
        return GroupedAttention(cfg.attention)
    raise ValueError(
        f"no decoder here has a {type(cfg.attention).__name__};"
        " known: MLAConfig, GQAConfig"
    )
