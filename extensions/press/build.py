"""Build: one verb, one staging folder, one swap.

Sphinx works in ``build/.work``; ``build/<verb>`` is replaced only by a build without a warning.
A failed build leaves the last good output whole.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sphinx.cmd.build import build_main

VERBS = ("html", "pdf", "epub")


def build(verb: str, root: Path) -> int:
    """Build one format under ``root``; 0 if ``root/build/<verb>`` is new and whole."""
    work = root / "build" / ".work"
    made, read, problems = (work / f"{verb}{part}" for part in ("", "-doctrees", ".problems"))
    output = root / "build" / verb
    made.mkdir(parents=True, exist_ok=True)
    arguments = ["-b", verb, "-c", root, "-d", read, "-w", problems]
    status = build_main(["-W", "-n", "-j", "auto", *map(str, [*arguments, root / "source", made])])
    if status:
        kept = (
            f"{output.relative_to(root)} is left as it was"
            if output.exists()
            else "nothing written"
        )
        print(f"\n{verb} failed; {kept}.", file=sys.stderr)
        _repeat(problems)
        shutil.rmtree(read)  # Sphinx warns of what it reads: the next build must read it again
        return status
    swap(made, output)
    print(f"{verb} is in {output.relative_to(root)}")
    return 0


def _repeat(problems: Path) -> None:
    """Say again at the end what went wrong, where a writer looks."""
    if problems.exists() and (text := problems.read_text("utf-8").strip()):
        print(text, file=sys.stderr)


def swap(made: Path, output: Path) -> None:
    """Put a copy of ``made`` in the place of ``output`` by two renames."""
    new, old = output.with_name(f".{output.name}.new"), output.with_name(f".{output.name}.old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(made, new, ignore=shutil.ignore_patterns(".buildinfo*", ".doctrees"))
    if output.exists():
        output.rename(old)
    new.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    """``python -m press html|pdf|epub``, from the project's root."""
    parser = argparse.ArgumentParser(prog="press", description="Build the book.")
    parser.add_argument("verb", choices=VERBS)
    root = Path.cwd()
    if not (root / "conf.py").exists():
        parser.error(f"{root} has no conf.py: run this in the project's root")
    os.environ.setdefault("SOURCE_DATE_EPOCH", _date_of_last_change(root))
    return build(parser.parse_args().verb, root)


def _date_of_last_change(root: Path) -> str:
    """The date of the newest plan or article: the same in every clone, unlike a file's mtime."""
    command = ["git", "log", "-1", "--format=%ct"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return result.stdout.strip() or "0"
