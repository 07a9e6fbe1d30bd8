"""Who may import whom: the direction of the dependencies, so that the architecture cannot rot.

articles -> minseek -> torch; figures -> minseek and the palette; press -> Sphinx and the
torch-free side of minseek; nothing back.
"""

import ast
import configparser
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TORCH_FREE = (
    "minseek.accounting",
    "minseek.config",
    "minseek.inspect",
    "minseek.flash.counts",
    "minseek.flash.feeds",
    "minseek.flash.occupancy",
    "minseek.flash.pipeline",
    "minseek.flash.simulator",
)
KERNELS = ("code/minseek/flash/triton_fa2.py", "code/minseek/flash/triton_fa2_backward.py")
BOOK_ENVIRONMENTS = ("html", "pdf", "epub", "notebooks")

# Run by a fresh Python in which `import torch` fails, as on a machine that never installed it.
WITHOUT_TORCH = "import sys; sys.modules['torch'] = None; "
IMPORT_ALL_OF_PRESS = WITHOUT_TORCH + (
    "import importlib, pkgutil, press; "
    "[importlib.import_module(m.name) for m in pkgutil.walk_packages(press.__path__, 'press.')]"
)


def imported_names(path: Path) -> Iterator[str]:
    """Absolute dotted names that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(name: str, package: str) -> bool:
    """Whether a dotted name is a package or something in it."""
    return f"{name}.".startswith(f"{package}.")


def offences(folder: str, *forbidden: str, allowed: tuple[str, ...] = ()) -> list[str]:
    """Every forbidden import of a folder, as "file: name"."""
    return [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imported_names(path)
        if any(inside(name, package) for package in forbidden)
        and not any(inside(name, package) for package in allowed)
    ]


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)


def test_the_press_uses_only_the_torch_free_side_of_minseek():
    assert not offences("extensions", "torch", "minseek", allowed=TORCH_FREE)


def test_minseek_stands_on_torch_alone():
    """But for the kernels, which nothing else may import: they need Triton, and Triton a GPU."""
    allowed = {*sys.stdlib_module_names, "torch", "minseek"}
    strangers = {
        f"{path.relative_to(ROOT)}: {name.partition('.')[0]}"
        for path in sorted((ROOT / "code/minseek").rglob("*.py"))
        for name in imported_names(path)
        if name.partition(".")[0] not in allowed
    }
    assert strangers == {f"{kernel}: triton" for kernel in KERNELS}
    modules = [x.removeprefix("code/").removesuffix(".py").replace("/", ".") for x in KERNELS]
    found = offences("code/minseek", *modules) + offences("code/figures", *modules)
    assert not [x for x in found if not x.startswith(KERNELS)]


def test_figures_know_nothing_of_books_but_their_colours():
    assert not offences("code/figures", "sphinx", "docutils", "press", allowed=("press.palette",))


def test_nothing_imports_the_tests():
    assert not offences("code", "tests") + offences("extensions", "tests")


@pytest.mark.parametrize(
    "code",
    [*(WITHOUT_TORCH + f"import {name}" for name in TORCH_FREE), IMPORT_ALL_OF_PRESS],
    ids=[*TORCH_FREE, "press"],
)
def test_the_torch_free_side_runs_without_torch(code):
    result = run(code)
    assert result.returncode == 0, result.stderr


def test_code_is_no_package():
    """`code/__init__.py` would shadow the standard module `code`, which pdb imports."""
    assert not (ROOT / "code/__init__.py").exists()


def test_a_forbidden_import_is_found(tmp_path):
    """The test of the test: a layer rule that sees nothing forbids nothing."""
    (tmp_path / "x.py").write_text("def f():\n    from torch import nn\n    import minseek.mla\n")
    assert list(imported_names(tmp_path / "x.py")) == ["torch.nn", "minseek.mla"]
    assert inside("torch.nn", "torch") and not inside("torchvision", "torch")


def requirements(group: str) -> Iterator[str]:
    """The packages of a dependency group, included groups too."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    for entry in groups[group]:
        if isinstance(entry, str):
            yield entry
        else:
            yield from requirements(entry["include-group"])


@pytest.mark.parametrize("environment", BOOK_ENVIRONMENTS)
def test_a_book_is_built_without_torch(environment):
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    settings = {**tox["testenv"], **tox[f"testenv:{environment}"]}
    files = re.findall(r"-r (\S+)", settings["deps"])
    installed = [line for name in files for line in (ROOT / name).read_text("utf-8").splitlines()]
    groups = settings.get("dependency_groups", "").replace(",", " ").split()
    installed += [name for group in groups for name in requirements(group)]
    assert installed and not [name for name in installed if name.startswith("torch")]
