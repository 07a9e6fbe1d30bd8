"""A build that is killed, at any moment, leaves the old output or the new, and harms no later one.

PRESS_KILLS says how many moments are tried, 12 unless it is set.
"""

import os
import random
import shutil
import signal
import subprocess
import time

import pytest
from press import swap

VERBS = ("html", "pdf", "epub", "notebooks")
KILLS = int(os.environ.get("PRESS_KILLS", "12"))


@pytest.fixture(scope="module")
def changed(good_book, tmp_path_factory):
    """Return the function that gives a changed book, built cleanly, and the seconds that took."""
    made = {}

    def of(verb):
        if verb not in made:
            root = tmp_path_factory.mktemp("changed") / "book"
            without = shutil.ignore_patterns("build")
            book = type(good_book)(shutil.copytree(good_book.root, root, ignore=without))
            change(book)
            start = time.monotonic()
            done = book.press(verb)
            assert done.returncode == 0, done.stderr
            made[verb] = book.output(verb), time.monotonic() - start
        return made[verb]

    return of


def change(book):
    """Give the book something new for every format: words, a formula, a heading."""
    book.change(f"source/{book.article}", "In a small pot.", "In a pan, at $y^3$ degrees.")
    book.change(f"source/{book.article}", "## Watching it", "## Waiting for it")


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_build_leaves_the_old_output_or_the_new_one(book_of, changed, kill):
    verb = VERBS[kill % len(VERBS)]
    new, seconds = changed(verb)
    book = book_of(verb)
    old = book.output(verb)
    assert old.keys() == new.keys() and old != new
    change(book)
    if kill % 2:  # a first build and one that has read before are interrupted at other places
        shutil.rmtree(book.root / "build" / ".work")
    moment = random.Random(kill).uniform(0, 1.1 * seconds)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795305600"}
    build = subprocess.Popen(
        book.command(verb), cwd=book.root, env=environment, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(moment)
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    assert book.output(verb) in (old, new), f"killed after {moment:.3f} s"
    done = book.press(verb)
    assert done.returncode == 0, f"killed after {moment:.3f} s: {done.stderr}"
    assert book.output(verb) == new, f"killed after {moment:.3f} s"
    assert {path.name for path in (book.root / "build").iterdir()} <= {".work", *VERBS}


class Killed(BaseException):
    """Stands for a kill: nothing after it is done."""


def folder(path, text):
    path.mkdir()
    (path / "page").write_text(text, "utf-8")
    return path


def at_rename(monkeypatch, number):
    """Kill at a rename, where the file system cannot exchange folders."""
    plain, count = type(swap.Path()).rename, iter(range(1, 10))

    def rename(path, target):
        if next(count) == number:
            monkeypatch.setattr(swap, "recover", lambda output: None)  # not reached by the killed
            raise Killed
        return plain(path, target)

    monkeypatch.setattr(type(swap.Path()), "rename", rename)
    monkeypatch.setattr(swap, "exchange", lambda one, other: False)


@pytest.mark.parametrize("number", [1, 2])
def test_where_folders_cannot_be_exchanged_the_next_build_finds_the_old_one(
    tmp_path, monkeypatch, number
):
    made, output = folder(tmp_path / "made", "new"), folder(tmp_path / "html", "old")
    with monkeypatch.context() as killing:
        at_rename(killing, number)
        with pytest.raises(Killed):
            swap.put(made, output)
    swap.recover(output)
    assert (output / "page").read_text("utf-8") == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"made", "html"}


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_copy_takes_the_place_of_the_output(tmp_path, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(swap, "exchange", lambda one, other: False)
    made, output = folder(tmp_path / "made", "new"), folder(tmp_path / "html", "old")
    swap.put(made, output)
    assert (output / "page").read_text("utf-8") == (made / "page").read_text("utf-8") == "new"
    assert {path.name for path in tmp_path.iterdir()} == {"made", "html"}


def test_half_a_file_never_stands_in_a_files_place(tmp_path, monkeypatch):
    path = tmp_path / "maths.json"
    path.write_bytes(b"old")
    (tmp_path / "maths.json.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"No space left on device: .*maths\.json'"):
        swap.write(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["maths.json"]
    assert path.read_bytes() == b"old"
