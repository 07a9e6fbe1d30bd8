"""What a config.json costs: parameters, cache and FLOPs, as tables.

    python -m minseek.inspect <config.json or folder of a model>

Standard library only, so that it runs where no weights would fit.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from minseek.accounting import (
    GIB,
    Count,
    active,
    cache_bytes,
    decode_flops,
    gqa_width,
    head_width,
    mtp_parts,
    parts,
    record_bytes,
    total,
    training_flops,
    window_bytes,
)
from minseek.config import GQAConfig, ModelConfig

CONTEXTS = (4_096, 32_768, 131_072)
NAME, CELL = 28, 18  # columns


def read(path: Path) -> dict[str, Any]:
    """Read the named values of a config.json.

    >>> read(Path("nowhere"))
    Traceback (most recent call last):
    ValueError: no such file; give a config.json or its folder
    """
    if not path.is_file():
        raise ValueError(
            "no such file; give a config.json or its folder"
        )
    try:
        hf = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"{place} is not JSON: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    if not isinstance(hf, dict):
        raise ValueError(f"a {type(hf).__name__}, not named values")
    return hf


def report(model: ModelConfig) -> Iterator[str]:
    """Yield the lines of all tables.

    >>> from minseek.accounting import published
    >>> print(next(x for x in report(published("mini")) if "all" in x))
      all                                  813,184           452,736
    """
    yield from _parameters(model)
    yield ""
    yield from _cache(model)
    yield ""
    yield from _flops(model)


def _row(name: str, *cells: str) -> str:
    row = f"{name:<{NAME}}" + "".join(f"{c:>{CELL}}" for c in cells)
    return row.rstrip()


def _counts(rows: dict[str, Count]) -> Iterator[str]:
    for name, count in rows.items():
        if any(count):
            yield _row(f"  {name}", *(f"{n:,}" for n in count))


def _parameters(model: ModelConfig) -> Iterator[str]:
    yield _row("Parameters", "stored", "used by a token")
    yield from _counts(parts(model))
    yield from _counts({"all": Count(total(model), active(model))})
    if model.n_mtp:
        yield _row("  MTP modules, on top")
        yield from _counts(
            {f"  {k}": count for k, count in mtp_parts(model).items()}
        )
        yield _row("  all with MTP", f"{total(model, mtp=True):,}")


def _cache(model: ModelConfig) -> Iterator[str]:
    """Layouts from MHA over GQA to MQA, then what this model keeps."""
    contexts = (f"GiB at {n:,}" for n in CONTEXTS)
    yield _row("KV cache", "bytes per token", *contexts)
    a = model.attention
    groups = sorted({a.n_heads, min(8, a.n_heads), 1}, reverse=True)
    rows: dict[str, float] = {
        f"if {g} key head{'s'[: g > 1]}, BF16": (
            2 * gqa_width(g, head_width(a)) * model.n_layers
        )
        for g in groups
    }
    rows["this model, BF16"] = cache_bytes(model)
    if not isinstance(a, GQAConfig):
        rows["this model, FP8 records"] = record_bytes(model)
    for name, n in rows.items():
        sizes = (f"{n * context / GIB:.2f}" for context in CONTEXTS)
        yield _row(f"  {name}", f"{n:,.10g}", *sizes)
    if window := window_bytes(model):
        yield _row("  and windows, once", f"{window:,}")


def _flops(model: ModelConfig) -> Iterator[str]:
    """One new token by context, then training by sequence length."""
    contexts = (f"at {n:,}" for n in CONTEXTS)
    yield _row("GFLOP per token", *contexts)
    work = [decode_flops(model, n) for n in CONTEXTS]
    yield _row("  decoding: matrices", *_giga(w.linear for w in work))
    yield _row("  attention", *_giga(w.core for w in work))
    if work[0].indexer:
        yield _row("  indexer", *_giga(w.indexer for w in work))
    yield _row("  all", *_giga(w.total for w in work))
    training = (training_flops(model, n) for n in CONTEXTS)
    yield _row("  training", *_giga(training))


def _giga(values: Iterator[float]) -> list[str]:
    giga = [value / 1e9 for value in values]
    return [f"{g:,.2f}" if g >= 1 else f"{g:.3g}" for g in giga]


def main(arguments: list[str]) -> int:
    """Print the tables, or one sentence that says what is wrong."""
    if len(arguments) != 1:
        print(
            "usage: python -m minseek.inspect <config.json or folder>"
        )
        return 2
    path = Path(arguments[0])
    path = path / "config.json" if path.is_dir() else path
    try:
        hf = read(path)
        model = ModelConfig.from_hf(hf)
    except ValueError as error:
        print(f"error: {path}: {error}", file=sys.stderr)
        return 1
    print(f"{path}: {hf['model_type']}, {model.n_layers} layers\n")
    print("\n".join(report(model)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
