"""minseek: a miniature DeepSeek, built phase by phase."""
