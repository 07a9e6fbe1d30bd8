"""One layer of DeepSeek-V3: stations, sizes, and their phases."""

from typing import Any

from drawing import SMALL, Drawing, ink, light

from minseek.accounting import expert_weights, mla_weights, published

NOTE: dict[str, Any] = {"size": SMALL, "anchor": "start"}


def data(name: str = "deepseek-v3") -> dict[str, int]:
    """Parameters of the parts of one layer with experts."""
    model = published(name)
    moe = model.moe
    return {
        "width": model.d_model,
        "heads": model.attention.n_heads,
        "experts": moe.n_experts,
        "visited": moe.k,
        "attention": mla_weights(model.attention),
        "expert": expert_weights(moe),
        "router": moe.n_experts * (moe.d_model + 1),
    }


def million(n: int) -> str:
    """Write a count in millions: 187 million."""
    return f"{n / 1e6:.3g} million"


def plus(d: Drawing, x: float, y: float) -> None:
    """Mark the place where a branch is added."""
    d.rect(
        x - 9,
        y - 9,
        18,
        18,
        fill=light("paper"),
        stroke=ink("grey"),
        corner=9,
    )
    d.text(x, y + 5, "+", strong=True)


def draw() -> None:
    """Draw the row's way up, and the two branches."""
    m = data()
    d = Drawing("map-layer", height=84)
    line = 70.0
    d.arrow((line, 388), (line, 14))
    d.text(line + 12, 24, "to the next layer", hue="grey", **NOTE)
    row = f"the token's row, {m['width']:,} numbers"
    d.text(line + 12, 386, row, hue="grey", **NOTE)
    attention(d, line, m)
    experts(d, line, m)
    d.save()


def attention(d: Drawing, line: float, m: dict[str, int]) -> None:
    """Draw the lower branch, which looks at other tokens."""
    d.arrow((line, 352), (210, 324), bend="h")
    d.box(
        130,
        276,
        160,
        48,
        "attention",
        hue="purple",
        note=f"{m['heads']} heads",
    )
    d.arrow((210, 276), (line + 9, 250), bend="v")
    plus(d, line, 250)
    d.text(300, 256, f"{million(m['attention'])} parameters", **NOTE)
    d.text(300, 274, "phases 1 to 3; word order: 4", hue="blue", **NOTE)
    d.arrow((400, 304), (290, 304))
    d.text(408, 308, "rows of earlier tokens", hue="grey", **NOTE)


def experts(d: Drawing, line: float, m: dict[str, int]) -> None:
    """Draw the upper branch, which works on the row alone."""
    d.box(115, 112, 100, 48, "shared\nexpert", hue="orange")
    d.arrow((line, 220), (305, 196), bend="h")
    d.arrow((165, 220), (165, 160))
    d.box(255, 164, 100, 32, "router", hue="blue")
    for i in range(8):
        x = 255 + i * 34
        used = i in (1, 4)
        hue = "gold" if used else "grey"
        d.box(x, 112, 26, 32, hue=hue)
        if used:
            d.arrow((305, 164), (x + 13, 144))
            d.arrow((x + 13, 112), (x + 13, 66))
    d.text(535, 133, "…", hue="grey")
    d.line((165, 66), (404, 66))
    d.arrow((165, 112), (165, 66))
    d.arrow((404, 66), (line + 9, 66))
    plus(d, line, 66)
    d.text(
        420, 60, f"{m['visited']} of {m['experts']} experts,", **NOTE
    )
    d.text(420, 76, f"{million(m['expert'])} each", **NOTE)
    d.text(420, 92, "phase 5", hue="blue", **NOTE)
    d.text(363, 184, million(m["router"]), **NOTE)
    d.text(157, 104, million(m["expert"]), size=SMALL, anchor="end")


if __name__ == "__main__":
    draw()
