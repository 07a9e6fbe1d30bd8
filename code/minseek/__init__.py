"""minseek: a miniature DeepSeek that the articles build, phase by phase."""
