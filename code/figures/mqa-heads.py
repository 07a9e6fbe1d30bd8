"""Four query heads with four keys, and with one."""

from dataclasses import replace

from drawing import Drawing

from minseek.accounting import published

SMALL = published("small").attention
PITCH, PANEL = 56, 214  # px from head to head, and width of a panel
PANELS = {  # left edge, key heads
    "MHA: a key for each head": (4, 4),
    "MQA: one key for all": (248, 1),
}


def data() -> dict[str, tuple[int, int, int]]:
    """Key heads, weights of W_K, numbers cached per token and layer."""
    found = {}
    for title, (_, kv) in PANELS.items():
        a = replace(SMALL, n_kv_heads=kv)
        found[title] = kv, a.d_model * kv * a.d_head, a.cache_width
    return found


def panel(d: Drawing, title: str, left: float, kv: int) -> None:
    """Draw the heads of one layer and what the cache keeps."""
    _, weights, cached = data()[title]
    width = SMALL.d_head
    d.text(left + PANEL / 2, 18, title, strong=True)
    keys = [left + PITCH * (i if kv > 1 else 1.5) for i in range(kv)]
    for i in range(SMALL.n_heads):
        x = left + PITCH * i
        d.box(x, 36, 46, 30, f"q{'₀₁₂₃'[i]}", hue="blue")
        d.line((keys[i % kv] + 23, 114), (x + 23, 68), hue="blue")
    for i, x in enumerate(keys):
        mark = "₀₁₂₃"[i] if kv > 1 else ""
        d.box(x - 3, 116, 25, 28, f"k{mark}", hue="orange")
        d.box(x + 24, 116, 25, 28, f"v{mark}", hue="green")
    shape = f"key matrix {SMALL.d_model} × {kv * width}"
    d.text(left + PANEL / 2, 170, f"{shape}\n{weights:,} weights")
    count = f"{kv} · ({width} + {width}) = {cached}"
    d.text(
        left + PANEL / 2, 212, f"cached per token\n{count}", hue="cyan"
    )


def draw() -> None:
    """Draw both layers, side by side."""
    d = Drawing("mqa-heads", height=49, width=97)
    for title, (left, kv) in PANELS.items():
        panel(d, title, left, kv)
    d.line((233, 12), (233, 230))
    d.save()


if __name__ == "__main__":
    draw()
