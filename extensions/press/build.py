"""Build: one verb, one staging folder, one swap.

Sphinx works in ``build/.work``; ``build/<verb>`` is replaced only by a build without a warning.
A failed build leaves the last good output whole.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import sys
from pathlib import Path
from typing import IO, cast

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util import console
from sphinx.util.docutils import docutils_namespace, patch_docutils

from press import revision

VERBS = ("html", "pdf", "epub", "notebooks")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Problems(io.TextIOBase):
    """Shows warnings as they come and keeps them, without colours, for the end."""

    def __init__(self) -> None:
        self.kept = ""

    def write(self, text: str) -> int:
        self.kept += COLOUR.sub("", text)
        return sys.stderr.write(text)


def build(verb: str, root: Path) -> int:
    """Build one format under ``root``; 0 if ``root/build/<verb>`` is new and whole."""
    work = root / "build" / ".work"
    made, read, output = work / verb, work / f"{verb}-doctrees", root / "build" / verb
    if problems := run_sphinx(verb, root, made, read):
        state = f"{output.relative_to(root)} is left as it was" if output.exists() else "no output"
        print(f"\n{verb} failed; {state}.\n{problems}", file=sys.stderr)
        shutil.rmtree(
            read, ignore_errors=True
        )  # Sphinx warns of what it reads: the next build must read it again
        return 1
    swap(made, output)
    print(f"{verb} is in {output.relative_to(root)}")
    return 0


def run_sphinx(verb: str, root: Path, made: Path, read: Path) -> str:
    """Run Sphinx with every warning an error; return what was wrong, a sentence a line."""
    problems = Problems()
    try:
        with patch_docutils(root), docutils_namespace():
            app = Sphinx(
                srcdir=root / "source",
                confdir=root,
                outdir=made,
                doctreedir=read,
                buildername=verb,
                warning=cast("IO[str]", problems),
                warningiserror=True,
                parallel=os.cpu_count() or 1,
            )
            app.build()
    except SphinxError as error:
        return f"{problems.kept}{error.category}: {error}".strip()
    return problems.kept.strip() if app.statuscode else ""


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
    """``python -m press html|pdf|epub|notebooks``, from the project's root."""
    parser = argparse.ArgumentParser(prog="press", description="Build the book.")
    parser.add_argument("verb", choices=VERBS)
    root = Path.cwd()
    if not (root / "conf.py").exists():
        parser.error(f"{root} has no conf.py: run this in the project's root")
    if not sys.stdout.isatty():
        console.nocolor()
    if date := revision.committed_at(root):
        os.environ.setdefault("SOURCE_DATE_EPOCH", date)
    return build(parser.parse_args().verb, root)
