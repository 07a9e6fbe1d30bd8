"""The two orders of multiplication, in V3: mla-orders.svg."""

from minseek.accounting import expand_flops, key_flops, published

TALL, WIDE = 64, 40  # px of a tensor
BOX = 76  # px of a matrix' box
SCORES = 100  # px of the scores' box


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
    d = Drawing("mla-orders", width=94, height=99)
    naive(d, found)
    d.line((8, 226), (436, 226))
    absorbed(d, found)
    d.text(
        436,
        470,
        "s new tokens, t read; sizes of one layer",
        hue="grey",
        size=SMALL,
        anchor="end",
    )
    d.save()


def naive(d, found: dict[str, int]) -> None:
    """Queries as they are; every latent is expanded."""
    h, y = found["heads"], 60
    title(d, 22, "naive: W first meets the cache")
    query(d, 16, y, f"s × {h} × {found['key']}", "q")
    d.arrow((16 + WIDE + 12, y + 32), (98, y + 32))
    attention(d, 98, y, found, "naive pair")
    d.arrow((228, y + 32), (98 + SCORES, y + 32))
    wide = f"t × {h} × ({found['key']} + {found['value']})"
    d.tensor(
        228, y, WIDE, TALL, "K, V", "", wide, hue="orange", stack=4
    )
    d.arrow((302, y + 32), (228 + WIDE + 10, y + 32))
    matrix(d, 302, y, "W^{UK}, W^{UV}")
    d.text(
        302 + BOX / 2,
        y + TALL + 36,
        f"{found['expand'] / 1e6:.1f} MFLOPs × t",
        hue="orange",
        strong=True,
    )
    d.arrow((394, y + 32), (302 + BOX, y + 32))
    latent(d, 394, y, found)
    d.arrow((148, y + TALL), (148, y + 108))
    d.text(148, y + 124, f"s × {h} × {found['value']}", hue="grey")


def absorbed(d, found: dict[str, int]) -> None:
    """Queries are taken to the latents, results are brought back."""
    h, y = found["heads"], 284
    title(d, 250, "absorbed: W first meets the query")
    query(d, 16, y, f"s × {h} × {found['key']}", "q")
    d.arrow((16 + WIDE + 12, y + 32), (80, y + 32))
    matrix(d, 80, y, "W^{UK}")
    d.arrow((80 + BOX, y + 32), (168, y + 32))
    query(d, 168, y, f"s × {h} × {found['latent key']}", "q'")
    d.arrow((168 + WIDE + 12, y + 32), (240, y + 32))
    attention(d, 240, y, found, "absorbed pair")
    d.arrow((394, y + 32), (240 + SCORES, y + 32))
    latent(d, 394, y, found)
    d.arrow((290, y + TALL), (290, y + 108))
    d.text(
        298,
        y + 90,
        f"s × {h} × {found['latent value']}",
        hue="grey",
        anchor="start",
    )
    matrix(d, 290 - BOX / 2, y + 96, "W^{UV}")
    d.arrow((290 - BOX / 2, y + 128), (220, y + 128))
    d.text(
        212,
        y + 132,
        f"s × {h} × {found['value']}",
        hue="grey",
        anchor="end",
    )
    d.text(
        335,
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
    d.box(x, y, SCORES, TALL, "scores\nsoftmax, sum", note=note)


if __name__ == "__main__":
    draw()
