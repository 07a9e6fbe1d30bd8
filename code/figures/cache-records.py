"""What a layer keeps, byte by byte and to scale: V2 to V4."""

from typing import NamedTuple

from drawing import SMALL, Drawing
from svg import ink, wash, width_of

from minseek.accounting import fp4_index_key, fp8_index_key
from minseek.records import V4, V32

LEFT, TOP, ROW, HIGH = 3.0, 30.0, 84.0, 34.0  # px
SCALE, GAP = 0.405, 10.0  # px of a byte, px before an index key


class Part(NamedTuple):
    """A run of bytes and what it holds."""

    bytes: int
    hue: str
    text: str


def data() -> dict[str, list[Part]]:
    """Parts of each layout, an index key last where there is one."""
    rope = Part(2 * 64, "cyan", "64 × 2")
    return {
        "V2 and V3": [Part(2 * 512, "purple", "512 × 2"), rope],
        "V3.2": [
            Part(V32.plain, "purple", "512 × 1"),
            Part(V32.scale_bytes, "grey", "4 × 4"),
            rope,
            Part(fp8_index_key(), "orange", "128 + 4"),
        ],
        "V4": [
            Part(V4.plain, "purple", "448 × 1"),
            rope,
            Part(V4.scale_bytes, "grey", "7 + 1"),
            Part(fp4_index_key(), "orange", "64 + 4"),
        ],
    }


def title(name: str, parts: list[Part]) -> str:
    """What the strip is, and its bytes."""
    keys = sum(part.bytes for part in parts if part.hue == "orange")
    own = sum(part.bytes for part in parts) - keys
    if not keys:
        return f"{name}: {own:,} bytes for a token"
    what = "a token" if name == "V3.2" else "4 or 128 tokens"
    return f"{name}: {own} bytes for {what}, index key {keys}"


def label(d: Drawing, part: Part, x: float, y: float, w: float) -> None:
    """Write into a part, below a narrow one, beside the last."""
    middle, inside = x + w / 2, y + HIGH / 2 + 4
    if width_of(part.text, SMALL) < w - 2:
        d.text(middle, inside, part.text, size=SMALL)
    elif part.hue == "orange":
        d.text(x + w + 6, inside, part.text, size=SMALL, anchor="start")
    else:
        d.text(middle, y + HIGH + 15, part.text, size=SMALL)


def draw() -> None:
    """Draw a strip for each layout, all in the same scale."""
    d = Drawing("cache-records", width=100, height=56)
    for i, (name, parts) in enumerate(data().items()):
        x, y = LEFT, TOP + i * ROW
        head = title(name, parts)
        d.text(x, y - 10, head, anchor="start", strong=True)
        for part in parts:
            x += GAP if part.hue == "orange" else 0
            w = part.bytes * SCALE
            d.rect(
                x,
                y,
                w,
                HIGH,
                fill=wash(part.hue),
                stroke=ink(part.hue),
                corner=0,
            )
            label(d, part, x, y, w)
            x += w
    d.save()


if __name__ == "__main__":
    draw()
