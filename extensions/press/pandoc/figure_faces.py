"""The faces of a figure: a picture of an e-book cannot load a font, so it carries its own."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"

FACE = re.compile(r"@font-face \{(.*?)\}", re.DOTALL)
ROOT = re.compile(r"<svg\b[^>]*>")
TEXT = re.compile(r"<text\b.*?</text>", re.DOTALL)
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?")


@dataclass(frozen=True)
class Face:
    """A face of the website's style sheet."""

    family: str
    weight: str
    italic: bool
    ranges: tuple[range, ...]  # of rare characters; empty: the face of all others
    file: Path

    def serves(self, picture: str, characters: set[int]) -> bool:
        """Tell whether a picture sets words in this face."""
        return (
            self.family in picture
            and (self.weight == "400" or f'font-weight="{self.weight}"' in picture)
            and (not self.italic or "italic" in picture)
            and (not self.ranges or any(c in part for part in self.ranges for c in characters))
        )

    @cached_property  # many pictures set words in the same few faces
    def rule(self) -> str:
        """Return the style rule that holds the face itself."""
        data = b64encode(self.file.read_bytes()).decode()
        style = "font-style: italic; " if self.italic else ""
        spans = ", ".join(f"U+{part.start:X}-{part.stop - 1:X}" for part in self.ranges)
        limit = f"unicode-range: {spans}; " if spans else ""
        return (
            f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; {style}'
            f'{limit}src: url("data:font/woff2;base64,{data}") format("woff2"); }}\n'
        )


@cache
def faces() -> tuple[Face, ...]:
    """Return the faces of the website, each with what it is for."""
    sheet = (STATIC / "fonts.css").read_text()
    return tuple(face(found[1]) for found in FACE.finditer(sheet))


def face(rule: str) -> Face:
    """Return what a rule of the style sheet says."""
    said = dict(re.findall(r"([a-z-]+): ([^;]*);", rule))
    ends = RANGE.findall(said.get("unicode-range", ""))
    return Face(
        said["font-family"].strip('"'),
        said["font-weight"],
        said.get("font-style") == "italic",
        tuple(range(int(first, 16), int(last or first, 16) + 1) for first, last in ends),
        STATIC / said["src"].split('"')[1],
    )


def with_faces(picture: str) -> str:
    """Return an SVG with the faces of its words, whose room was measured in them."""
    characters = {ord(letter) for text in TEXT.findall(picture) for letter in text}
    rules = "".join(f.rule for f in faces() if f.serves(picture, characters))
    style = f"<style>\n{rules}</style>" if rules else ""
    return ROOT.sub(lambda found: found[0] + style, picture, count=1)
