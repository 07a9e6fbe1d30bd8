"""Work: the folders of one verb under build/.work, for one build at a time.

A build that was killed may leave half a page with today's date, which the next one would take for
finished. So each build locks a small file and says there that it is done; whoever finds anything
else in it begins from nothing.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from types import TracebackType

from sphinx.errors import SphinxError

try:
    import fcntl
except ImportError:  # Windows: that no two builds meet is the writer's care there
    fcntl = None  # type: ignore[assignment]

DONE = "done"


class Busy(SphinxError):
    """Another build of the same verb is at work."""

    category = "Busy"


class Work:
    """Where one verb works: what it makes, what it has read, whether it finished and why not."""

    def __init__(self, root: Path, verb: str) -> None:
        folder = root / "build" / ".work"
        self.verb = verb
        self.made, self.read = folder / verb, folder / f"{verb}-doctrees"
        self.state = folder / f"{verb}.state"
        self.log = folder / f"{verb}.traceback"

    def __enter__(self) -> Work:
        self.state.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.state.open("a+", encoding="ascii")
        self.lock()
        self.file.seek(0)
        if self.file.read() != DONE:
            self.forget()
        self.file.truncate(0)
        return self

    def lock(self) -> None:
        """Take the lock, which processes forked from this one hold as well, to the last of them."""
        try:
            if fcntl is not None:
                fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.close()
            raise Busy(
                f"{self.state} is locked by another build of {self.verb}: wait until it is done"
            ) from None

    def done(self) -> None:
        """Say that all files are whole; a disk too full for a word costs the next build time."""
        with contextlib.suppress(OSError):
            self.file.write(DONE)
            self.file.flush()

    def forget(self) -> None:
        """Remove what was made and read."""
        for folder in (self.made, self.read):
            shutil.rmtree(folder, ignore_errors=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # of a full disk, which has been told
            self.file.close()
