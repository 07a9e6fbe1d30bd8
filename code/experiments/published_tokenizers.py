"""What the tokenizers of GPT-2 and DeepSeek-V3 make of our texts.

    python code/experiments/published_tokenizers.py FOLDER FILE

FOLDER holds GPT-2's encoder.json and vocab.bpe, FILE is DeepSeek-V3's
tokenizer.json. Needs the package tokenizers, of the oracles.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from record import Row, keep, processor

from minseek.text import load

BOOK = "The Devil's Dictionary"
TEXTS = (BOOK, "cat sat and it", "strawberry", " strawberry")
WHAT = "tokens of texts by published tokenizers"
SHOWN = 20  # of more tokens than that, only the number is kept


def gpt2(folder: Path) -> tuple[Any, Path]:
    """GPT-2's tokenizer, and the file of its merges."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    names = json.loads((folder / "encoder.json").read_text("utf-8"))
    path = folder / "vocab.bpe"
    lines = path.read_text("utf-8").splitlines()[1:]  # the version
    merges = [(a, b) for a, b in (line.split() for line in lines)]
    found = Tokenizer(models.BPE(names, merges))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.pre_tokenizer = byte_level
    found.decoder = decoders.ByteLevel()
    return found, path


def deepseek(path: Path) -> tuple[Any, Path]:
    """DeepSeek's tokenizer, and its file."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(path)), path


def rows(models: Mapping[str, tuple[Any, Path]]) -> Iterable[Row]:
    """One row for each model and text."""
    for model, (tokenizer, path) in models.items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        for text in TEXTS:
            whole = load() if text == BOOK else text
            ids = tokenizer.encode(whole, add_special_tokens=False).ids
            short = len(ids) <= SHOWN
            yield {
                "model": model,
                "text": text,
                "tokens": len(ids),
                "ids": ids if short else None,
                "pieces": [tokenizer.decode([i]) for i in ids]
                if short
                else None,
                "sha256": digest[:16],
            }


def main(folder: str, file: str) -> None:
    """Encode all texts with both, and store the result."""
    both = {
        "GPT-2": gpt2(Path(folder)),
        "DeepSeek-V3": deepseek(Path(file)),
    }
    keep("published-tokenizers", WHAT, processor(), rows(both))


if __name__ == "__main__":
    main(*sys.argv[1:])
