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

On the web each face is two files: what most pages need, and the rest, which a browser
fetches when a page holds one of its letters. ``static/fonts.css`` says which is where;
the face of most formulas has a sheet of its own, into which `press.sheets` puts the file.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
WEB = HERE.parent / "static" / "fonts"
SHEET = HERE.parent / "static" / "fonts.css"
MATHS_SHEET = HERE.parent / "static" / "maths-face.css"

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

# Source file, web file, name in the style sheet, inner name. Hints, a third of a file, are dropped.
SERIF = "Source Serif 4", "Deep Dives Serif"
SANS = "Source Sans 3", "Deep Dives Sans"
MONO = "Source Code Pro", "Deep Dives Mono"
SUBSETS = (
    ("source-serif/TTF/SourceSerif4-Regular.ttf", "serif-400", *SERIF),
    ("source-serif/TTF/SourceSerif4-It.ttf", "serif-400-italic", *SERIF),
    ("source-serif/TTF/SourceSerif4-Semibold.ttf", "serif-600", *SERIF),
    ("source-sans/TTF/SourceSans3-Regular.ttf", "sans-400", *SANS),
    ("source-sans/TTF/SourceSans3-Semibold.ttf", "sans-600", *SANS),
    ("source-code-pro/TTF/SourceCodePro-Regular.ttf", "mono-400", *MONO),
    ("source-code-pro/TTF/SourceCodePro-It.ttf", "mono-400-italic", *MONO),
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
OFTEN = (
    "20-7e a0-ff 131 152 153 2010-2015 2018-201e 2020-2022 2026 2030 2032 2033 2039 203a 2070"
    " 2074-208e 20ac 2113 2122 2190-2193 2212 221a 221e 2248 2260 2264 2265"
)
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
# Of these, the letters and signs of most formulas. A browser enlarges only signs of this file, so
# what stretches in our formulas is here: fences, roots, sums, arrows, braces, accents.
MATHS_OFTEN = (
    "20-7e a0 ac b0 b1 b7 d7 f7 131 2c6 2dc 302-305 307 308 330 332 338 391-3a9 3b1-3c9 3d5"
    " 3f5 2009 200a 2010-2016 2026 2032 2033 2061-2064 20d7 210e 2113 2115 211d 2190-2192 2194"
    " 21a6 21d0 21d2 21d4 2200 2202 2203 2205 2207-2209 220f 2211 2212 2217 2218 221a 221d"
    " 221e 2223 2225 2227-222b 223c 2248 2260 2261 2264 2265 226a 226b 2282 2286 2295 2297"
    " 2299 22a4 22c2 22c3 22c5 22ee-22f1 2308-230b 23de 23df 27e8 27e9 1d400-1d467"
    " 1d53c 1d6fc-1d71b 1d7ce-1d7cf"
)
MATHS_PRINT = (
    "20-7e a0-17f 20d0-20ef 2100-22ff 2500-25ff 27c0-27ff 2900-2aff 1d400-1d7ff" + MATHS_COMMON
)


FACE = """@font-face {{
  font-family: "{family}";
  src: url("fonts/{name}.woff2") format("woff2");
  font-weight: {weight};{style}{letters}
  font-display: swap;
}}
"""


def points(ranges: str) -> set[int]:
    """Expand "20-7e a0" into code points."""
    bounds = [[int(n, 16) for n in item.split("-")] for item in ranges.split()]
    return {point for first, *last in bounds for point in range(first, (last or [first])[0] + 1)}


def runs(letters: set[int]) -> str:
    """Write code points as a style sheet does.

    >>> runs({0x41, 0x42, 0x43, 0x61})
    'U+41-43, U+61'
    """
    firsts = [point for point in sorted(letters) if point - 1 not in letters]
    lasts = [point for point in sorted(letters) if point + 1 not in letters]
    pairs = zip(firsts, lasts, strict=True)
    return ", ".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in pairs)


def cut(path: Path, letters: set[int], features: list[str]) -> TTFont:
    """Keep only the glyphs of ``letters`` and what ``features`` and MATH reach from them."""
    font = TTFont(path, recalcTimestamp=False)
    options = subset.Options(
        layout_features=features,
        name_IDs=[0, 1, 2, 4, 5, 6, 13, 14],
        notdef_outline=True,
        hinting=False,
    )
    worker = subset.Subsetter(options)
    worker.populate(unicodes=letters)
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


def halves(
    path: Path, name: str, family: str, letters: set[int], often: set[int], features: list[str]
) -> Iterator[tuple[TTFont, str, str]]:
    """Yield both files of a web face: font, name, rule of the style sheet."""
    _, weight, *style = name.split("-")
    letters = letters & TTFont(path).getBestCmap().keys()
    most = cut(path, letters & often, features)  # and what the cutter adds by itself
    rest = letters - most.getBestCmap().keys()
    for font, end in ((most, ""), (cut(path, rest, features), "-rare")):
        rule = FACE.format(
            family=family,
            name=name + end,
            weight=weight,
            style="\n  font-style: italic;" if style else "",
            letters=f"\n  unicode-range: {runs(rest)};" if end else "",
        )
        yield font, name + end, rule


def main(packages: Path) -> None:
    """Write everything from ``packages``, a node_modules folder."""
    WEB.mkdir(parents=True, exist_ok=True)
    for folder, names in COPIES.items():
        for name in names:
            shutil.copyfile(packages / folder / name, HERE / name)
    for licence, name in LICENCES.items():
        shutil.copyfile(packages / licence, HERE / name)
    sheet = ["/* The faces, as subset.py cut them. */"]
    for source, name, family, inner in SUBSETS:
        letters = points(TEXT + BOXES if "mono" in name else TEXT)
        path = packages / source
        for font, file, rule in halves(path, name, family, letters, points(OFTEN), FEATURES):
            rename(font, inner)
            save(font, WEB / f"{file}.woff2", "woff2")
            sheet.append(rule)
    path = packages / MATHS
    web, often = points(MATHS_WEB), points(MATHS_OFTEN)
    halved = halves(path, "maths-400", "STIX Two Math", web, often, ["*"])
    for font, file, rule in halved:
        save(font, WEB / f"{file}.woff2", "woff2")
        sheet.append(rule)
    MATHS_SHEET.write_text(sheet.pop(-2), "utf-8")
    SHEET.write_text("\n".join(sheet), "utf-8")
    save(cut(path, web, ["*"]), HERE / "maths-epub.woff2", "woff2")
    save(cut(path, points(MATHS_PRINT), ["*"]), HERE / "STIXTwoMath-Regular.ttf", None)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python subset.py NODE_MODULES (see the text at the top of this file)")
    main(Path(sys.argv[1]))
