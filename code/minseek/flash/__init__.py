"""FlashAttention in plain PyTorch, one generation per file."""
