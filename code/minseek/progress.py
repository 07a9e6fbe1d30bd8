"""A progress bar of one line; plain lines where nobody watches."""

import sys
import time
from typing import TextIO

WIDTH = 24  # of the bar, in characters


def bar(done: int, total: int) -> str:
    """The bar alone.

    >>> bar(1, 4)
    '######..................'
    """
    full = WIDTH * done // total
    return "#" * full + "." * (WIDTH - full)


class Progress:
    """Shows each step; a log that is no terminal gets ten lines."""

    def __init__(
        self, total: int, stream: TextIO | None = None
    ) -> None:
        self.total = total
        self.stream = sys.stderr if stream is None else stream
        self.start, self.first = time.monotonic(), -1

    def show(self, done: int, what: str) -> None:
        """Step ``done`` is finished; ``what`` says how it went."""
        if self.first < 0:  # a resumed run begins late
            self.first = done - 1
        passed = time.monotonic() - self.start
        left = passed / (done - self.first) * (self.total - done)
        line = (
            f"{bar(done, self.total)} {done}/{self.total}"
            f"  {what}  {left:.0f} s left"
        )
        if self.stream.isatty():
            end = "\n" if done == self.total else ""
            self.stream.write(f"\r{line:<78}{end}")
        elif done * 10 // self.total > (done - 1) * 10 // self.total:
            self.stream.write(f"{line}\n")
        self.stream.flush()
