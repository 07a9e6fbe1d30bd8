"""What the tests of figures and experiments share."""

import runpy
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "code"


@pytest.fixture
def script(monkeypatch):
    """Run a script such as ``figures/bpe-merges`` and return its names; it finds its neighbours."""
    for folder in ("figures", "experiments"):
        monkeypatch.syspath_prepend(str(CODE / folder))
    return lambda name: runpy.run_path(str(CODE / f"{name}.py"))
