"""The running example of phase 1: four tokens and their matrices."""

import torch

TOKENS = ["cat", "sat", "and", "it"]


def matrices() -> dict[str, torch.Tensor]:
    """Tokens, weights of the projections, and what they make."""
    x = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1]])
    w_q = torch.tensor([[0.0, 1], [1, 0], [2, -1]])
    w_k = torch.tensor([[2.0, 0], [0, 1], [-1, 1]])
    w_v = torch.tensor([[3.0, 0], [0, 3], [-2, 1]])
    return {
        "X": x, "W_Q": w_q, "W_K": w_k, "W_V": w_v,
        "Q": x @ w_q, "K": x @ w_k, "V": x @ w_v,
    }  # fmt: skip
