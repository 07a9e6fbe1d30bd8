"""Read safetensors files: eight bytes, a JSON header, then numbers.

    8 bytes    n, the length of the header, little-endian
    n bytes    {"name": {"dtype": "BF16", "shape": [2, 3],
                         "data_offsets": [0, 12]}, ...}
    the rest   the tensors' bytes; offsets count from here

The file is mapped, not read: a tensor's bytes come from the disk when
they are first used, so that opening 700 GB costs nothing. Nothing of
a file is executed. Everything a header claims is checked before it is
believed. Left out: writing (torch.save does), and big-endian machines.
"""

import json
import mmap
import warnings
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


def header(path: Path) -> tuple[dict[str, Any], int]:
    """What a file says it holds, and where its numbers begin."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > size - 8:
            raise ValueError(
                f"{path} has {size} bytes, but its header alone would"
                f" take {length}; it is truncated, or no safetensors"
            )
        try:
            entries = json.loads(file.read(length))
            entries.pop("__metadata__", None)
        except (ValueError, AttributeError) as error:
            raise ValueError(
                f"{path}: its header of {length} bytes is no JSON"
                f" object ({error}); it is damaged, or no safetensors"
            ) from error
    return entries, 8 + length


def tensor(entry: Mapping[str, Any], data: Tensor) -> Tensor:
    """One tensor of the mapped bytes ``data``, as its entry says.

    >>> entry = {"dtype": "U8", "shape": [2], "data_offsets": [1, 3]}
    >>> tensor(entry, torch.tensor([7, 8, 9], dtype=torch.uint8))
    tensor([8, 9], dtype=torch.uint8)
    """
    if (name := entry["dtype"]) not in DTYPES:
        raise ValueError(
            f"has dtype {name}; known: {', '.join(DTYPES)}"
        )
    dtype, shape = DTYPES[name], entry["shape"]
    start, end = entry["data_offsets"]
    if not 0 <= start <= end <= len(data):
        raise ValueError(
            f"lies at bytes {start} to {end} of {len(data)};"
            " the file is truncated or damaged"
        )
    if (wanted := prod(shape) * dtype.itemsize) != end - start:
        raise ValueError(
            f"has {end - start} bytes,"
            f" but shape {shape} of {name} takes {wanted}"
        )
    if start == end:  # torch refuses a view of nothing
        return torch.empty(shape, dtype=dtype)
    flat = data[start:end]
    if flat.data_ptr() % dtype.itemsize:  # old files are not aligned
        flat = flat.clone()
    return flat.view(dtype).view(shape)


def read(*paths: str | Path) -> dict[str, Tensor]:
    """All tensors of one or several files, by name, read-only."""
    tensors: dict[str, Tensor] = {}
    for path in map(Path, paths):
        entries, start = header(path)
        with path.open("rb") as file, warnings.catch_warnings():
            # torch warns that writing to read-only memory would crash.
            warnings.simplefilter("ignore", UserWarning)
            mapped = mmap.mmap(
                file.fileno(), 0, access=mmap.ACCESS_READ
            )
            data = torch.frombuffer(mapped, dtype=torch.uint8)[start:]
        for name, entry in entries.items():
            if name in tensors:
                raise ValueError(f"{path}: {name} is in two files")
            try:
                tensors[name] = tensor(entry, data)
            except ValueError as error:
                raise ValueError(f"{path}: {name} {error}") from error
            except (KeyError, TypeError) as error:
                raise ValueError(
                    f"{path}: {name} has the entry {entry!r}, but needs"
                    " dtype, shape and data_offsets; it is damaged"
                ) from error
    return tensors
