"""FLOPs of both forms of MLA, by new tokens: mla-crossover.svg."""

from minseek.accounting import (
    key_flops,
    latent_flops,
    published,
    tie,
)

READ = 32_768  # tokens in the cache, the new ones included
NEW = tuple(2**i for i in range(16))  # up to all of them


def data(t: int = READ) -> dict[str, list[float]]:
    """FLOPs for each new token in one layer of V3, and the tie."""
    a = published("deepseek-v3").attention
    new = [s for s in NEW if s <= t]
    return {
        "new": new,
        "naive": [latent_flops(a, s, t) / s for s in new],
        "absorbed": [latent_flops(a, s, t, True) / s for s in new],
        "stored": [t * key_flops(a) for s in new],
        "tie": [tie(a, t)],
        "bytes": [a.n_heads * (a.d_qk + a.d_v) / a.cache_width],
    }


def draw() -> None:
    """Draw both forms, and what no form can go below."""
    from style import INK, MARK, figure, powers, save, y_label

    found = data()
    new, at = found["new"], found["tie"][0]
    level = found["absorbed"][0]
    fig, ax = figure(height=72)
    ax.plot(new, found["naive"], color=MARK["orange"])
    ax.plot(new, found["absorbed"], color=MARK["blue"])
    ax.plot(new, found["stored"], color=MARK["grey"], lw=1.0, ls=":")
    ax.plot([at, at], [level, 3e12], color=MARK["grey"], lw=0.6, ls="-")
    ax.text(at * 1.15, 3e11, f"{at:.0f}", color=INK["grey"])
    powers(ax.xaxis, base=2)
    powers(ax.yaxis)
    ax.set_ylim(1e9, 3e12)
    ax.set_xlabel("new tokens that read 32,768")
    y_label(ax, "FLOPs for each new token, one layer")
    ax.text(1.2, level * 1.2, "absorbed", color=INK["blue"])
    ax.text(6, 3e11, "naive, cache of latents", color=INK["orange"])
    ax.text(
        1.2,
        found["stored"][0] * 0.62,
        "naive, cache of keys and values:"
        f" {found['bytes'][0]:.0f} times the bytes",
        color=INK["grey"],
    )
    save(fig, "mla-crossover")


if __name__ == "__main__":
    draw()
