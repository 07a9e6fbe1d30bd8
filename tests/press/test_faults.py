"""Faults of the machine: one sentence, a status that is not 0, and the last good output whole."""

import ctypes
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

VERBS = ("html", "pdf", "epub", "notebooks")
DISK = Path(__file__).with_name("data") / "disk.py"
DROP_A_RIGHT, OVERRIDE = 24, 1  # PR_CAPBSET_DROP and CAP_DAC_OVERRIDE of Linux


def obey_permissions() -> None:
    """Make a root of what this process starts heed the permissions of files, as others do."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(DROP_A_RIGHT, OVERRIDE, 0, 0, 0)


def mended(book, verb: str) -> None:
    """Check that the next build succeeds, changes nothing but the article, and leaves nothing."""
    before = book.output(verb)
    done = book.press(verb)
    assert done.returncode == 0, done.stderr
    assert book.output(verb) == before
    beside = {path.name for path in (book.root / "build").iterdir()}
    assert beside <= {".work", *VERBS}


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_that_cannot_be_written(book_of, verb):
    book = book_of(verb)
    build = book.root / "build"
    build.chmod(0o555)
    lines = book.refused(
        f"build/.{verb}.new", "Permission denied", verb, preexec_fn=obey_permissions
    )
    assert len(lines) == 1
    build.chmod(0o755)
    mended(book, verb)


def test_a_working_folder_that_cannot_be_written(book):
    work = book.root / "build" / ".work"
    shutil.rmtree(work)
    work.mkdir(mode=0o555)
    lines = book.refused(".work/html", "Permission denied", preexec_fn=obey_permissions)
    assert len(lines) == 1
    work.chmod(0o755)
    mended(book, "html")


def test_a_file_where_a_folder_is_needed(book):
    shutil.rmtree(book.root / "build" / ".work")
    (book.root / "build" / ".work").write_text("", "utf-8")
    lines = book.refused("build/.work: ", "move away the file that stands where a folder is needed")
    assert len(lines) == 1
    (book.root / "build" / ".work").unlink()
    mended(book, "html")


def test_a_disk_that_is_full_in_the_middle_of_the_pdf(book_of):
    book = book_of("pdf")
    part = book.root / "build/.work/pdf/cooking.pdf.new"
    part.symlink_to("/dev/full")
    sentence = "cooking.pdf: No space left on device: free some space and build again"
    assert len(book.refused("build/.work/pdf/", sentence, "pdf")) == 1
    mended(book, "pdf")


@pytest.mark.parametrize("share", [0.0, 0.4, 0.8])
@pytest.mark.parametrize("verb", VERBS)
def test_a_disk_that_is_full_at_some_point(book_of, tmp_path, verb, share):
    book = book_of(verb)
    places = [f"build/{verb}/**/*", f"build/.work/{verb}*/**/*"]
    files = [path for place in places for path in book.root.glob(place) if path.is_file()]
    needed = sum(path.stat().st_size for path in files)
    shutil.rmtree(book.root / "build" / ".work")
    shutil.copy(DISK, tmp_path / "sitecustomize.py")
    environment = {
        "PRESS_ROOM": str(int(needed * share)),
        "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]),
    }
    book.refused("", "No space left on device", verb, environment=environment)
    mended(book, verb)


def test_two_builds_at_once_do_not_meet(book):
    first = subprocess.Popen(book.command("html"), cwd=book.root, stdout=subprocess.PIPE, text=True)
    assert first.stdout
    first.stdout.readline()  # it is at work
    assert len(book.refused("html.state is locked", "wait until it is done")) == 1
    first.stdout.read()
    assert first.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_build_that_is_asked_to_stop_does_so_in_a_sentence(book, number):
    before = book.output()
    shutil.rmtree(book.root / "build" / ".work")
    build = subprocess.Popen(
        book.command("html"), cwd=book.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    assert build.stdout and build.stderr
    build.stdout.readline()
    os.killpg(build.pid, number)  # as a terminal does
    _, said = build.communicate()
    assert build.returncode == 128 + number
    assert said == (
        "\nhtml failed; build/html is left as it was.\n"
        "It was asked to stop; the next build begins afresh.\n"
    )
    assert book.output() == before
    mended(book, "html")


def test_a_process_that_is_killed_for_want_of_memory(book):
    shutil.rmtree(book.root / "build" / ".work")
    conf = book.root / "conf.py"
    good = conf.read_text("utf-8")
    kill = "\ndef kill(*_):\n    import os\n    os.kill(os.getpid(), 9)\n"
    kill += "def setup(app):\n    app.connect('source-read', kill)\n"
    conf.write_text(good + kill, "utf-8")
    assert len(book.refused("A process of this build was ended from outside", "memory")) == 1
    conf.write_text(good, "utf-8")
    mended(book, "html")


def test_a_fault_of_press_itself_names_the_file_with_the_traceback(book):
    conf = book.root / "conf.py"
    fault = "\ndef setup(app):\n    app.connect('builder-inited', lambda app: 1 / 0)\n"
    conf.write_text(conf.read_text("utf-8") + fault, "utf-8")
    lines = book.refused("build/.work/html.traceback", "ZeroDivisionError")
    assert len(lines) == 1
    trace = (book.root / "build/.work/html.traceback").read_text("utf-8")
    assert "1 / 0" in trace
