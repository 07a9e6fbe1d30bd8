"""Build: one verb, one staging folder, one swap.

Sphinx works in ``build/.work`` (`press.work`); ``build/<verb>`` is replaced only by a build without
a warning (`press.swap`). Whatever else happens is a sentence (`press.faults`), and the last good
output stays whole.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import re
import sys
from pathlib import Path
from typing import IO, cast

from sphinx.application import Sphinx
from sphinx.errors import SphinxError, SphinxParallelError
from sphinx.util import console
from sphinx.util.docutils import docutils_namespace, patch_docutils

from press import faults, revision
from press.swap import put, recover
from press.work import Work

VERBS = ("html", "pdf", "epub", "notebooks")
# Doctrees are a million small objects that live long: Python's default looks at them too often.
COLLECT = (100_000, 20, 100)
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
    output, work, status = root / "build" / verb, Work(root, verb), 1
    try:
        with work:
            problems = attempt(verb, root, work, output)
    except faults.Stopped as stopped:
        faults.end_children()
        status, problems = stopped.status, "It was asked to stop; the next build begins afresh."
    except (OSError, SphinxError) as error:  # the folder of work cannot be had
        problems = faults.sentence(error, work.log)
    if not problems:
        print(f"{verb} is in {output.relative_to(root)}")
        return 0
    state = f"{output.relative_to(root)} is left as it was" if output.exists() else "no output"
    print(f"\n{verb} failed; {state}.\n{problems}", file=sys.stderr)
    return status


def attempt(verb: str, root: Path, work: Work, output: Path) -> str:
    """Build and, if nothing is wrong, replace the output; return what was wrong."""
    try:
        recover(output)
        if not (problems := run_sphinx(verb, root, work)):
            put(work.made, output)
    except Exception as error:
        problems = faults.sentence(error, work.log)
    if problems:
        work.forget()
    else:
        work.done()
    return problems


def run_sphinx(verb: str, root: Path, work: Work) -> str:
    """Run Sphinx with every warning an error; return what was wrong, a sentence a line."""
    problems = Problems()
    gc.set_threshold(*COLLECT)
    try:
        with patch_docutils(root), docutils_namespace():
            app = Sphinx(
                srcdir=root / "source",
                confdir=root,
                outdir=work.made,
                doctreedir=work.read,
                buildername=verb,
                warning=cast("IO[str]", problems),
                warningiserror=True,
                parallel=os.cpu_count() or 1,
            )
            app.build()
    except SphinxError as error:
        said = "" if isinstance(error, SphinxParallelError) else problems.kept
        return f"{said}{faults.sentence(error, work.log)}"
    return problems.kept.strip() if app.statuscode else ""


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
    verb = parser.parse_args().verb
    faults.listen()
    return build(verb, root)
