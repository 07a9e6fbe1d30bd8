"""Published numbers that follow from others, computed again from configurations and chips.

Each table of derivable/*.toml is one number:

    what        what is counted, and in which unit
    ours        the expression; it may use every name of minseek.accounting
    sheet       what the expression gave when the sources were read, to the digits kept then
    published   the number as its source prints it; absent where nobody prints one
    source      where; a key of our bibliography first, where one stands there
    differs     why ours does not round to what is printed

Two numbers agree if ours rounds to the digits of the other: 36.63 agrees with 37 and not with 36.7.
Nothing is bent to agree, and a reason that is no longer needed fails as well.
"""

import math
import tomllib
from pathlib import Path
from typing import Any

import pytest
from minseek import accounting
from minseek.config import GQAConfig, ModelConfig, MoEConfig, load

ROWS: dict[str, dict[str, str]] = {
    f"{path.stem}:{name}": row
    for path in sorted(Path(__file__).with_name("derivable").glob("*.toml"))
    for name, row in tomllib.loads(path.read_text("utf-8")).items()
}
KEYS = {"what", "ours", "sheet", "published", "source", "differs"}

# Two models that published no config.json: DeepSeekMoE, section 5.1 and Table 7, and DeepSeek LLM,
# Table 2. Widths that their papers leave out: 1408 and 10944, 22016.
MOE_16B = ModelConfig(
    vocab_size=102400,
    n_layers=28,
    d_model=2048,
    d_ff=10944,
    attention=GQAConfig(d_model=2048, n_heads=16, n_kv_heads=16, d_head=128),
    moe=MoEConfig(
        d_model=2048,
        n_experts=64,
        n_shared=2,
        k=6,
        d_expert=1408,
        score="softmax",
        normalise=False,
    ),
    n_dense_layers=1,
)
DEEPSEEK_67B = ModelConfig(
    vocab_size=102400,
    n_layers=95,
    d_model=8192,
    d_ff=22016,
    attention=GQAConfig(d_model=8192, n_heads=64, n_kv_heads=8, d_head=128),
)
NAMES: dict[str, Any] = {
    **vars(accounting),
    **{name: getattr(math, name) for name in ("comb", "log", "log2")},
    "MOE_16B": MOE_16B,
    "DEEPSEEK_67B": DEEPSEEK_67B,
    "GPT_3": load("gpt-3"),
}


def agree(ours: float, printed: str) -> bool:
    """Whether ``ours`` rounds to what is printed, half a unit of its last digit included."""
    decimals = len(printed.partition(".")[2])
    return abs(ours - float(printed)) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


@pytest.mark.parametrize("name", ROWS)
def test_number(name: str) -> None:
    row = ROWS[name]
    ours = eval(row["ours"], dict(NAMES))
    said = f"{row['what']}: published {row.get('published', 'nowhere')}, ours {ours:,.10g}"
    print(said, row.get("differs", ""))  # pytest -rP shows all
    if "sheet" in row:
        assert agree(ours, row["sheet"]), f"{said}, the sheet has {row['sheet']}"
    if "published" in row:
        agrees = agree(ours, row["published"])
        assert agrees or "differs" in row, f"{said}; find out why and say it in differs"
        assert not (agrees and "differs" in row), f"{said}, which agrees; delete differs"


@pytest.mark.parametrize("name", ROWS)
def test_a_row_says_what_and_where(name: str) -> None:
    row = ROWS[name]
    assert not set(row) - KEYS
    assert row["what"] and ("sheet" in row or "published" in row)
    assert "source" in row or "published" not in row
    assert "published" in row or "differs" not in row


def test_agreement_is_rounding() -> None:
    assert agree(36.626, "37") and not agree(36.626, "36.7")
    assert agree(2.45, "2.4") and not agree(2.451, "2.4")  # the middle agrees with both sides
    assert agree(671026419200, "671026419200") and not agree(671026419201, "671026419200")
