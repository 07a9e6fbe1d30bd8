"""One token's way through latent attention, with V2's sizes."""

from typing import Any

from drawing import SMALL, Drawing

from minseek.accounting import mha_width, published

NOTE: dict[str, Any] = {"hue": "grey", "size": SMALL}


def data(name: str = "deepseek-v2") -> dict[str, int]:
    """Numbers of each vector of one token in one layer."""
    a = published(name).attention
    return {
        "token": a.d_model,
        "query latent": a.d_q_latent,
        "latent": a.d_latent,
        "rope key": a.d_rope,
        "cached": a.cache_width,
        "heads": a.n_heads,
        "key": a.d_nope,
        "value": a.d_v,
        "query": a.d_qk,
        "keys and values": mha_width(a),
    }


def draw() -> None:
    """Draw the flow from left to right: token, latents, heads."""
    m = data()
    h = m["heads"]
    d = Drawing("mla-flow", width=94, height=84)
    d.frame(92, 142, 76, 250)
    d.tensor(4, 164, 30, 88, "x", sizes=f"{m['token']:,}")
    latent(d, 34.0, m["query latent"], "c^Q")
    latent(d, 172.0, m["latent"], "c", kind="cache")
    d.tensor(
        114,
        308,
        32,
        28,
        "k^R",
        sizes=f"{m['rope key']}",
        hue="cyan",
        kind="cache",
    )
    d.text(130, 382, f"cached: {m['cached']}", strong=True, size=SMALL)
    each = f"{h} · {m['key']}"
    d.tensor(
        232,
        40,
        68,
        32,
        "q",
        "",
        f"{h} · {m['query']}",
        hue="blue",
        stack=3,
    )
    d.tensor(232, 150, 68, 32, "k", "", each, hue="orange", stack=3)
    d.tensor(232, 234, 68, 32, "v", "", each, hue="green", stack=3)
    d.box(346, 160, 88, 60, "attention", note=f"{h} heads")
    arrows(d)
    d.save()


def latent(
    d: Drawing, y: float, size: int, name: str, kind: str = "activation"
) -> None:
    """Draw a waist: a narrow vector between two matrices."""
    d.tensor(
        114, y, 32, 44, name, sizes=f"{size:,}", hue="purple", kind=kind
    )


def arrows(d: Drawing) -> None:
    """Draw what is multiplied by what, each matrix by its name."""
    d.arrow((19, 164), (114, 56), bend="v")
    d.symbol(62, 44, "W^{DQ}")
    d.arrow((34, 194), (114, 194))
    d.symbol(62, 180, "W^{DKV}")
    d.arrow((19, 272), (114, 322), bend="v")
    d.symbol(56, 308, "W^{KR}")
    d.text(56, 346, "rotated", **NOTE)
    d.arrow((146, 56), (232, 56))
    d.symbol(188, 42, "W^{UQ}, W^{QR}")
    d.arrow((146, 186), (232, 168))
    d.symbol(194, 160, "W^{UK}")
    d.arrow((146, 202), (232, 250))
    d.symbol(190, 260, "W^{UV}")
    d.arrow((308, 56), (390, 160), bend="h")
    d.arrow((308, 172), (346, 180))
    d.arrow((308, 250), (374, 220), bend="h")
    d.arrow((146, 322), (410, 220), bend="h")
    d.text(262, 314, "one key part for all heads", **NOTE)


if __name__ == "__main__":
    draw()
