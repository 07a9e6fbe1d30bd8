"""Our reader of safetensors: files made by hand, and every way they can be damaged."""

import doctest
import json

import pytest
import torch
from minseek import tensorfile as module
from minseek.tensorfile import read

ENTRY = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
NUMBERS = torch.arange(6.0).numpy().tobytes()


def write(path, entries=None, data=NUMBERS, pad=b""):
    head = json.dumps(entries or {"x": ENTRY}).encode() + pad
    path.write_bytes(len(head).to_bytes(8, "little") + head + data)
    return path


@pytest.mark.parametrize("pad", range(8))
def test_a_file_is_read_wherever_its_numbers_begin(tmp_path, pad):
    tensors = read(write(tmp_path / "x", pad=b" " * pad))
    assert tensors.keys() == {"x"}
    assert torch.equal(tensors["x"], torch.arange(6.0).view(2, 3))


def test_a_reading_outlives_the_file(tmp_path):
    path = write(tmp_path / "x")
    tensors = read(path)
    path.unlink()
    assert tensors["x"].sum() == 15


def test_scalars_and_empty_tensors(tmp_path):
    entries = {
        "__metadata__": {"format": "pt"},
        "scalar": {"dtype": "F32", "shape": [], "data_offsets": [4, 8]},
        "empty": {"dtype": "I64", "shape": [0, 3], "data_offsets": [24, 24]},
    }
    tensors = read(write(tmp_path / "x", entries))
    assert tensors["scalar"].item() == 1
    assert tensors["empty"].shape == (0, 3) and tensors["empty"].dtype == torch.int64


def test_several_files_are_one(tmp_path):
    one, two = write(tmp_path / "1"), write(tmp_path / "2", {"y": ENTRY})
    assert read(one, two).keys() == {"x", "y"}
    with pytest.raises(ValueError, match="x is in two files"):
        read(one, write(tmp_path / "3"))


@pytest.mark.parametrize("length", range(0, 200, 7))
def test_every_truncation_is_one_sentence_with_the_numbers(tmp_path, length):
    whole = write(tmp_path / "x").read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(whole[: min(length, len(whole) - 1)])
    with pytest.raises(ValueError, match=r"cut.* \d+ .*(truncated|damaged)") as error:
        read(cut)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dtype": "F4"}, "x has dtype F4; known: F64, F32"),
        ({"shape": [2, 4]}, r"x has 24 bytes, but shape \[2, 4\] of F32 takes 32"),
        ({"data_offsets": [0, 28]}, "x lies at bytes 0 to 28 of 24"),
        ({"data_offsets": [-4, 20]}, "x lies at bytes -4 to 20 of 24"),
    ],
)
def test_a_false_claim_of_the_header_is_named(tmp_path, change, message):
    with pytest.raises(ValueError, match=message):
        read(write(tmp_path / "x", {"x": ENTRY | change}))


@pytest.mark.parametrize("entry", [3, {"dtype": "F32"}, ENTRY | {"shape": 6}])
def test_an_entry_of_another_form_is_shown(tmp_path, entry):
    with pytest.raises(ValueError, match=r"x has the entry .* needs dtype, shape and data_offsets"):
        read(write(tmp_path / "x", {"x": entry}))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" * 9, b"\x04" + bytes(7) + b"[{]}"])
def test_other_files_are_refused(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ValueError, match="no safetensors"):
        read(tmp_path / "x")


def test_docstrings_print_what_they_say():
    assert doctest.testmod(module).failed == 0
