"""Revision: which state of the source a book was made from."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit(folder: Path) -> str:
    """The short name of the last commit, or nothing outside a repository."""
    return _git(folder, "rev-parse", "--short=10", "HEAD")


def committed_at(folder: Path) -> str:
    """The seconds of the last commit since 1970: the same in every clone, unlike a file's date."""
    return _git(folder, "log", "-1", "--format=%ct")


def _git(folder: Path, *words: str) -> str:
    try:
        made = subprocess.run(
            ["git", *words], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:  # no git on this machine
        return ""
    return made.stdout.strip()
