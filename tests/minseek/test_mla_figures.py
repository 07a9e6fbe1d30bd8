"""The data of the figures on latent attention's two forms."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

FIGURES = Path(__file__).parents[2] / "code" / "figures"


def data(name, *args):
    spec = spec_from_file_location(name.replace("-", "_"), FIGURES / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.data(*args)


def test_orders_have_the_widths_of_flashmlas_readme():
    found = data("mla-orders")
    assert (found["key"], found["value"]) == (192, 128)
    assert (found["latent key"], found["latent value"]) == (576, 512)
    assert found["absorbed pair"] / found["naive pair"] == (576 + 512) / (192 + 128)


@pytest.mark.parametrize("t", [512, 32_768])
def test_the_curves_cross_at_the_tie(t):
    found = data("mla-crossover", t)
    rows = zip(found["new"], found["naive"], found["absorbed"], found["stored"], strict=True)
    for s, naive, absorbed, stored in rows:
        assert naive > stored
        assert s == found["tie"][0] or (naive > absorbed) == (s < found["tie"][0])
    assert found["new"][-1] == t
