"""Live: ``python -m press.live`` builds the website on every save and shows it in the browser.

Three processes, so that none waits for another: this one watches the files; one keeps Sphinx and
all documents in memory and builds; one serves ``build/html`` (`press.live_server`). A change below
``source/`` is built by the Sphinx that is there; any other change, and the plan, starts a new one.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

# Imported once, for all builders to come. The extensions of the book are not: they may change.
import myst_parser.sphinx_ext.main  # noqa: F401
import sphinx_book_theme  # noqa: F401
import sphinxcontrib.bibtex  # noqa: F401
from sphinx.application import Sphinx
from sphinx.environment import CONFIG_OK
from sphinx.util.docutils import docutils_namespace, patch_docutils

from press import faults, live_server
from press.build import COLLECT, Problems
from press.swap import put
from press.work import Work

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from typing import IO

    from sphinx.environment import BuildEnvironment

WATCHED = ("source", "bib", "code", "extensions", "conf.py", "pyproject.toml", "CHANGELOG.md")
PAUSE = 0.15  # seconds between two looks; two that agree say that an editor has finished

fork = multiprocessing.get_context("fork")


class Book:
    """One Sphinx that stays; it builds again and again, each time only what changed."""

    def __init__(self, root: Path, work: Work) -> None:
        self.problems = Problems()
        self.work, self.output = work, root / "build" / "html"
        self.doubtful: set[str] = set()  # documents read since the last build without a warning
        self.app = Sphinx(
            srcdir=root / "source",
            confdir=root,
            outdir=work.made,
            doctreedir=work.read,
            buildername="html",
            status=None,
            warning=cast("IO[str]", self.problems),
            warningiserror=True,
            parallel=os.cpu_count() or 1,
        )
        self.app.connect("env-before-read-docs", self.note)

    def note(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Remember what is read: Sphinx warns of a document only when it reads it."""
        self.doubtful.update(docnames)
        env._pickled_doctree_cache.clear()  # Sphinx expects no second build

    def build(self) -> str:
        """Build and return what was wrong, or nothing."""
        for docname in self.doubtful & self.app.env.all_docs.keys():
            del self.app.env.all_docs[docname]
        self.work.file.truncate(0)
        self.app.build()
        self.app.parallel = 1  # of a few pages, sharing costs more than reading
        self.app.env.config_status = CONFIG_OK  # what was new to the first build is known now
        found = self.problems.kept.strip()
        self.problems.kept = ""
        if not found:
            self.doubtful.clear()
            put(self.work.made, self.output)
            self.work.done()
        return found


def work(root: Path, line: Connection) -> None:
    """Build whenever asked; end when Sphinx cannot go on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.set_threshold(*COLLECT)
    place = Work(root, "html")
    try:
        with place, patch_docutils(root), docutils_namespace():
            book = started(root, place)
            if found := book.problems.kept.strip():
                line.send(found)
                return
            while True:
                line.send(book.build())
                line.recv()
    except Exception as error:  # also of an extension that is just being written
        line.send(faults.sentence(error, place.log))


def started(root: Path, place: Work) -> Book:
    """Return a new Sphinx; what was made before is as whole as it was until this one builds."""
    try:
        return Book(root, place)
    finally:
        place.done()


class Builder:
    """The process that builds, replaced when it is outdated or gone."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.process: Any = None

    def build(self, anew: bool) -> str:
        """Return what was wrong with the book as it is now."""
        if anew or not (self.process and self.process.is_alive()):
            self.stop()
            self.line, end = fork.Pipe()
            self.process = fork.Process(target=work, args=(self.root, end))
            self.process.start()
            end.close()
        else:
            self.line.send(None)
        try:
            found: str = self.line.recv()
        except EOFError:
            return "the builder ended without a word: save again to start another"
        return found

    def stop(self) -> None:
        """End the process."""
        if self.process:
            self.process.terminate()
            self.process.join()


def state(root: Path) -> dict[Path, tuple[int, int]]:
    """Return when each file was written, and how long it is; editors' own files do not count."""
    found = {}
    for top in WATCHED:
        folder = root / top
        for path in [folder] if folder.is_file() else folder.rglob("*"):
            own = path.name.startswith(".") or path.name.endswith("~")
            if not own and path.suffix != ".pyc" and path.is_file():
                seen = path.stat()
                found[path] = seen.st_mtime_ns, seen.st_size
    return found


def look(root: Path) -> dict[Path, tuple[int, int]]:
    """Return the files as they are once nothing moves."""
    last: dict[Path, tuple[int, int]] = {}
    while True:
        try:
            now = state(root)
        except FileNotFoundError:  # gone between two looks
            continue
        if now == last:
            return now
        last = now
        time.sleep(PAUSE)


def watch(root: Path, address: str) -> None:
    """Build now and after every change, for ever."""
    builder = Builder(root)
    seen: dict[Path, tuple[int, int]] = {}
    try:
        for version in range(1, sys.maxsize):
            now = look(root)
            while now == seen:
                time.sleep(PAUSE)
                now = look(root)
            changed = {path for path, _ in now.items() ^ seen.items()}
            seen, start = now, time.time()
            below = all(root / "source" in p.parents and p.suffix != ".toml" for p in changed)
            found = builder.build(anew=not below)
            live_server.tell(root, version, found)
            done = (
                "not built, the last good page stays" if found else f"{time.time() - start:.1f} s"
            )
            print(f"{time.strftime('%H:%M:%S')} {done}", flush=True)
            if version == 1:
                print(f"{address}  (Ctrl-C ends it)", flush=True)
    finally:
        builder.stop()


def main() -> int:
    """``python -m press.live [port]``, from the project's root."""
    root, port = Path.cwd(), int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    if not (root / "conf.py").exists():
        raise SystemExit(f"{root} has no conf.py: run this in the project's root")
    try:
        server = live_server.Server(root, port)
    except OSError as error:
        raise SystemExit(f"port {port} cannot be used ({error.strerror}): name another") from error
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    live_server.tell(root, 0, "")
    serving = fork.Process(target=server.serve)
    serving.start()
    try:
        watch(root, f"http://127.0.0.1:{server.server_port}/")
    except KeyboardInterrupt:
        print()
    finally:
        serving.terminate()
        serving.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
