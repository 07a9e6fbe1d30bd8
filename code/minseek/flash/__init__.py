"""FlashAttention, one generation per file, and models of its chips."""
