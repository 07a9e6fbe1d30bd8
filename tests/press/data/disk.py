"""A disk with room for PRESS_ROOM more bytes; Python imports this as `sitecustomize` at its start.

Everything that Python writes below a folder named "build" counts, in forked processes as well.
"""

import builtins
import errno
import io
import mmap
import os

written = memoryview(mmap.mmap(-1, 8)).cast("q")  # shared with every process forked from this
plain_open = builtins.open


class Limited(io.FileIO):
    def write(self, data):
        fits = max(int(os.environ["PRESS_ROOM"]) - written[0], 0)
        written[0] += len(data)
        if len(data) > fits:
            super().write(memoryview(data)[:fits])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)

    def fileno(self):  # so that nobody copies past write()
        raise io.UnsupportedOperation


def open_on_disk(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, **rest):
    counted = set(mode) & set("wax") and not isinstance(file, int)
    if not counted or "/build/" not in (name := os.fspath(file)) or name.endswith(".state"):
        return plain_open(file, mode, buffering, encoding, errors, newline, **rest)
    raw = Limited(file, mode.replace("b", "").replace("t", ""))
    made = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
    return made if "b" in mode else io.TextIOWrapper(made, encoding, errors, newline)


builtins.open = io.open = open_on_disk
