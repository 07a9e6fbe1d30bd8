"""Checkpoints that survive what interrupts them.

A file that is being overwritten is neither the old nor the new one. So
the new one is written beside it, forced to the disk, and only then
given the name: a rename is done whole or not at all. Whenever the
machine stops, the name leads to a whole checkpoint.
"""

import os
from pathlib import Path
from typing import Any

import torch


def save(state: dict[str, Any], path: str | Path) -> None:
    """Write ``state`` under ``path``, or leave what is there untouched.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save({"step": 7}, Path(folder, "x.pt"))
    ...     load(Path(folder, "x.pt"))
    {'step': 7}
    """
    path = Path(path)
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    if os.name == "posix":  # the folder holds the name: force it too
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def load(path: str | Path) -> dict[str, Any]:
    """Read a checkpoint; only tensors and plain values are accepted."""
    path = Path(path)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise
    except Exception as error:
        # torch raises half a dozen types for damage of different kinds.
        raise ValueError(
            f"{path} has {path.stat().st_size} bytes and is no whole"
            f" checkpoint ({type(error).__name__}); delete it to begin"
            " again, or name another"
        ) from error
