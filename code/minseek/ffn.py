"""Feed-forward layer: what one token makes of what it has read.

SwiGLU (Shazeer, 2020): one projection is passed through SiLU and gates
another, number by number; a third leads back to the model's width.
Three matrices of d times f numbers, no bias. An expert is the same.
"""

from torch import Tensor, nn
from torch.nn import functional as F

from minseek.checks import check_width


def swiglu(x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
    """W_down (SiLU(W_gate x) * W_up x), for tokens (..., d).

    A gate far below zero closes:

    >>> import torch
    >>> eye = torch.eye(2)
    >>> swiglu(torch.ones(2), -99 * eye, eye, eye).abs() < 1e-6
    tensor([True, True])
    """
    hidden = F.silu(F.linear(x, gate)) * F.linear(x, up)
    return F.linear(hidden, down)


class SwiGLU(nn.Module):
    """``swiglu`` with its three matrices."""

    def __init__(self, d_model: int, d_ff: int) -> None:
        super().__init__()
        self.gate = nn.Linear(d_model, d_ff, bias=False)
        self.up = nn.Linear(d_model, d_ff, bias=False)
        self.down = nn.Linear(d_ff, d_model, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (..., d) in, (..., d) out, each on its own."""
        check_width(x, self.gate.in_features)
        return swiglu(
            x, self.gate.weight, self.up.weight, self.down.weight
        )
