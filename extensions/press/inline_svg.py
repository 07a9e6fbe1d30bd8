"""What a committed drawing may hold, and how it becomes part of a web page.

Committed SVGs carry concrete light colours, because Typst and e-book readers know no CSS
variables. In a page each colour becomes the variable that press.palette gives it, so that the
drawing follows the reader's dark mode; a colour without a variable would not, and is refused.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from press.palette import PALETTE

PX_PER_MM = 4.8  # 124 mm, the measure of the printed page, are 595 px, the measure of the web's

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
BANNED = {
    "foreignObject": "HTML inside the drawing",
    "image": "a raster image",
    "script": "a script",
    "style": "a style sheet, which would reach the whole page",
}
# All that our drawings are made of; HTML would run <SCRIPT> and <animate> can write a script.
ALLOWED = {
    *("svg", "g", "defs", "use", "symbol", "title", "desc", "a", "marker", "mask", "pattern"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "clipPath", "stop"),
    *("text", "tspan", "textPath", "linearGradient", "radialGradient"),
}
UNPAINTED = {"currentcolor", "inherit", "none", "transparent"}
PAINTS = ("color", "fill", "flood-color", "lighting-color", "stop-color", "stroke")
DECLARED_PAINT = re.compile(rf"(?<![\w-])((?:{'|'.join(PAINTS)})\s*:\s*)([^;]+)")
LOCAL_URL = re.compile(r"url\(\s*([\"']?)#")
# In HTML and in EPUB these reach further than the tree that is checked here.
DECLARED = re.compile(rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet")
FETCH = re.compile(r"url\(|image-set\(|src\(|@import|javascript:|\\", re.IGNORECASE)


class BadDrawing(ValueError):
    """A file that cannot stand in a page; the message says why, without the file's name."""


def read(path: Path) -> Element:
    """Return the root of a drawing that is well-formed and has a viewBox."""
    if found := DECLARED.search(path.read_bytes()):
        raise BadDrawing(f"{found[0].decode()!r}, which other programs would follow")
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise BadDrawing(f"XML that is not well-formed ({error})") from error
    if root.tag != f"{SVG}svg" or len(root.get("viewBox", "").split()) != 4:
        raise BadDrawing("no <svg> with a viewBox as its root")
    return root


def repaint(element: Element, paint: Callable[[str], str]) -> None:
    """Replace every colour of one element, in attributes and in ``style``."""
    for name in PAINTS:
        if name in element.attrib:
            element.set(name, paint(element.attrib[name]))
    if "style" in element.attrib:
        style = element.attrib["style"]
        element.set("style", DECLARED_PAINT.sub(lambda hit: hit[1] + paint(hit[2]), style))


def variable(colour: str) -> str:
    """Return the CSS variable of a listed colour; words and pointers without colour stay.

    >>> variable("#FDFCF9"), variable("none"), variable("url(#hatch)")
    ('var(--paper)', 'none', 'url(#hatch)')
    """
    colour = colour.strip()
    if colour.lower() in UNPAINTED or LOCAL_URL.match(colour):
        return colour
    if colour.lower() not in PALETTE:
        raise BadDrawing(f"the colour {colour}, which press.palette does not list")
    return f"var({PALETTE[colour.lower()]})"


def problems(root: Element) -> Iterator[str]:
    """Yield what the drawing holds and must not."""
    for element in root.iter():
        kind = element.tag.removeprefix(SVG)
        if kind in BANNED:
            yield BANNED[kind]
        elif not element.tag.startswith(SVG):
            yield f"<{kind.rpartition('}')[2]}>, which is not SVG"
        elif kind not in ALLOWED:
            yield f"<{kind}>, which no drawing of ours needs"
        for name, value in element.items():
            if name.lower().startswith("on"):
                yield f"a script in {name}"
            outside = name.removeprefix(XLINK) == "href" and not value.startswith("#")
            if outside or FETCH.search(LOCAL_URL.sub("", value)):
                yield f"a link out of the drawing, {value!r}"
        try:
            repaint(element, variable)
        except BadDrawing as error:
            yield str(error)


def inline(root: Element, name: str, alt: str) -> str:
    """Return the drawing as HTML: named by ``alt``, coloured by variables, ids of its own.

    It fills the column up to its printed size and keeps its shape. What has no colour of its own
    is drawn in the text's.
    """
    for child in [child for child in root if child.tag in {f"{SVG}title", f"{SVG}desc"}]:
        root.remove(child)
    for element in root.iter():
        repaint(element, variable)
        element.tag = element.tag.removeprefix(SVG)
        attributes = dict(element.items())
        element.attrib.clear()
        for attribute, value in attributes.items():
            own = LOCAL_URL.sub(rf"url(\1#{name}-", value)
            if attribute.removeprefix(XLINK) == "href":
                own = f"#{name}-{value[1:]}"
            element.set(attribute.removeprefix(XLINK), own)
        if "id" in attributes:
            element.set("id", f"{name}-{attributes['id']}")
    width = printed_width(root)
    for attribute in ("width", "height"):
        root.attrib.pop(attribute, None)
    size = f"--drawn:{width:.0f}px;width:100%;max-width:{width:.0f}px;height:auto;"
    root.set("style", size + root.get("style", ""))
    root.attrib.setdefault("fill", "currentColor")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-alt")
    title = Element("title", id=f"{name}-alt")
    title.text = alt
    root.insert(0, title)
    return ElementTree.tostring(root, encoding="unicode")


def printed_width(root: Element) -> float:
    """Return the px that the drawing takes: its mm at 4.8 px each, or its viewBox as px."""
    width = root.get("width", "")
    if width.endswith("mm"):
        return float(width[:-2]) * PX_PER_MM
    return float(root.get("viewBox", "").split()[2])
