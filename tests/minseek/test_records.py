"""Records of the cache against a reader of bytes that knows no tensors."""

import struct
from dataclasses import replace

import pytest
import torch
from minseek.accounting import fp8_record, v4_record
from minseek.records import V4, V32, Layout, pack, unpack


def e4m3(byte: int) -> float:
    """Read sign, four bits of exponent, three of mantissa (Micikevicius et al., Table 1)."""
    sign, exponent, mantissa = -1 if byte >> 7 else 1, byte >> 3 & 15, byte & 7
    if exponent == 15 and mantissa == 7:
        return float("nan")
    if exponent == 0:
        return sign * mantissa * 2**-9
    return sign * (1 + mantissa / 8) * 2.0 ** (exponent - 7)


def bf16(pair: bytes) -> float:
    """Read the upper half of a float32."""
    return float(struct.unpack("<f", b"\0\0" + pair)[0])


def read(record: bytes, layout: Layout) -> list[float]:
    """Read a record by its specification in FlashMLA's README and tests/quant.py."""
    if layout == V32:
        scales, rotated = struct.unpack("<4f", record[512:528]), record[528:656]
    else:
        scales, rotated = tuple(2.0 ** (b - 127) for b in record[576:583]), record[448:576]
    plain = [e4m3(record[i]) * scales[i // layout.tile] for i in range(layout.plain)]
    return plain + [bf16(rotated[i : i + 2]) for i in range(0, 128, 2)]


def test_the_sizes_are_those_of_the_accounting():
    assert V32.size == fp8_record(512, 64) == 656
    assert V4.size == v4_record(512, 64) == 584


@pytest.mark.parametrize("layout", [V32, V4], ids=["v3.2", "v4"])
@pytest.mark.parametrize("seed", range(3))
def test_a_record_is_read_as_its_specification_says(layout, seed):
    torch.manual_seed(seed)
    width = layout.plain + layout.rotated
    rows = torch.randn(4, width) * torch.logspace(-3, 3, width)
    for row, record in zip(unpack(pack(rows, layout), layout), pack(rows, layout), strict=True):
        assert row.tolist() == read(bytes(record.tolist()), layout)


@pytest.mark.parametrize("layout", [V32, V4], ids=["v3.2", "v4"])
def test_errors_stay_within_half_a_step(layout):
    torch.manual_seed(0)
    rows = torch.randn(64, layout.plain + layout.rotated)
    back = unpack(pack(rows, layout), layout).float()
    step = rows.abs() * 2**-4  # half of the step of three bits of mantissa
    least = rows[:, : layout.plain].abs().max() / 448 * 2 * 2**-10  # where exponents end
    assert ((back - rows).abs() <= torch.maximum(step, least)).all()
    assert torch.equal(back[:, layout.plain :], rows[:, layout.plain :].bfloat16().float())


def test_a_second_trip_loses_nothing():
    torch.manual_seed(0)
    back = unpack(pack(torch.randn(1000, 576)))
    assert torch.equal(unpack(pack(back)), back)


def test_nothing_leaves_the_range_and_zeros_stay_zeros():
    rows = torch.zeros(2, 576)
    rows[1, 5] = 1e6
    back = unpack(pack(rows)).float()
    assert back.isfinite().all()
    assert back[0].abs().max() == 0
    assert back[1, 5] == pytest.approx(1e6, rel=2**-4)


def test_a_scale_for_the_whole_row_is_a_layout_too():
    whole = replace(V32, tile=512)
    assert whole.size == 512 + 4 + 128
    rows = torch.ones(1, 576)
    assert torch.equal(unpack(pack(rows, whole), whole).float(), rows)


def test_wrong_widths_are_refused():
    with pytest.raises(ValueError, match="rows are 512 wide; a record keeps 576"):
        pack(torch.zeros(512))
    with pytest.raises(ValueError, match="a record has 584 bytes, not 656"):
        unpack(pack(torch.zeros(576)), V4)
