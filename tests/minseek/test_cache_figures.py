"""The figures of article 2.1."""

from minseek.accounting import decode_flops, published
from minseek.heads import causal_mask


def test_what_is_read_is_the_mask_on_its_side(script):
    found = script("figures/kv-reads")["data"]()
    n = len(found["queries"])
    read = [[bool(word) for word in row] for row in found["keys and values"]]
    assert read == causal_mask(n, n).T.tolist()
    for table in found.values():
        assert [[word == "new" for word in row] for row in table] == [
            [s == t for s in range(n)] for t in range(n)
        ]


def test_each_page_has_one_owner_or_none(script):
    found = script("figures/kv-pages")["data"]()
    lent = [page for pages in found["tables"].values() for page in pages]
    assert sorted(lent + found["free"]) == list(range(found["pages"]))
    for name, pages in found["tables"].items():
        assert len(pages) == -(-found["lengths"][name] // found["rows"])


def test_the_curves_are_sums_of_steps(script):
    figure = script("figures/kv-work")
    model, n = published(figure["MODEL"]), 256
    linear = decode_flops(model, 1).linear
    core = [decode_flops(model, t).core for t in range(1, n + 1)]
    again = sum(t * linear + sum(core[:t]) for t in range(1, n + 1))
    wanted = [again, n * linear + sum(core), sum(core)]
    assert [curve[n] for curve in figure["data"]().values()] == wanted
