"""Every article has its notebook: whole, valid, alone, with the numbers of the website."""

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.formats("notebooks")

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "build" / "notebooks"
ARTICLES = sorted(p.relative_to(ROOT / "source") for p in ROOT.glob("source/**/[0-9]*-*.md"))

# nbformat 4.5: every key that a cell and an output must have, and no other may be there
CELLS = {
    "markdown": {"cell_type", "id", "metadata", "source"},
    "code": {"cell_type", "execution_count", "id", "metadata", "outputs", "source"},
}
OUTPUTS = {
    "stream": {"output_type", "name", "text"},
    "execute_result": {"output_type", "data", "execution_count", "metadata"},
    "error": {"output_type", "ename", "evalue", "traceback"},
}


def prose(notebook: dict[str, Any]) -> str:
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def test_articles_and_notebooks_are_the_same():
    made = sorted(p.relative_to(BUILT).with_suffix(".md") for p in BUILT.rglob("*.ipynb"))
    assert made == ARTICLES != []


def test_a_notebook_is_nbformat_4_5(notebook):
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", id) for id in ids)
    for cell in notebook["cells"]:
        assert set(cell) == CELLS[cell["cell_type"]]
        assert "".join(cell["source"]).strip(), f"{cell['id']} is empty"
        for output in cell.get("outputs", []):
            assert set(output) == OUTPUTS[output["output_type"]]
            assert output.get("execution_count", cell["execution_count"]) == cell["execution_count"]


def test_code_cells_have_no_prompts(notebook):
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert not [c["id"] for c in code if re.search(r"^(>>>|\.\.\.) ", "".join(c["source"]), re.M)]


def test_captions_and_equations_have_the_numbers_of_the_website(notebook, article, formats):
    found = re.findall(r"\*\*((?:Figure|Table|Listing|Exercise) [\w.]+\d)\b", prose(notebook))
    found += [f"({number})" for number in re.findall(r"\\tag\{([\w.]+)\}", prose(notebook))]
    label = re.match(r"# (\w+\.\d+) ", prose(notebook))[1]
    numbers = (n for n in formats.website(article.partition("/")[0]).captions if f"{label}." in n)
    assert sorted(found) == sorted(numbers) != []
