"""Which packages have newer releases, and what each would change in the books.

For each pinned package of the group `book`, and then for all that these need in turn, the books are
built in a fresh environment with the newer release and compared, file by file, with the books that
the pinned ones make. The report is Markdown on standard output; nothing in the project is edited.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
VERBS = ("html", "pdf", "epub", "notebooks")
LOCKED = ROOT / "requirements" / "book.txt"
RESOLVE = ("uv", "pip", "compile", "--quiet")  # for this Python: the one that builds


def main() -> int:
    """Print the report; fail if a newer release changes a book or cannot build it."""
    direct = dict(pin.split("==") for pin in pins())
    with TemporaryDirectory() as folder:
        here = Path(folder)
        old = books(here / "pinned", LOCKED)
        print("| upgrade | what would change |\n|---|---|", flush=True)
        differ = 0
        for name in [*direct, ""]:
            wanted = resolved(here / f"{name or 'rest'}.txt", direct, name)
            if news := upgrades(versions(LOCKED), versions(wanted)):
                said = verdict(old, here / (name or "rest"), wanted)
                differ += said != "nothing"
                print(f"| {'; '.join(news)} | {said} |", flush=True)
    return int(differ > 0)


def pins() -> list[str]:
    """The requirements of the group `book`, "name==version"."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[str] = project["dependency-groups"]["book"]
    return found


def resolved(path: Path, direct: dict[str, str], newer: str) -> Path:
    """Lock the group with one package free to rise; with none, all that they need in turn."""
    path.write_text(LOCKED.read_text("utf-8"), "utf-8")
    wanted = [name if name == newer else f"{name}=={pin}" for name, pin in direct.items()]
    rise = ["--upgrade-package", newer] if newer else ["--upgrade"]
    command = [*RESOLVE, *rise, "--output-file", str(path), "-"]
    subprocess.run(command, input="\n".join(wanted), text=True, check=True, stdout=sys.stderr)
    return path


def versions(path: Path) -> dict[str, str]:
    """The version of each package that a lock file gives this Python."""
    lines = (line.rstrip(" \\") for line in path.read_text("utf-8").splitlines())
    pins = (Requirement(line) for line in lines if re.match(r"\w\S*==", line))
    here = (pin for pin in pins if pin.marker is None or pin.marker.evaluate())
    return {pin.name: str(pin.specifier).removeprefix("==") for pin in here}


def upgrades(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """What is another version, as "name old → new"."""
    names = sorted(old.keys() | new.keys())
    pairs = ((name, old.get(name, "none"), new.get(name, "none")) for name in names)
    return [f"{name} {before} → {after}" for name, before, after in pairs if before != after]


def verdict(old: dict[str, bytes], folder: Path, wanted: Path) -> str:
    """What the books built with other versions have that the old ones do not."""
    try:
        return "; ".join(compared(old, books(folder, wanted))) or "nothing"
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:]
        return f"**cannot be built**: {' '.join(last)}"


def books(folder: Path, wanted: Path) -> dict[str, bytes]:
    """Build the books with the packages of a lock file, and return their files."""
    print(f"building with {wanted.name} …", file=sys.stderr, flush=True)
    venv.create(folder / "venv", with_pip=False)
    python = next((folder / "venv").glob("[bS]*/python*"))
    install = ("uv", "pip", "install", "--quiet", "--python", str(python))
    project = folder / "project"
    subprocess.run(["git", "clone", "--quiet", ROOT, project], check=True)
    run(*install, "--requirement", str(wanted), "--editable", str(project))
    for verb in VERBS:
        run(str(python), "-m", "press", verb, cwd=project)
    return contents(project / "build")


def run(*command: str, cwd: Path = ROOT) -> None:
    """Run a command whose output matters only when it fails."""
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True)


def contents(build: Path) -> dict[str, bytes]:
    """Every file of every format; those inside an EPUB one by one."""
    found: dict[str, bytes] = {}
    for verb in VERBS:
        for path in sorted((build / verb).rglob("*")):
            found |= dict(_members(path, path.relative_to(build).as_posix()))
    return found


def _members(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    if path.suffix == ".epub":
        with zipfile.ZipFile(path) as book:
            yield from ((f"{name}/{inner}", book.read(inner)) for inner in book.namelist())
    elif path.is_file():
        yield name, path.read_bytes()


def compared(old: dict[str, bytes], new: dict[str, bytes]) -> Iterator[str]:
    """For each format that differs: how many of its files, and the first of them."""
    for verb in VERBS:
        names = [name for name in sorted(old.keys() | new.keys()) if name.startswith(f"{verb}/")]
        if differ := [name for name in names if old.get(name) != new.get(name)]:
            yield f"{verb}: {len(differ)} of {len(names)} files, first {differ[0]}"


if __name__ == "__main__":
    sys.exit(main())
