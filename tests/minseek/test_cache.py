"""Caches give back what was put in, row for row, and refuse what does not fit."""

import doctest

import pytest
import torch
from minseek import cache as cache_module
from minseek import paged as paged_module
from minseek.cache import Cache, LayerCache
from minseek.config import GQAConfig, MLAConfig, load
from minseek.paged import PagedCache, Pool

SHAPES = [(2, 3), (5,)]


def contiguous(batch: int = 2, room: int = 12) -> LayerCache:
    return Cache(SHAPES, batch, room)


def paged(batch: int = 2, room: int = 12) -> LayerCache:
    return PagedCache(Pool(SHAPES, pages=batch * -(-room // 4), page=4), batch)


KINDS = pytest.mark.parametrize("make", [contiguous, paged])


def rows(length: int, batch: int = 2, seed: int = 0) -> list[torch.Tensor]:
    g = torch.Generator().manual_seed(seed)
    return [torch.rand(batch, length, *shape, generator=g) for shape in SHAPES]


@KINDS
@pytest.mark.parametrize("steps", [[12], [1] * 12, [5, 1, 1, 5], [3, 4, 5]])
def test_what_goes_in_piece_by_piece_comes_out_whole(make, steps: list[int]) -> None:
    cache, whole = make(), rows(12)
    for a, b in zip(whole[0].split(steps, 1), whole[1].split(steps, 1), strict=True):
        out = cache.append(a, b)
        assert all(torch.equal(o, w[:, : cache.len]) for o, w in zip(out, whole, strict=True))
    assert cache.len == sum(steps)


@KINDS
@pytest.mark.parametrize("length", [0, 3, 4, 7])
def test_rewind_forgets_the_end_only(make, length: int) -> None:
    cache, whole, other = make(), rows(7), rows(2, seed=1)
    cache.append(*whole)
    cache.rewind(length)
    for out, kept, new in zip(cache.append(*other), whole, other, strict=True):
        assert torch.equal(out, torch.cat([kept[:, :length], new], 1))


@KINDS
def test_gradients_do_not_pass(make) -> None:
    new = [row.requires_grad_() for row in rows(2)]
    assert not any(out.requires_grad for out in make().append(*new))


def test_an_overrun_is_refused_and_changes_nothing() -> None:
    cache = contiguous()
    cache.append(*rows(10))
    with pytest.raises(IndexError, match="cache holds 12 positions, position 12 asked"):
        cache.append(*rows(3))
    assert cache.len == 10
    assert cache.append(*rows(2))[0].shape[1] == 12


def test_an_empty_pool_is_refused_and_changes_nothing() -> None:
    cache = paged()
    cache.append(*rows(8))
    with pytest.raises(MemoryError, match="4 pages asked, 2 of 6 are free"):
        cache.append(*rows(6))
    assert cache.len == 8
    assert cache.append(*rows(4))[0].shape[1] == 12


@KINDS
def test_rows_of_another_shape_are_refused_with_both(make) -> None:
    a, b = rows(2)
    with pytest.raises(ValueError, match=r"\(2, 2, 5\)\], this cache keeps .*\(2, 2, 5\)\]"):
        make().append(a[..., :2], b)
    with pytest.raises(ValueError, match=r"rows are \[\(1, 2, 2, 3\), \(1, 2, 5\)\]"):
        make().append(a[:1], b[:1])
    with pytest.raises(ValueError, match="rows are"):
        make().append(a)


@KINDS
@pytest.mark.parametrize("length", [-1, 4])
def test_a_rewind_beyond_the_end_is_refused(make, length: int) -> None:
    cache = make()
    cache.append(*rows(3))
    with pytest.raises(ValueError, match=f"rewind to {length} of 3 cached positions"):
        cache.rewind(length)


def test_a_page_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="a page of 0 rows"):
        Pool(SHAPES, pages=3, page=0)


def test_sequences_share_a_pool_without_touching_each_other() -> None:
    pool = Pool(SHAPES, pages=5, page=2)
    one, two = PagedCache(pool, batch=1), PagedCache(pool, batch=1)
    a, b = rows(5, 1, seed=1), rows(4, 1, seed=2)
    for i in range(4):  # in turn, so that their pages alternate
        in_one = one.append(*(row[:, i : i + 1] for row in a))
        in_two = two.append(*(row[:, i : i + 1] for row in b))
    assert torch.equal(in_one[0], a[0][:, :4]) and torch.equal(in_two[0], b[0])
    assert set(one.table[0]).isdisjoint(two.table[0])
    two.rewind(0)
    assert torch.equal(one.append(*(row[:, 4:] for row in a))[0], a[0])
    assert len(pool.free) == 5 - 3


def test_pages_given_back_by_a_rewind_are_no_longer_ones_own() -> None:
    pool = Pool(SHAPES, pages=3, page=2)
    one, two = PagedCache(pool, batch=1), PagedCache(pool, batch=1)
    a, b = rows(6, 1, seed=1), rows(4, 1, seed=2)
    one.append(*a)
    one.rewind(2)
    in_two = two.append(*b)
    with pytest.raises(MemoryError, match="1 pages asked, 0 of 3 are free"):
        one.append(*(row[:, 2:3] for row in a))
    assert torch.equal(in_two[0], b[0])


@pytest.mark.parametrize("length", range(1, 13))
def test_paging_wastes_less_than_a_page_per_sequence(length: int) -> None:
    cache = paged(batch=2)
    cache.append(*rows(length))
    held = sum(len(pages) for pages in cache.table) * cache.pool.page
    assert 0 <= held - 2 * length < 2 * cache.pool.page


@pytest.mark.parametrize(("name", "kind"), [("deepseek-v3", MLAConfig), ("llama-3-8b", GQAConfig)])
def test_a_configs_shapes_hold_its_width(name: str, kind) -> None:
    cfg = kind.from_hf(load(name))
    stored = Cache(cfg.cache_shapes, batch=1, room=1).rows
    assert sum(rows.numel() for rows in stored) == cfg.cache_width


@pytest.mark.parametrize("module", [cache_module, paged_module])
def test_docstrings_print_what_they_say(module) -> None:
    assert doctest.testmod(module).failed == 0
