"""The two orders of multiplication, in V3: mla-orders.svg."""

from minseek.accounting import expand_flops, key_flops, published

TALL, WIDE = 64, 40  # px of a tensor
BOX = 72  # px of a matrix' box


def data() -> dict[str, int]:
    """Widths in one layer, and FLOPs per token and per pair."""
    a = published("deepseek-v3").attention
    return {
        "heads": a.n_heads,
        "key": a.d_qk,
        "value": a.d_v,
        "latent key": a.cache_width,
        "latent value": a.d_latent,
        "expand": expand_flops(a),
        "naive pair": key_flops(a),
        "absorbed pair": key_flops(a, absorbed=True),
    }


def draw() -> None:
    """Draw the matrices on the side of the cache, then of the query."""
    from drawing import SMALL, Drawing

    found = data()
    d = Drawing("mla-orders", height=99)
    naive(d, found)
    d.line((8, 226), (587, 226))
    absorbed(d, found)
    d.text(
        587,
        470,
        "s new tokens, t tokens read; all sizes of one layer",
        hue="grey",
        size=SMALL,
        anchor="end",
    )
    d.save()


def naive(d, found: dict[str, int]) -> None:
    """Queries as they are; every latent is expanded."""
    h, y = found["heads"], 60
    title(d, 22, "naive: W first meets the cache")
    query(d, 24, y, f"s × {h} × {found['key']}", "q")
    d.arrow((24 + WIDE + 12, y + 32), (180, y + 32))
    attention(d, 180, y, found, "naive pair")
    d.arrow((364, y + 32), (180 + 112, y + 32))
    wide = f"t × {h} × ({found['key']} + {found['value']})"
    d.tensor(
        364, y, WIDE, TALL, "K, V", "", wide, hue="orange", stack=4
    )
    d.arrow((446, y + 32), (364 + WIDE + 10, y + 32))
    matrix(d, 446, y, "W^{UK}, W^{UV}")
    d.text(
        446 + BOX / 2,
        y + TALL + 36,
        f"{found['expand'] / 1e6:.1f} MFLOPs × t",
        hue="orange",
        strong=True,
    )
    d.arrow((543, y + 32), (446 + BOX, y + 32))
    latent(d, 543, y, found)
    d.arrow((236, y + TALL), (236, y + 108))
    d.text(236, y + 124, f"s × {h} × {found['value']}", hue="grey")


def absorbed(d, found: dict[str, int]) -> None:
    """Queries are taken to the latents, results are brought back."""
    h, y = found["heads"], 284
    title(d, 250, "absorbed: W first meets the query")
    query(d, 24, y, f"s × {h} × {found['key']}", "q")
    d.arrow((24 + WIDE + 12, y + 32), (100, y + 32))
    matrix(d, 100, y, "W^{UK}")
    d.arrow((100 + BOX, y + 32), (208, y + 32))
    query(d, 208, y, f"s × {h} × {found['latent key']}", "q'")
    d.arrow((208 + WIDE + 12, y + 32), (336, y + 32))
    attention(d, 336, y, found, "absorbed pair")
    d.arrow((543, y + 32), (336 + 112, y + 32))
    latent(d, 543, y, found)
    d.arrow((392, y + TALL), (392, y + 108))
    d.text(
        400,
        y + 90,
        f"s × {h} × {found['latent value']}",
        hue="grey",
        anchor="start",
    )
    matrix(d, 392 - BOX / 2, y + 96, "W^{UV}")
    d.arrow((392 - BOX / 2, y + 128), (300, y + 128))
    d.text(
        292,
        y + 132,
        f"s × {h} × {found['value']}",
        hue="grey",
        anchor="end",
    )
    d.text(
        440,
        y + 132,
        f"{found['expand'] / 1e6:.1f} MFLOPs × s",
        hue="blue",
        anchor="start",
        strong=True,
    )


def title(d, y: float, words: str) -> None:
    """Name a panel."""
    d.text(8, y, words, anchor="start", strong=True)


def query(d, x: float, y: float, sizes: str, name: str) -> None:
    """Draw the queries of all heads."""
    d.tensor(x, y, WIDE, TALL, name, "", sizes, hue="blue", stack=4)


def latent(d, x: float, y: float, found: dict[str, int]) -> None:
    """Draw what is cached."""
    sizes = f"t × {found['latent key']}"
    d.tensor(
        x, y, WIDE, TALL, "c, k", "", sizes, hue="purple", kind="cache"
    )


def matrix(d, x: float, y: float, name: str) -> None:
    """Draw a product with an up-projection."""
    d.tensor(x, y + 12, BOX, 40, name, hue="purple", kind="weights")


def attention(
    d, x: float, y: float, found: dict[str, int], kind: str
) -> None:
    """Draw scores, softmax and mixing, with their cost per pair."""
    note = f"{found[kind] / 1e3:.0f} kFLOPs × s t"
    d.box(x, y, 112, TALL, "scores\nsoftmax, sum", note=note)


if __name__ == "__main__":
    draw()
