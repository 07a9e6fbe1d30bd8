"""What code/each.py runs: the scripts that draw figures and keep the results of experiments."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "code"


def each(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, CODE / "each.py", *words], capture_output=True, text=True
    )


def kept() -> list[str]:
    """The names under which experiments keep a result."""
    texts = (path.read_text("utf-8") for path in (CODE / "experiments").glob("*.py"))
    return sorted(name for text in texts for name in re.findall(r'\bkeep\(\s*"([\w-]+)"', text))


def test_every_stored_result_has_the_experiment_that_keeps_it():
    stored = {path.stem for path in (CODE / "experiments/results").glob("*.json")}
    assert stored
    assert stored <= set(kept())
    assert len(kept()) == len(set(kept()))


@pytest.mark.parametrize("folder", ["figures", "experiments"])
def test_a_script_that_is_not_there_is_named_with_those_that_are(folder):
    run = each(folder, "nosuch")
    assert run.returncode == 1
    assert run.stderr.startswith(f"code/{folder} has no script nosuch: it has ")
    names = run.stderr.strip().partition("it has ")[2].split(", ")
    assert len(names) > 5
    assert all((CODE / folder / f"{name}.py").exists() for name in names)
    assert not {"drawing", "record", "published_tokenizers"} & set(names)


def test_a_figure_is_drawn_again_by_its_name():
    run = each("figures", "soft-lookup")
    assert (run.returncode, run.stdout) == (0, "soft-lookup …\n")
