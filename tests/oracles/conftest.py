"""How to reach implementations that nobody on this project wrote."""

import importlib
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

import pytest


def bare(package: str) -> None:
    """Make a package importable without running its __init__ files, which ask for a GPU."""
    spec = find_spec(package)
    assert spec and spec.submodule_search_locations, f"{package} is not installed"
    (root,) = map(Path, spec.submodule_search_locations)
    for folder in [root, *filter(Path.is_dir, root.rglob("*"))]:
        name = ".".join((package, *folder.relative_to(root).parts))
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [str(folder)]


@pytest.fixture(scope="session")
def reference() -> Callable[[str], ModuleType]:
    """Import one module of tile_kernels or flash_attn that needs only torch, by its dotted name."""
    sys.modules.setdefault("tilelang", MagicMock())  # named by kernels, which we do not run

    def load(name: str) -> ModuleType:
        if (package := name.partition(".")[0]) not in sys.modules:
            bare(package)
        return importlib.import_module(name)

    return load
