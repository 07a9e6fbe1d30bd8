"""Multi-token prediction (MTP) as in DeepSeek-V3, section 2.2.

Module k joins what is known of a token's past with the token k ahead
of it, and predicts the one after that:

    h^k_i = Block(W [norm(Emb(t_(i+k))); norm(h^(k-1)_i)])

h^0 is what the model's own head reads. The modules are a chain, so
that each keeps the whole causal past; embedding and head are the
model's. For n positions there are n − k such pairs. The paper writes
h first in the brackets, the published weights have the embedding
first; weights decide here. Axis letters: b batch, s position, d model.
"""

import torch
from torch import Tensor, nn

from minseek.block import Block
from minseek.checks import check_width
from minseek.config import ModelConfig
from minseek.moe import Routing
from minseek.norm import RMSNorm


class MTP(nn.Module):
    """One module: two norms, a projection of 2d to d, and a block."""

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        d, eps = cfg.d_model, cfg.norm_eps
        self.token_norm = RMSNorm(d, eps)
        self.hidden_norm = RMSNorm(d, eps)
        self.join = nn.Linear(2 * d, d, bias=False)
        self.block = Block(cfg, sparse=True)
        self.norm = RMSNorm(d, eps)

    def forward(
        self,
        h: Tensor,
        ahead: Tensor,
        routings: list[Routing] | None = None,
    ) -> Tensor:
        """h (b, s, d) and embeddings of the tokens ahead: next h."""
        check_width(h, self.hidden_norm.gain.shape[0])
        if h.shape != ahead.shape:
            raise ValueError(
                f"{tuple(h.shape)} hidden states but"
                f" {tuple(ahead.shape)} tokens ahead; one each"
            )
        pair = [self.token_norm(ahead), self.hidden_norm(h)]
        pos = torch.arange(h.shape[1], device=h.device)
        x = self.block(
            self.join(torch.cat(pair, -1)), pos, routings=routings
        )
        return self.norm(x)
