"""RMSNorm: every token brought to the same size, its direction kept.

    y = g x / √(mean of x² + ε)

A learned gain g per feature follows. Against LayerNorm the mean is not
taken off and no bias is added (Zhang and Sennrich, 2019). Sums of
squares overflow and round early in 16 bits, so they are FP32.
"""

import torch
from torch import Tensor, nn


def rms_norm(x: Tensor, gain: Tensor, eps: float = 1e-6) -> Tensor:
    """Divide by the root mean square of the last axis, times ``gain``.

    Size is lost, direction is not:

    >>> x, g = torch.tensor([3.0, -4.0]), torch.ones(2)
    >>> rms_norm(x, g)
    tensor([ 0.8485, -1.1314])
    >>> torch.allclose(rms_norm(1000 * x, g), rms_norm(x, g))
    True
    """
    if x.shape[-1] != gain.shape[-1]:
        raise ValueError(
            f"tokens are {x.shape[-1]} wide,"
            f" this norm has {gain.shape[-1]} gains"
        )
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    size = (wide.square().mean(-1, keepdim=True) + eps).sqrt()
    return gain * (wide / size).to(x.dtype)


class RMSNorm(nn.Module):
    """``rms_norm`` with its gains, which start at 1.

    >>> RMSNorm(4)(torch.full((4,), 7.0))
    tensor([1., 1., 1., 1.], grad_fn=<MulBackward0>)
    """

    def __init__(self, d_model: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(d_model))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Tokens (..., d) in, tokens of root mean square g out."""
        return rms_norm(x, self.gain, self.eps)
