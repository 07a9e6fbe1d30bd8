"""The typefaces: names, tables, letters, licences, and that Typst takes them."""

import re
from pathlib import Path

import pytest

pytest.importorskip("fontTools")
from fontTools.ttLib import TTFont

PRESS = Path(__file__).parents[2] / "extensions" / "press"
PRINT = sorted(PRESS.joinpath("fonts").glob("*.[ot]tf"))
WEB = sorted(PRESS.joinpath("static", "fonts").glob("*.woff2"))
RARE = [path for path in WEB if path.stem.endswith("-rare")]
OFTEN = [path for path in WEB if path not in RARE]
EPUB = PRESS / "fonts" / "maths-epub.woff2"
MATHS = PRESS / "static" / "fonts" / "maths-400.woff2"
SHEET = (PRESS / "static" / "fonts.css").read_text("utf-8")

FACES = {
    ("Source Serif 4", 400, False),
    ("Source Serif 4", 400, True),
    ("Source Serif 4", 600, False),
    ("Source Serif 4", 600, True),
    ("Source Serif 4 Display", 600, False),
    ("Source Sans 3", 400, False),
    ("Source Sans 3", 400, True),
    ("Source Sans 3", 600, False),
    ("Source Code Pro", 400, False),
    ("Source Code Pro", 400, True),
    ("Source Code Pro", 600, False),
    ("STIX Two Math", 400, False),
}
# ⇒ and ∈ are in the maths face only; the italic of the code face has no Greek.
LETTERS = "AÄz0123456789−×·…–—“”‘’→←↑↓≈≤≥≠±∞∑√"
GREEK = "ΔαΩωπ"
STRETCH = "()[]{}|‖⌈⌉⌊⌋⟨⟩√∑∏∫⋃⋂←→↔⇐⇒⇔↦⏞⏟"
FRAMED = "aW0─│┌→≤"

SAMPLE = r"""
#set text(font: "Source Serif 4", fallback: false)
#text(font: "Source Serif 4")[a _a_ #text(weight: 600)[a _a_]]
#text(font: "Source Serif 4 Display", weight: 600)[a]
#text(font: "Source Sans 3")[a _a_ #text(weight: 600)[a]]
#text(font: "Source Code Pro")[a _a_ #text(weight: 600)[a]]
#show math.equation: set text(font: "STIX Two Math")
$ sqrt(x) bb(R) cal(L) sum $
"""


def family(font: TTFont) -> str:
    """The family's name, as Typst and matplotlib read it."""
    return font["name"].getDebugName(16) or font["name"].getDebugName(1)


def test_print_faces_carry_the_names_the_templates_ask_for() -> None:
    fonts = [TTFont(path) for path in PRINT]
    found = {(family(f), f["OS/2"].usWeightClass, bool(f["OS/2"].fsSelection & 1)) for f in fonts}
    assert found == FACES


def test_subsets_do_not_carry_the_reserved_name() -> None:
    assert not any("Source" in family(TTFont(path)) for path in WEB)


def letters(path: Path) -> set[int]:
    """The letters of a face, of both its files if it has two."""
    files = [path, *(rare for rare in RARE if rare.stem == f"{path.stem}-rare")]
    return {letter for file in files for letter in TTFont(file).getBestCmap()}


@pytest.mark.parametrize("path", [*PRINT, *OFTEN, EPUB], ids=lambda path: path.name)
def test_letters_are_there(path: Path) -> None:
    code_italic = path.stem in ("SourceCodePro-It", "mono-400-italic")
    wanted = LETTERS if code_italic else LETTERS + GREEK
    assert not [letter for letter in wanted if ord(letter) not in letters(path)]


@pytest.mark.parametrize("rare", RARE, ids=lambda path: path.name)
def test_a_browser_fetches_the_rest_of_a_face_for_its_letters_alone(rare: Path) -> None:
    [ranges] = re.findall(rf"{rare.name}.*?unicode-range: ([^;]+);", SHEET, re.DOTALL)
    bounds = [[int(n, 16) for n in one[2:].split("-")] for one in ranges.split(", ")]
    named = {n for first, *last in bounds for n in range(first, (last or [first])[0] + 1)}
    often = set(TTFont(rare.with_stem(rare.stem.removesuffix("-rare"))).getBestCmap())
    assert named and named <= set(TTFont(rare).getBestCmap()) and not named & often


def forms(path: Path) -> dict[int, int]:
    """How many larger forms a face for mathematics has, by sign."""
    font = TTFont(path)
    found = font["MATH"].table.MathVariants
    glyphs = [*found.VertGlyphCoverage.glyphs, *found.HorizGlyphCoverage.glyphs]
    sizes = [*found.VertGlyphConstruction, *found.HorizGlyphConstruction]
    larger = {g: len(s.MathGlyphVariantRecord) for g, s in zip(glyphs, sizes, strict=True)}
    return {point: larger[glyph] for point, glyph in font.getBestCmap().items() if glyph in larger}


def test_the_file_that_every_formula_loads_has_all_sizes_of_its_signs() -> None:
    whole, often = forms(EPUB), forms(MATHS)
    assert {point: whole[point] for point in often} == often
    assert set(map(ord, STRETCH)) <= set(often)
    assert letters(MATHS) == set(TTFont(EPUB).getBestCmap())


@pytest.mark.parametrize("path", [p for p in (*PRINT, *OFTEN, EPUB) if "ath" in p.name], ids=str)
def test_maths_faces_can_stretch_and_raise(path: Path) -> None:
    maths = TTFont(path)["MATH"].table
    assert maths.MathConstants.RadicalRuleThickness.Value > 0
    assert len(maths.MathVariants.VertGlyphCoverage.glyphs) > 20


def test_code_aligns_and_has_frames_and_a_slashed_zero() -> None:
    for path in [p for p in (*PRINT, *OFTEN) if "ode" in p.name or "mono" in p.name]:
        font = TTFont(path)
        assert set(map(ord, FRAMED)) <= letters(path)
        glyphs = font.getBestCmap()
        assert {font["hmtx"][glyphs[ord(x)]][0] for x in FRAMED if ord(x) in glyphs} == {600}
        tags = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert "zero" in tags


def test_each_face_has_its_licence() -> None:
    licences = sorted(PRESS.joinpath("fonts").glob("LICENSE-*.txt"))
    assert len(licences) == 4
    assert all("SIL OPEN FONT LICENSE Version 1.1" in path.read_text() for path in licences)


def test_a_page_of_text_weighs_little() -> None:
    assert sum(path.stat().st_size for path in OFTEN) < 160_000
    assert sum(path.stat().st_size for path in RARE) < 160_000
    assert sum(path.stat().st_size for path in PRINT) < 3_000_000


def test_typst_takes_every_face(tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    pypdf = pytest.importorskip("pypdf")
    (tmp_path / "a.typ").write_text(SAMPLE, encoding="utf-8")
    typst.compile(
        tmp_path / "a.typ",
        output=tmp_path / "a.pdf",
        font_paths=[PRESS / "fonts"],
        ignore_system_fonts=True,
    )
    page = pypdf.PdfReader(tmp_path / "a.pdf").pages[0]
    fonts = [str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()]
    assert len(fonts) == len(FACES)
    assert all(any(path.stem in font for font in fonts) for path in PRINT)
