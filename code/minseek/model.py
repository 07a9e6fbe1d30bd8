"""The decoder: embed, n times attend and compute, norm, predict.

One class for every shape that ``ModelConfig`` can say: latent or
grouped attention, dense layers before layers of experts, MTP modules
behind (``minseek.mtp``). What the layers remember while decoding is a
list of caches, which the caller owns; ``generate`` makes its own.

Axis letters: b batch, s position, d model, v vocabulary.
"""

from collections.abc import Mapping
from typing import Self

import torch
from torch import Generator, Tensor, nn

from minseek.block import Block
from minseek.cache import Cache
from minseek.config import MLAConfig, ModelConfig
from minseek.hf import translate
from minseek.moe import Routing
from minseek.mtp import MTP
from minseek.norm import RMSNorm
from minseek.sampling import sample


class Model(nn.Module):
    """A decoder of any ``ModelConfig``: DeepSeek-V2, V3, Llama, …

    >>> from minseek.config import load
    >>> model = Model(ModelConfig.from_hf(load("mini")))
    >>> model(torch.tensor([[7, 8, 9]])).shape
    torch.Size([1, 3, 512])
    """

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        self.cfg = cfg
        self.embedding = nn.Embedding(cfg.vocab_size, cfg.d_model)
        self.blocks = nn.ModuleList(
            Block(cfg, sparse=i >= cfg.n_dense_layers)
            for i in range(cfg.n_layers)
        )
        self.norm = RMSNorm(cfg.d_model, cfg.norm_eps)
        self.head = nn.Linear(cfg.d_model, cfg.vocab_size, bias=False)
        nn.init.normal_(self.embedding.weight, std=cfg.d_model**-0.5)
        if cfg.tied:
            self.head.weight = self.embedding.weight
        self.mtp = nn.ModuleList(MTP(cfg) for _ in range(cfg.n_mtp))

    @classmethod
    def from_hf_state_dict(
        cls, cfg: ModelConfig, state: Mapping[str, Tensor]
    ) -> Self:
        """A model with published weights, named as Hugging Face does.

        ``minseek.tensorfile.read`` makes such a dict of files.
        """
        model = cls(cfg)
        model.load_state_dict(translate(state, model.state_dict(), cfg))
        return model

    def forward(
        self,
        tokens: Tensor,
        caches: list[Cache] | None = None,
        absorb: bool = False,
    ) -> Tensor:
        """Logits (b, s, v) of what follows each token (b, s)."""
        return self.head(self.hidden(tokens, caches, absorb))

    def hidden(
        self,
        tokens: Tensor,
        caches: list[Cache] | None = None,
        absorb: bool = False,
        routings: list[Routing] | None = None,
    ) -> Tensor:
        """What the head reads, (b, s, d); MTP goes on from here."""
        start = caches[0].len if caches else 0
        pos = torch.arange(start, start + tokens.shape[-1])
        self.check(tokens, start)
        x = self.embedding(tokens)
        for i, block in enumerate(self.blocks):
            cache = caches[i] if caches else None
            x = block(x, pos.to(x.device), cache, absorb, routings)
        return self.norm(x)

    def check(self, tokens: Tensor, start: int) -> None:
        """Refuse what an embedding or a cache would explain badly."""
        if tokens.dim() != 2 or tokens.shape[1] == 0:
            raise ValueError(
                f"tokens are {tuple(tokens.shape)}; needed is (b, s)"
            )
        low, high = int(tokens.min()), int(tokens.max())
        if low < 0 or high >= self.cfg.vocab_size:
            raise ValueError(
                f"tokens run from {low} to {high},"
                f" this model knows 0 to {self.cfg.vocab_size - 1}"
            )
        if (end := start + tokens.shape[1]) > self.cfg.context:
            raise ValueError(
                f"position {end - 1} asked of a model with a context"
                f" of {self.cfg.context}"
            )

    def caches(self, batch: int, room: int) -> list[Cache]:
        """An empty cache for each layer."""
        dtype = self.embedding.weight.dtype
        shapes = [b.attention.cfg.cache_shapes for b in self.blocks]
        return [Cache(one, batch, room, dtype) for one in shapes]


def generate(
    model: Model,
    tokens: Tensor,
    n: int,
    temperature: float = 1.0,
    generator: Generator | None = None,
) -> Tensor:
    """``n`` more tokens after ``tokens`` (b, s), one pass for each.

    The text is read once; after it a pass sees one token, and the
    caches for the rest. Latent attention decodes absorbed.
    """
    absorb = isinstance(model.cfg.attention, MLAConfig)
    caches = model.caches(len(tokens), tokens.shape[1] + n)
    new = tokens
    with torch.no_grad():
        for i in range(n):
            logits = model(new, caches, absorb and i > 0)[:, -1]
            new = sample(logits, temperature, generator=generator)
            new = new[:, None]
            tokens = torch.cat([tokens, new], 1)
    return tokens
