"""python -m minseek.inspect, as a reader runs it: its tables, and one sentence for each mistake."""

import doctest
import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from minseek import inspect
from minseek.config import load

CONFIGS = Path(str(files("minseek"))) / "configs"
# As `python -m minseek.inspect`, in a Python that cannot import torch.
RUN = (
    "import runpy, sys; sys.modules['torch'] = None; sys.argv[0] = 'inspect'; "
    "runpy.run_module('minseek.inspect', run_name='__main__')"
)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)], capture_output=True, text=True
    )


def rows(text: str) -> dict[str, list[str]]:
    """The cells of each row by its name; of equal names the last."""
    return {line[:28].strip(): line[28:].split() for line in text.splitlines()}


def test_examples():
    assert doctest.testmod(inspect).failed == 0


def test_v3_without_torch():
    done = run(CONFIGS / "deepseek-v3.json")
    assert done.returncode == 0, done.stderr
    table = rows(done.stdout)
    assert table["embedding"] == ["926,679,040", "0"]
    assert "  all                          671,026,419,200    36,625,618,432\n" in done.stdout
    assert table["this model, BF16"] == ["70,272", "0.27", "2.14", "8.58"]
    assert table["if 128 key heads, BF16"][0] == "3,997,696"
    assert table["training"][0] == "250.46"


def test_v32_and_v4_show_records_and_indexer():
    v32 = rows(run(CONFIGS / "deepseek-v3.2.json").stdout)
    assert v32["this model, FP8 records"][0] == "48,068"
    assert v32["indexer"][0] == "4.09"  # 61 × 16,384 × 4,096
    v4 = rows(run(CONFIGS / "deepseek-v4-pro.json").stdout)
    assert v4["this model, FP8 records"][0] == "5,031.4375"
    assert v4["and windows, once"] == ["4,559,872"]


# GPT-3 has a table in its paper and no config.json
@pytest.mark.parametrize("name", sorted({p.stem for p in CONFIGS.glob("*.json")} - {"gpt-3"}))
def test_every_shape_of_the_package_gives_narrow_tables(name):
    done = run(CONFIGS / f"{name}.json")
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines()[1:])) <= 100


def test_the_folder_of_a_model_will_do(tmp_path):
    shutil.copy(CONFIGS / "mini.json", tmp_path / "config.json")
    by_folder, by_file = run(tmp_path), run(tmp_path / "config.json")
    assert by_folder.returncode == 0
    assert by_folder.stdout.splitlines()[1:] == by_file.stdout.splitlines()[1:]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "config.json: line 1, column 2 is not JSON: Expecting property name"),
        (b"\xff\xfe", "config.json: byte 0 is not UTF-8"),
        (b"[1]", "config.json: a list, not named values"),
        (b"{}", "config.json: model_type is None; known: deepseek_v2, deepseek_v3"),
        (b'{"model_type": "bert"}', "config.json: model_type is 'bert'"),
        (b'{"model_type": "deepseek_v3"}', "config.json: keys are missing: vocab_size, num"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, content, sentence):
    (tmp_path / "config.json").write_bytes(content)
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ") and sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("value", ["7168", 0, -1, 1.5, None, True])
def test_a_size_is_a_whole_number(tmp_path, value):
    (tmp_path / "config.json").write_text(json.dumps(load("mini") | {"hidden_size": value}))
    done = run(tmp_path)
    assert done.returncode == 1
    assert f"hidden_size is {value!r}; it has to be a whole number of at least 1" in done.stderr


def test_a_missing_file_and_a_missing_argument(tmp_path):
    assert "nowhere: no such file; give a config.json" in run(tmp_path / "nowhere").stderr
    assert "config.json: no such file" in run(tmp_path).stderr
    assert run().returncode == 2
