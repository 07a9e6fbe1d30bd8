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
    d = Drawing("mla-flow", height=84)
    d.frame(148, 142, 92, 250)
    d.tensor(16, 164, 34, 88, "x", sizes=f"{m['token']:,}")
    latent(d, 34.0, m["query latent"], "c^Q")
    latent(d, 172.0, m["latent"], "c", kind="cache")
    d.tensor(
        178,
        308,
        32,
        28,
        "k^R",
        sizes=f"{m['rope key']}",
        hue="cyan",
        kind="cache",
    )
    d.text(194, 382, f"cached: {m['cached']}", strong=True)
    each = f"{h} · {m['key']}"
    d.tensor(
        348,
        40,
        84,
        32,
        "q",
        "",
        f"{h} · {m['query']}",
        hue="blue",
        stack=3,
    )
    d.tensor(348, 150, 84, 32, "k", "", each, hue="orange", stack=3)
    d.tensor(348, 234, 84, 32, "v", "", each, hue="green", stack=3)
    d.box(492, 160, 96, 60, "attention", note=f"{h} heads")
    arrows(d)
    d.save()


def latent(
    d: Drawing, y: float, size: int, name: str, kind: str = "activation"
) -> None:
    """Draw a waist: a narrow vector between two matrices."""
    d.tensor(
        178, y, 32, 44, name, sizes=f"{size:,}", hue="purple", kind=kind
    )


def arrows(d: Drawing) -> None:
    """Draw what is multiplied by what, each matrix by its name."""
    d.arrow((33, 164), (178, 56), bend="v")
    d.symbol(104, 44, "W^{DQ}")
    d.arrow((50, 194), (178, 194))
    d.symbol(104, 180, "W^{DKV}")
    d.arrow((33, 272), (178, 322), bend="v")
    d.symbol(96, 308, "W^{KR}")
    d.text(96, 346, "rotated", **NOTE)
    d.arrow((210, 56), (348, 56))
    d.symbol(290, 42, "W^{UQ}, W^{QR}")
    d.arrow((210, 186), (348, 168))
    d.symbol(290, 160, "W^{UK}")
    d.arrow((210, 202), (348, 250))
    d.symbol(290, 248, "W^{UV}")
    d.arrow((440, 56), (540, 160), bend="h")
    d.arrow((440, 172), (492, 180))
    d.arrow((440, 250), (520, 220), bend="h")
    d.arrow((210, 322), (562, 220), bend="h")
    d.text(380, 314, "one key part for all heads", **NOTE)


if __name__ == "__main__":
    draw()
