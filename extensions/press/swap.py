"""Swap: what is finished takes the place of the last in one step, a file or a folder.

Linux exchanges two folders atomically, so that whoever looks, whenever a build is killed, finds
the old output or the new one, whole. Where that is not to be had (another system, a file system
that refuses) two renames do it, and `recover` mends what a kill between them leaves. A symbolic
link to the current folder would need neither, but then build/html would no longer be a folder:
copying, packing and serving it would each have to know.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from pathlib import Path

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of linux/fcntl.h and linux/fs.h


def write(path: Path, data: bytes) -> None:
    """Write a file beside its place, then put it there; an error says which file it was."""
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(data)
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        error.filename = error.filename or str(path)
        raise


def put(made: Path, output: Path) -> None:
    """Put a copy of ``made`` in the place of ``output``."""
    new, old = beside(output)
    try:
        shutil.copytree(made, new, ignore=shutil.ignore_patterns(".buildinfo*", ".doctrees"))
        if not output.exists():
            new.rename(output)
        elif not exchange(new, output):
            output.rename(old)
            new.rename(output)
    finally:  # of a full disk too: half a copy would keep it full
        recover(output)


def recover(output: Path) -> None:
    """Put back what was taken away last, and clear what a killed build left beside it."""
    new, old = beside(output)
    if old.exists() and not output.exists():
        old.rename(output)
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)


def beside(output: Path) -> tuple[Path, Path]:
    """Return where the next and the last output stand for a moment."""
    return output.with_name(f".{output.name}.new"), output.with_name(f".{output.name}.old")


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False, and nothing done, where none can."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if rename is None:
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)
