"""The figures of article 3.5: widths from the configuration, errors from real matrices."""

import pytest
import torch
from minseek.config import MLAConfig, load
from minseek.rope import rotation_matrix


def test_the_drawing_has_the_widths_of_v3(script):
    cfg = MLAConfig.from_hf(load("deepseek-v3"))
    widths = script("figures/mla-rotation")["data"]()
    assert widths["content"] + widths["position"] == cfg.d_qk
    assert widths["latent"] + widths["position"] == cfg.cache_width


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("distance", [1, 5, 16, 64])
def test_random_matrices_err_as_the_formula_says(script, seed, distance):
    shown = script("figures/mla-rope-error")["data"]()["as if not turned"]
    g = torch.Generator().manual_seed(seed)
    w_q, w_k = (torch.randn(rows, 128, generator=g) for rows in (1536, 512))
    right, merged = w_q @ rotation_matrix(-distance, 128) @ w_k.T, w_q @ w_k.T
    error = (right - merged).norm() / merged.norm()
    assert error.item() == pytest.approx(shown[distance], abs=0.03)
    assert torch.linalg.matrix_rank(w_q) == torch.linalg.matrix_rank(w_k) == 128


def test_the_best_single_matrix_is_better_on_the_whole_and_bad_everywhere(script):
    figure = script("figures/mla-rope-error")
    found = figure["data"]()
    best, merged = found["best single matrix"], found["as if not turned"]
    assert min(best.values()) > 0.8
    assert best[figure["SHOWN"][-1]] < merged[figure["SHOWN"][-1]]
    assert set(found["decoupled"].values()) == {0}
