"""Every notebook runs from top to bottom, in one namespace, and prints what it holds."""

import ast
import doctest
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import torch
from press.examples import FLAGS

ROOT = Path(__file__).parents[2]
ARTICLES = sorted(str(p.relative_to(ROOT / "source")) for p in ROOT.glob("source/**/[0-9]*-*.md"))

Cell = dict[str, Any]


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the notebooks, as built from the articles of now."""
    folder = tmp_path_factory.mktemp("notebooks")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "notebooks", "-c", "."]
    command += ["-d", str(folder / "doctrees"), "source", str(folder / "out")]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return folder / "out"


def run(cell: Cell, names: dict[str, Any]) -> str:
    """What a cell prints as Jupyter runs it; an error is its last line.

    Every value is shown, but not yet in the cell that begins with the %config for it.
    """
    magic, source = re.match(r"(%.*\n)?((?s:.*))", "".join(cell["source"])).groups()
    printed = StringIO()
    with redirect_stdout(printed):
        try:
            for statement in ast.parse(source).body:
                if isinstance(statement, ast.Expr) and not magic:
                    code = compile(ast.Interactive([statement]), cell["id"], "single")
                else:
                    code = compile(ast.Module([statement], []), cell["id"], "exec")
                exec(code, names)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    return printed.getvalue()


def stored(cell: Cell) -> str:
    """What a notebook says that a cell prints."""
    return "".join(map(shown, cell["outputs"]))


def shown(output: Cell) -> str:
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}\n"
    return output.get("text") or f"{output['data']['text/plain']}\n"


def code_cells(path: Path) -> Iterator[Cell]:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return (cell for cell in cells if cell["cell_type"] == "code")


@pytest.fixture
def torch_as_before() -> Iterator[None]:
    """Let no later test print numbers in the way that a notebook's first cell asks for."""
    yield
    torch.set_printoptions(profile="default")


@pytest.mark.parametrize("article", ARTICLES)
def test_a_notebook_runs_from_top_to_bottom(article, notebooks, monkeypatch, torch_as_before):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "displayhook", sys.__displayhook__)
    names: dict[str, Any] = {"__name__": "__main__"}
    check, compared = doctest.OutputChecker().check_output, 0
    for cell in code_cells((notebooks / article).with_suffix(".ipynb")):
        want, got = stored(cell), run(cell, names)
        assert check(want, got, FLAGS), f"{article}, {cell['id']}: {want!r} is stored, {got!r} runs"
        compared += bool(want)
    assert compared


def test_a_changed_output_is_noticed():
    cell = {"id": "cell-1", "source": ["x = 2\n", "x\n", "x / 0"]}
    got = run(cell, {})
    assert got == "2\nZeroDivisionError: division by zero\n"
    assert not doctest.OutputChecker().check_output(got.replace("2", "3"), got, FLAGS)
