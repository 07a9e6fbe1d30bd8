"""The text that the package carries: its source is named, and cleaning it again changes nothing."""

import doctest
import tomllib
from importlib.resources import files

import pytest
from minseek import text as module
from minseek.text import DEEPEST, OFFENSIVE, clean, load


def test_each_text_has_a_source_and_each_source_a_text():
    folder = files("minseek") / "data"
    sources = tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))
    names = [path.name for path in folder.iterdir() if path.name.endswith(".txt")]
    assert sorted(names) == sorted(f"{name}.txt" for name in sources)
    assert all(source["licence"] and source["cleaned"] for source in sources.values())


def test_the_text_is_clean():
    assert clean(load()) == load()
    assert len(load()) < 1_000_000
    lines = load().splitlines()
    assert all(line == line.rstrip() and not line.startswith(" " * (DEEPEST + 1)) for line in lines)
    assert not any(line.startswith(OFFENSIVE) for line in lines)


def test_entries_around_those_left_out_stay():
    assert "AFFLICTION, n." in load() and "AGE, n." in load() and "NEIGHBOR, n." in load()


def test_another_text_is_refused_with_its_length():
    with pytest.raises(ValueError, match="in these 5 characters; is it"):
        clean("Moby-")


def test_docstrings_print_what_they_say():
    assert doctest.testmod(module).failed == 0
