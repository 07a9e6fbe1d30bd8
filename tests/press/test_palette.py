"""The colours: contrast as the specification claims, one table, figures that keep to it."""

import itertools
import re
from pathlib import Path

import pytest
from press.palette import FIGURE_TOKENS, HUES, PALETTE, TOKENS
from press.style import PressDark, PressLight

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "extensions" / "press" / "static"
FIGURES = sorted((ROOT / "source" / "figures").glob("*.svg"))
SIDES = pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
BOXES = [name for name in TOKENS if name.startswith("box-")]
CODE = [name for name in TOKENS if name.startswith("code-") and name != "code-line"]


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str, side: int) -> float:
    """The contrast of two tokens on one side."""
    a, b = sorted(luminance(TOKENS[name][side]) for name in (one, other))
    return (b + 0.05) / (a + 0.05)


@SIDES
@pytest.mark.parametrize("ground", ["paper", "sunk", "raised", *BOXES])
@pytest.mark.parametrize("word", ["text", "soft", "link", "visited", "accent"])
def test_words_can_be_read_on_every_ground(word: str, ground: str, side: int) -> None:
    least = {"text": 11.5, "soft": 6.0}.get(word, 4.5)
    assert contrast(word, ground, side) >= least


@SIDES
@pytest.mark.parametrize("ground", ["selection", "highlight", "code-line"])
def test_text_can_be_read_when_marked(ground: str, side: int) -> None:
    assert contrast("text", ground, side) >= 7


@SIDES
@pytest.mark.parametrize("ground", ["sunk", "paper"])  # paper: code inside a box
@pytest.mark.parametrize("word", CODE)
def test_code_can_be_read(word: str, ground: str, side: int) -> None:
    assert contrast(word, ground, side) >= 4.5


@SIDES
@pytest.mark.parametrize("hue", HUES)
def test_marks_are_seen_and_inks_are_read(hue: str, side: int) -> None:
    assert contrast(f"mark-{hue}", "paper", side) >= 3
    assert contrast(f"ink-{hue}", "paper", side) >= 5.5
    assert contrast(f"ink-{hue}", f"wash-{hue}", side) >= 4.5
    assert contrast("text", f"wash-{hue}", side) >= 10


@SIDES
def test_edges_of_controls_are_seen(side: int) -> None:
    assert min(contrast("edge", ground, side) for ground in ("paper", "sunk")) >= 3


@SIDES
def test_words_on_the_ramp(side: int) -> None:
    assert min(contrast("text", f"seq-{i}", side) for i in (1, 2, 3, 4)) >= 4.5
    assert min(contrast("on-strong", f"seq-{i}", side) for i in (6, 7, 8)) >= 4.5


@SIDES
def test_the_ramps_go_one_way(side: int) -> None:
    steps = [luminance(TOKENS[f"seq-{i}"][side]) for i in range(1, 9)]
    if side == 0:
        steps.reverse()
    assert all(a < b for a, b in itertools.pairwise(steps))


def test_the_style_sheet_says_the_same() -> None:
    css = (STATIC / "tokens.css").read_text()
    pair = re.compile(r"^  --([\w-]+): (?:light-dark\((#\w+), (#\w+)\)|(#\w+));", re.M)
    found = {name: (light or both, dark or both) for name, light, dark, both in pair.findall(css)}
    assert found == TOKENS


def test_every_variable_that_is_used_is_defined() -> None:
    css = "".join(path.read_text() for path in STATIC.glob("*.css"))
    used = set(re.findall(r"var\(--([\w-]+)", css))
    defined = set(re.findall(r"--([\w-]+):", css))
    assert used <= defined


def test_a_figure_hex_means_one_variable() -> None:
    assert len(PALETTE) == len(FIGURE_TOKENS)
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in PALETTE)


def test_code_styles_use_the_tokens() -> None:
    for side, style in enumerate((PressLight, PressDark)):
        hexes = {pair[side].lstrip("#") for pair in TOKENS.values()}
        assert {spec["color"] for _, spec in style if spec["color"]} <= hexes


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_figures_keep_the_style(path: Path) -> None:
    svg = path.read_text()
    alien = set(re.findall(r"(?<![\w(&])#[0-9a-fA-F]{3,8}\b", svg)) - set(PALETTE)
    assert not alien, f"{path.name}: {alien} are not in press.palette"
    assert not re.search("<(image|style|script|filter|foreignObject)|Gradient", svg)
    assert all(name.startswith(f"{path.stem}-") for name in re.findall(r'\bid="([^"]+)"', svg))


@pytest.mark.parametrize("path", FIGURES, ids=lambda path: path.stem)
def test_words_in_figures_are_large_enough(path: Path) -> None:
    svg = path.read_text()
    shape = re.search(r'width="([\d.]+)mm".*?viewBox="0 0 ([\d.]+) ', svg, re.S)
    assert shape, f"{path.name} has no width in mm: write it with save()"
    scale = float(shape[1]) * 4.8 / float(shape[2])
    size = re.compile(r'font-size[=:]\s*"?([\d.]+)|font:[^;"]*?([\d.]+)px')
    for word in re.findall("<text.*?</text>", svg, re.S):  # an index may be smaller than its word
        assert max(float(a or b) for a, b in size.findall(word)) * scale > 11


def test_the_hues_of_e_books_are_read_by_day_and_by_night() -> None:
    css = (ROOT / "extensions" / "press" / "pandoc" / "epub.css").read_text()
    for colour in set(re.findall("#[0-9a-f]{6}", css)) - {TOKENS["paper"][0]}:
        light = luminance(colour)
        assert min(1.05 / (light + 0.05), (light + 0.05) / 0.05) >= 4.5
    assert not re.search(r"\dpx", css)
