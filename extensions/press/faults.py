"""Faults: whatever stops a build becomes one sentence, without a traceback."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import re
import signal
import traceback
from pathlib import Path
from types import FrameType

from sphinx.errors import ExtensionError, SphinxError, SphinxParallelError

ADVICE = {
    errno.ENOSPC: "free some space and build again",
    errno.EDQUOT: "free some space and build again",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f) and build again",
    errno.EACCES: "give yourself the right to it and build again",
    errno.EPERM: "give yourself the right to it and build again",
    errno.EROFS: "build where one can write",
    errno.ENOTDIR: "move away the file that stands where a folder is needed",
    errno.EEXIST: "move away the file that stands where a folder is needed",
    errno.ELOOP: "remove the link that leads back to itself",
}
# How Python words an error of the system; a forked process sends nothing but these words.
OF_THE_SYSTEM = re.compile(
    r"\[Errno (?P<errno>\d+)\] (?P<words>[^:'\"]+)(?:: ['\"](?P<path>[^'\"]+))?"
)
HANDLER = " threw an exception"  # how Sphinx words what happened in an extension
OURS = re.compile(r"(?:sphinx|press)\.[\w.]+: ")


class Stopped(KeyboardInterrupt):
    """Somebody asked the build to end, by Ctrl-C or SIGTERM."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number  # as a shell reports it


def listen() -> None:
    """Turn Ctrl-C and SIGTERM into `Stopped`; forked processes leave the answer to this one."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_leave_it_to_the_parent)


def _leave_it_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def end_children() -> None:
    """End the processes that read or write for this one."""
    for child in multiprocessing.active_children():
        child.kill()
        child.join()


def sentence(error: BaseException, log: Path) -> str:
    """Return an error as one sentence; the traceback of an unforeseen one goes to ``log``."""
    if isinstance(error, ExtensionError) and error.orig_exc and HANDLER in error.message:
        error = error.orig_exc
    text = " ".join(str(error).split())
    forked = isinstance(error, SphinxParallelError)  # of another process: its words are all we have
    if (forked or isinstance(error, OSError)) and (found := OF_THE_SYSTEM.search(text)):
        place = found["path"] or "a file under build"
        advice = ADVICE.get(int(found["errno"]), "mend that and build again")
        return f"{place}: {found['words']}: {advice}"
    if isinstance(error, EOFError):
        return "A process of this build was ended from outside, most often for want of memory"
    if forked and HANDLER not in text and (ours := OURS.match(text)):
        return text[ours.end() :]
    if isinstance(error, SphinxError) and not forked:
        return f"{error.category}: {error}"
    return unforeseen(error, text if forked else f"{type(error).__name__}: {text}", log)


def unforeseen(error: BaseException, text: str, log: Path) -> str:
    """Keep the traceback of an error that is the tools' own, and say where it is."""
    trace = getattr(error, "traceback", None) or "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError):
        log.write_text(trace, "utf-8")
    return f"press has a fault, please report it with {log}: {text}"
