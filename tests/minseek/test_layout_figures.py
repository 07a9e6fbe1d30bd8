"""The figures of article 3.4."""

from minseek.accounting import cache_bytes, published, record_bytes


def test_the_strips_are_records_and_index_keys(script):
    found = script("figures/cache-records")["data"]()
    sizes = {name: [part.bytes for part in parts] for name, parts in found.items()}
    assert 61 * sum(sizes["V2 and V3"]) == cache_bytes(published("deepseek-v3"))
    assert 61 * sum(sizes["V3.2"]) == record_bytes(published("deepseek-v3.2"))
    *entry, key = sizes["V4"]
    assert (sum(entry), key) == (584, 68)


def test_the_bars_fall(script):
    found = [*script("figures/cache-models")["data"]().values()]
    assert found == sorted(found, reverse=True) and found[-1] < found[0] / 100
