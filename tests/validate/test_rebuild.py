"""A second build, in another folder and with other hash seeds, gives the same bytes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERBS = ("html", "pdf", "epub", "notebooks")


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project without what it has built."""
    folder = tmp_path_factory.mktemp("elsewhere") / "book"
    left_out = shutil.ignore_patterns("build", ".tox", "__pycache__", ".*_cache")
    return Path(shutil.copytree(ROOT, folder, ignore=left_out))


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "verb", [pytest.param(verb, marks=pytest.mark.formats(verb)) for verb in VERBS]
)
def test_a_second_build_gives_the_same_bytes(copy, verb):
    press = [sys.executable, "-m", "press", verb]
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    subprocess.run(press, cwd=copy, env=environment, check=True, capture_output=True)
    first, second = files(ROOT / "build" / verb), files(copy / "build" / verb)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
