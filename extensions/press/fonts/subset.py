"""Make the font files that are committed, from four npm packages. Run by hand.

    npm install --ignore-scripts source-serif@4.5.1 source-sans@3.52.0 \\
        source-code-pro@2.42.0 @fontsource/stix-two-math@5.3.0
    python extensions/press/fonts/subset.py node_modules

All four faces are under the SIL Open Font License 1.1. Adobe reserves the name
"Source" for unmodified files, which decides the shape of this script:

- for Typst and matplotlib, which find a face by the name inside the file, the
  Source fonts are copied byte for byte;
- for the web, where the style sheet names the face, subsets are written under
  another inner name ("Deep Dives Serif").

STIX Two Math has no reserved name: it is subset for both, its MATH table kept.
The same input gives the same bytes: no time stamp is written.
"""

import shutil
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
WEB = HERE.parent / "static" / "fonts"

# Copied as they are: 25 pt chapter titles want the Display cut, captions the Sans italic.
COPIES = {
    "source-serif/OTF": (
        "SourceSerif4-Regular.otf",
        "SourceSerif4-It.otf",
        "SourceSerif4-Semibold.otf",
        "SourceSerif4-SemiboldIt.otf",
        "SourceSerif4Display-Semibold.otf",
    ),
    "source-sans/OTF": (
        "SourceSans3-Regular.otf",
        "SourceSans3-It.otf",
        "SourceSans3-Semibold.otf",
    ),
    "source-code-pro/OTF": (
        "SourceCodePro-Regular.otf",
        "SourceCodePro-It.otf",
        "SourceCodePro-Semibold.otf",
    ),
}
LICENCES = {
    "source-serif/LICENSE.md": "LICENSE-source-serif.txt",
    "source-sans/LICENSE.md": "LICENSE-source-sans.txt",
    "source-code-pro/LICENSE.md": "LICENSE-source-code-pro.txt",
    "@fontsource/stix-two-math/LICENSE": "LICENSE-stix-two-math.txt",
}

# Source file, web file, inner family name. Hints are dropped: they are a third of each file.
SUBSETS = (
    ("source-serif/TTF/SourceSerif4-Regular.ttf", "serif-400.woff2", "Deep Dives Serif"),
    ("source-serif/TTF/SourceSerif4-It.ttf", "serif-400-italic.woff2", "Deep Dives Serif"),
    ("source-serif/TTF/SourceSerif4-Semibold.ttf", "serif-600.woff2", "Deep Dives Serif"),
    ("source-sans/TTF/SourceSans3-Regular.ttf", "sans-400.woff2", "Deep Dives Sans"),
    ("source-sans/TTF/SourceSans3-Semibold.ttf", "sans-600.woff2", "Deep Dives Sans"),
    ("source-code-pro/TTF/SourceCodePro-Regular.ttf", "mono-400.woff2", "Deep Dives Mono"),
    ("source-code-pro/TTF/SourceCodePro-It.ttf", "mono-400-italic.woff2", "Deep Dives Mono"),
)
MATHS = "@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2"

