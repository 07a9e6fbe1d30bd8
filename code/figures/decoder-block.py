"""One block of the small decoder: a line, and two branches."""

from typing import Any

from drawing import SMALL, Drawing, ink, light

from minseek.accounting import published

NOTE: dict[str, Any] = {"size": SMALL, "anchor": "start"}
LINE = 20.0  # px from the left, where the token's row runs up
ATTENTION, FFN = 360.0, 172.0  # px from the top, where branches leave


def data() -> dict[str, int]:
    """Sizes of one block."""
    model = published("small")
    a = model.attention
    d = model.d_model
    return {
        "width": d,
        "heads": a.n_heads,
        "head": a.d_head,
        "inner": model.d_ff,
        "attention": 4 * d * a.n_heads * a.d_head,
        "ffn": 3 * d * model.d_ff,
    }


def plus(d: Drawing, y: float) -> None:
    """Mark the place where a branch is added to the line."""
    paper, edge = light("paper"), ink("grey")
    d.rect(LINE - 9, y - 9, 18, 18, fill=paper, stroke=edge, corner=9)
    d.text(LINE, y + 5, "+", strong=True)


def branch(
    d: Drawing, y: float, name: str, hue: str, notes: list[str]
) -> None:
    """Draw norm and part, from the line at ``y`` and back to it."""
    d.arrow((LINE, y), (114, y - 8), bend="h")
    d.box(58, y - 48, 112, 40, "RMSNorm")
    d.arrow((114, y - 48), (114, y - 74))
    d.box(58, y - 114, 112, 40, name, hue=hue)
    d.arrow((114, y - 114), (LINE + 9, y - 138), bend="v")
    plus(d, y - 138)
    for i, note in enumerate(notes):
        d.text(182, y - 98 + 16 * i, note, **NOTE)


def draw() -> None:
    """Draw the row's way up through one block."""
    m = data()
    d = Drawing("decoder-block", height=84, width=74)
    d.arrow((LINE, 396), (LINE, 8))
    d.text(LINE + 12, 18, "to the next block", hue="grey", **NOTE)
    row = f"a token's row, {m['width']} numbers"
    d.text(LINE + 12, 394, row, hue="grey", **NOTE)
    branch(
        d,
        ATTENTION,
        "attention",
        "blue",
        [
            f"{m['heads']} heads of {m['head']},",
            "reads earlier rows",
            f"{m['attention']:,} weights",
        ],
    )
    branch(
        d,
        FFN,
        "SwiGLU",
        "orange",
        [
            f"{m['width']} to {m['inner']} and back,",
            "this row alone",
            f"{m['ffn']:,} weights",
        ],
    )
    d.save()


if __name__ == "__main__":
    draw()
