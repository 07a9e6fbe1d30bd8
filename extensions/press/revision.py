"""Revision: which state of the source a book was made from, and when."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from press.reading import written_date


def commit(folder: Path) -> str:
    """The short name of the last commit, or nothing outside a repository."""
    return _git(folder, "rev-parse", "--short=10", "HEAD")


def committed_at(folder: Path) -> str:
    """The seconds of the last commit since 1970: the same in every clone, unlike a file's date."""
    return _git(folder, "log", "-1", "--format=%ct")


def timestamp() -> datetime:
    """The date of the book: SOURCE_DATE_EPOCH, else now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def edition(release: str, folder: Path) -> str:
    """Version, commit and date in a line, as a reader would quote them."""
    made = [f"Version {release}", f"commit {found}" if (found := commit(folder)) else ""]
    return ", ".join(filter(None, (*made, written_date(f"{timestamp():%Y-%m-%d}"))))


def _git(folder: Path, *words: str) -> str:
    try:
        made = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:  # no git on this machine
        return ""
    return made.stdout.strip()