# Small capitals and old-style figures are not used on the web (they are in the copies).
FEATURES = ["kern", "liga", "lnum", "tnum", "zero"]
TEXT = (
    "20-7e a0-17f 192 2bc 2c6 2d9-2dd 300-304 306-308 30a-30c 327 328 391-3a1 3a3-3a9 3b1-3c9 3d1"
    " 3d5 3f5 1e9e 2009 200a 202f 2010-2015 2018-201e 2020-2022 2026 2030 2032 2033 2039 203a 2044"
    " 2070 2071 2074-208e 2090-209c 20ac 2113 2116 2122 2126 2150-215e 2190-2199 21d0 21d2 21d4"
    " 2202 2205-2209 220f 2211 2212 2215 2217 2219-221e 2227-222b 2248 2260 2261 2264 2265 226a"
    " 226b 2282 2286 2297 2299 22c5 2308-230b 25a0 25a1 25b2 25b6 25bc 25ca 25cb 25cf 2605 2713"
    " 2717 27e8 27e9"
)
BOXES = " 2500-257f 2580-259f"
MATHS_COMMON = (
    " 131 237 300-30c 327 328 332 338 391-3f6 2000-206f 2070-209c 20d6 20d7 20db 20e1 2102 210a"
    " 210b 210d-2113 2115 2119-211d 2124 2128 212c 212d 2130 2131 2133-2138 2190-219a 21a6 21a9"
    " 21aa 21bc-21cc 21d0-21d5 2200-22a5 22b2-22b5 22c0-22c6 22ee-22f1 2308-230b 231c-231f 2320"
    " 2321 239b-23b9 23dc-23e1 25a0 25a1 25b3 25bd 25cb 25cf 2713 27e6-27eb 27f5-27fa 2a00-2a06"
    " 2a2f 2a7d 2a7e 2aaf 2ab0 1d7ce-1d7d7"
)
# The web gets the alphabets of our formulas: bold, italic, script, blackboard; sans and
# mono come from the text faces. The PDF, which is not downloaded, gets all.
MATHS_WEB = (
    "20-7e a0-ff" + MATHS_COMMON + " 1d400-1d467 1d49c-1d4cf 1d538-1d56b 1d6a4-1d6dd 1d6e2-1d71b"
)
MATHS_PRINT = (
    "20-7e a0-17f 20d0-20ef 2100-22ff 2500-25ff 27c0-27ff 2900-2aff 1d400-1d7ff" + MATHS_COMMON
)


def points(ranges: str) -> list[int]:
    """Expand "20-7e a0" into code points."""
    bounds = [[int(n, 16) for n in item.split("-")] for item in ranges.split()]
    return [point for first, *last in bounds for point in range(first, (last or [first])[0] + 1)]


def cut(font: TTFont, ranges: str, features: list[str]) -> TTFont:
    """Keep only the glyphs of ``ranges`` and what ``features`` and MATH reach from them."""
    options = subset.Options(
        layout_features=features,
        name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
        notdef_outline=True,
        hinting=False,
    )
    worker = subset.Subsetter(options)
    worker.populate(unicodes=points(ranges))
    worker.subset(font)
    return font


def rename(font: TTFont, family: str) -> None:
    """Give ``font`` a name that Adobe has not reserved; the copyright line stays."""
    names = font["name"]
    style = names.getDebugName(2)
    weight = "Semibold" if font["OS/2"].usWeightClass == 600 else ""
    full = " ".join(filter(None, (family, weight, style.replace("Regular", ""))))
    spelling = {1: family, 4: full.strip(), 6: full.strip().replace(" ", "-")}
    for record in list(names.names):
        if record.nameID in spelling:
            names.setName(
                spelling[record.nameID],
                record.nameID,
                record.platformID,
                record.platEncID,
                record.langID,
            )


def save(font: TTFont, path: Path, flavor: str | None) -> None:
    """Write ``font`` and say how large it became."""
    font.flavor = flavor
    font.save(path)
    print(
        f"{path.stat().st_size / 1024:6.0f} KB  {len(font.getGlyphOrder()):5} glyphs  {path.name}"
    )


def main(packages: Path) -> None:
    """Write everything from ``packages``, a node_modules folder."""
    WEB.mkdir(parents=True, exist_ok=True)
    for folder, names in COPIES.items():
        for name in names:
            shutil.copyfile(packages / folder / name, HERE / name)
    for licence, name in LICENCES.items():
        shutil.copyfile(packages / licence, HERE / name)
    for source, name, family in SUBSETS:
        font = TTFont(packages / source, recalcTimestamp=False)
        ranges = TEXT + BOXES if "mono" in name else TEXT
        rename(cut(font, ranges, FEATURES), family)
        save(font, WEB / name, "woff2")
    for ranges, path, flavor in (
        (MATHS_WEB, WEB / "maths.woff2", "woff2"),
        (MATHS_PRINT, HERE / "STIXTwoMath-Regular.ttf", None),
    ):
        save(cut(TTFont(packages / MATHS, recalcTimestamp=False), ranges, ["*"]), path, flavor)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python subset.py NODE_MODULES (see the text at the top of this file)")
    main(Path(sys.argv[1]))
