"""What a tensor core does to numbers: 16 bits in, 32 bits out.

Every kernel of this package keeps to it: a tile is FP32 until it is
the operand of the next product.
"""

import torch
from torch import Tensor


def accumulator(x: Tensor) -> torch.dtype:
    """FP32 for narrower tensors, else the tensor's own type.

    >>> accumulator(torch.zeros(1, dtype=torch.bfloat16))
    torch.float32
    """
    return torch.promote_types(x.dtype, torch.float32)


def rounded(x: Tensor, dtype: torch.dtype) -> Tensor:
    """The values a product sees whose operands must be ``dtype``.

    >>> rounded(torch.tensor([1 / 3]), torch.bfloat16)
    tensor([0.3340])
    """
    return x.to(dtype).to(x.dtype)
