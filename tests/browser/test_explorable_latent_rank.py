"""What a latent leaves out, in the browser, against the stored decompositions."""

import json
from itertools import product
from pathlib import Path

import pytest
import torch

RESULTS = Path(__file__).parents[2] / "code" / "experiments" / "results"


def test_a_latent_leaves_out_what_the_decomposition_says(compute):
    stored = json.loads((RESULTS / "latent-rank.json").read_text("utf-8"))
    whole = [row for row in stored["rows"] if row["rank"] is None]
    states = [{"rank": r, "layer": i} for r, i in product((0, 1, 16, 64, 128), (0, 1))]
    for state, found in zip(states, compute("latent-rank", states), strict=True):
        for i, kind in enumerate(("lost_at_start", "lost_weights", "lost_text")):
            curves = torch.tensor([row[kind][state["layer"]] for row in whole])
            mean = curves.double().mean(0)
            assert found["lost"][i] == pytest.approx(mean[state["rank"]].item(), abs=1e-4)
            last = found["enough"][i]
            assert mean[last] < 0.0101 and mean[last - 1] > 0.0099
        assert found["cache"] == state["rank"] / 256
