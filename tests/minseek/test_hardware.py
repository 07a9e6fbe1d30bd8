"""hardware.toml: a source for each value, and values that fit one another."""

import tomllib
from dataclasses import fields
from importlib.resources import files

import pytest
from minseek.accounting import Chip, chip

CHIPS = tomllib.loads((files("minseek") / "hardware.toml").read_text("utf-8"))
SEEN = ("primary", "transcription", "secondary")
VALUES = [(name, key) for name, rows in CHIPS.items() for key in rows if key != "name"]


@pytest.mark.parametrize(("name", "key"), VALUES)
def test_each_value_says_where_it_comes_from_and_how_it_was_seen(name, key):
    row = CHIPS[name][key]
    assert set(row) == {"value", "source", "seen"}
    assert row["value"] > 0 and row["source"] and row["seen"] in SEEN
    assert key in {field.name for field in fields(Chip)}


@pytest.mark.parametrize("name", CHIPS)
def test_halving_the_bits_doubles_the_rate(name):
    c = chip(name)
    assert c.bf16 in (None, c.fp16)
    assert c.fp8 is None or c.fp8 / c.fp16 == pytest.approx(2, rel=0.001)
    if name == "b200":  # a B300 computes faster in FP4 than this rule allows
        assert c.fp4 == 2 * c.fp8


def test_what_came_with_which_chip():
    assert [name for name in CHIPS if chip(name).bf16 is None] == ["v100"]
    assert [name for name in CHIPS if chip(name).fp8] == ["h100", "h200", "h800", "b200", "b300"]
    assert [name for name in CHIPS if chip(name).fp4] == ["b200", "b300"]


def test_an_unknown_chip_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"no chip 'h900'; there are v100, a100-40"):
        chip("h900")
