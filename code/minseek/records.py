"""Records of the cache, byte by byte: pack a row, read it back.

Two layouts of FlashMLA (README; tests/quant.py), in bytes:

    V3.2   512 FP8, 16 of four FP32 scales, 128 of 64 BF16       656
    V4     448 FP8, 128 of 64 BF16, 7 scales, one left over      584

FP8 is E4M3, whose largest number is 448. Each tile of neighbours has
a scale, max / 448 rounded up to a power of two; a scale of one byte
(E8M0) is its exponent. The rotated numbers keep their 16 bits.

Left out: V4's pages keep the scales of all their entries behind the
last row, so that rows stay aligned; here they stand behind each.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

FP8 = torch.float8_e4m3fn
MOST = torch.finfo(FP8).max
LEAST = 1e-4  # of max / 448: a tile of zeros must not divide by zero


@dataclass(frozen=True)
class Layout:
    """How a row of numbers lies in a record."""

    plain: int  # numbers in FP8
    rotated: int  # numbers in BF16, behind them
    tile: int  # numbers of the plain part that share a scale
    scale: torch.dtype  # of a scale
    scales_last: bool  # behind the rotated part, filled to 8 bytes

    @property
    def scale_bytes(self) -> int:
        """Bytes of the scales, with what fills them up."""
        own = self.plain // self.tile * self.scale.itemsize
        return -own % 8 + own if self.scales_last else own

    @property
    def spans(self) -> tuple[slice, slice, slice]:
        """Where plain numbers, scales and rotated numbers lie."""
        a, b = self.scale_bytes, 2 * self.rotated
        first, second = (b, a) if self.scales_last else (a, b)
        middle, end = self.plain + first, self.plain + first + second
        parts = slice(self.plain, middle), slice(middle, end)
        scales, rotated = parts[::-1] if self.scales_last else parts
        return slice(0, self.plain), scales, rotated

    @property
    def size(self) -> int:
        """Bytes of a record.

        >>> V32.size, V4.size
        (656, 584)
        """
        return self.plain + self.scale_bytes + 2 * self.rotated


V32 = Layout(512, 64, 128, torch.float32, scales_last=False)
V4 = Layout(448, 64, 64, torch.float8_e8m0fnu, scales_last=True)


def tile_scales(tiles: Tensor) -> Tensor:
    """A power of two for each tile, so that its numbers fit 448.

    >>> tile_scales(torch.tensor([[448.0, 1.0], [449.0, 1.0]])).tolist()
    [[1.0], [2.0]]
    """
    most = tiles.abs().amax(-1, keepdim=True)
    return (most / MOST).clamp(min=LEAST).log2().ceil().exp2()


def pack(rows: Tensor, layout: Layout = V32) -> Tensor:
    """Records (…, size), as bytes, of rows (…, plain + rotated).

    >>> pack(torch.ones(3, 576)).shape
    torch.Size([3, 656])
    """
    width = layout.plain + layout.rotated
    if rows.shape[-1] != width:
        raise ValueError(
            f"rows are {rows.shape[-1]} wide; a record keeps {width}"
        )
    plain, rotated = rows.split([layout.plain, layout.rotated], dim=-1)
    tiles = plain.float().unflatten(-1, (-1, layout.tile))
    scales = tile_scales(tiles)  # (…, tiles, 1)
    parts = (
        (tiles / scales).to(FP8).flatten(-2),
        scales.squeeze(-1).to(layout.scale),
        rotated.bfloat16(),
    )
    record = torch.zeros(
        *rows.shape[:-1], layout.size, dtype=torch.uint8
    )
    for span, part in zip(layout.spans, parts, strict=True):
        written = part.contiguous().view(torch.uint8)
        end = span.start + written.shape[-1]  # a byte may be left over
        record[..., span.start : end] = written
    return record


def unpack(record: Tensor, layout: Layout = V32) -> Tensor:
    """The rows in BF16, which holds a scaled E4M3 number exactly.

    >>> row = torch.linspace(-1, 1, 576)
    >>> bool((unpack(pack(row)) - row).abs().max() < 2**-5)
    True
    """
    if record.shape[-1] != layout.size:
        raise ValueError(
            f"a record has {layout.size} bytes, not {record.shape[-1]}"
        )
    plain, scales, rotated = (
        record[..., span].contiguous() for span in layout.spans
    )
    n = layout.plain // layout.tile
    tiles = plain.view(FP8).float().unflatten(-1, (n, layout.tile))
    scale = scales.view(layout.scale)[..., :n].float()
    numbers = (tiles * scale[..., None]).flatten(-2).bfloat16()
    return torch.cat([numbers, rotated.view(torch.bfloat16)], dim=-1)
