"""A command and what it costs: seconds, seconds of processor, and memory of all its processes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

READ = "read-at"  # where a project's conf.py notes when its documents were read
PAUSE = 0.2  # seconds between two looks at the memory


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost."""

    seconds: float
    cpu: float  # user and system, with pandoc and all other children
    megabytes: float  # the most that all its processes held at one time
    writing: float  # seconds after the last document was read


def run(command: list[str], root: Path, **environment: str) -> Cost:
    """Run a command in a folder to its end; one that fails ends the benchmark with its output."""
    log, read = root / "log", root / READ
    read.unlink(missing_ok=True)
    start = time.time()
    with log.open("w") as output:
        child = subprocess.Popen(
            command, cwd=root, stdout=output, stderr=output, env=os.environ | environment
        )
        peak = Peak(child.pid)
        peak.start()
        _, status, usage = os.wait4(child.pid, 0)
    seconds = time.time() - start
    peak.join()
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{log.read_text('utf-8')[-3000:]}")
    read_at = float(read.read_text("utf-8")) if read.exists() else start
    return Cost(
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        megabytes=max(peak.megabytes, usage.ru_maxrss / 1024),
        writing=start + seconds - read_at,
    )


class Peak(threading.Thread):
    """Looks at a process and its children until the process ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.megabytes = 0.0

    def run(self) -> None:
        """Keep the highest sum that was seen."""
        while pids := list(family(self.pid)):
            self.megabytes = max(self.megabytes, sum(map(held, pids)))
            time.sleep(PAUSE)


def family(pid: int) -> Iterator[int]:
    """Yield a running process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    except OSError:  # it has ended
        return
    yield pid
    for child in children:
        yield from family(int(child))


def held(pid: int) -> float:
    """Return a process's memory in MB; a page that several processes share is shared out."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
