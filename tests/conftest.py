"""What tests of several folders share."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

CONFIGS = Path(__file__).parents[1] / "code/minseek/configs"

os.environ["TRITON_INTERPRET"] = "1"  # kernels on the CPU: Triton looks when it is imported


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``model_name`` runs over all models whose config.json we have."""
    if "model_name" in metafunc.fixturenames:
        texts = {path.stem: path.read_text("utf-8") for path in sorted(CONFIGS.glob("*.json"))}
        names = [name for name, text in texts.items() if '"model_type"' in text]
        metafunc.parametrize("model_name", names)


@pytest.fixture(scope="session")
def no_worse_than() -> Callable[..., None]:
    """FlashAttention's rule: at most twice the error of another form, plus two roundings.

    ``actual`` and ``other`` are results in the same precision, ``exact`` one in float64. So no
    tolerance is a number that somebody chose (flash-attention, tests/cute/test_flash_attn.py).
    """
    import torch  # the tests of press need none

    def check(actual, other, exact, factor=2.0):
        ulp = torch.finfo(actual.dtype).eps * exact.abs().max().item()
        error = (actual.double() - exact).abs().max().item()
        allowed = (other.double() - exact).abs().max().item()
        assert error <= factor * allowed + 2 * ulp, f"error {error:.2e}, the other's {allowed:.2e}"

    return check
