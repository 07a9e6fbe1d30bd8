"""The package around Pandoc's pages: titles, landmarks, roles, faces; the same bytes every time."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from press.pandoc.figure_faces import with_faces
from press.together import CLOSE, OPEN

NAVIGATION = "EPUB/nav.xhtml"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say

HEADING = re.compile(r"<(/?)h([1-6])((?: [^>]*)?)>")
KICKER = re.compile(r' data-kicker="([^"]*)"')
KIND = re.compile(r' epub:type="([^"]*)"')
SECTION = re.compile(r"<section [^>]*>")
TIGHT = re.compile(f"{OPEN}*<math.*?</math>{CLOSE}*", re.DOTALL)
BODY = re.compile(r'<body epub:type="[^"]*">')
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)

# Where a kind of page stands in the book; what is not named here stands at the back.
PLACES = {"introduction": "frontmatter", "part": "bodymatter", "chapter": "bodymatter"}

# The kinds of page that have a role of their own for assistive technology, and a landmark's name.
ROLES = ("introduction", "part", "chapter", "appendix", "glossary", "bibliography", "colophon")
LANDMARKS = {
    "chapter": ("bodymatter", "First article"),
    "glossary": ("glossary", "Glossary"),
    "bibliography": ("bibliography", "Bibliography"),
}

Files = dict[str, bytes]


def repack(source: Path, target: Path, title: str) -> None:
    """Mend what Pandoc wrote and pack it again."""
    with ZipFile(source) as old:
        files = {name: old.read(name) for name in old.namelist()}
    pages = {name: data.decode() for name, data in files.items() if is_page(name)}
    nav = landmarks(files[NAVIGATION].decode(), pages)
    mended = {name: mend(page, title).encode() for name, page in pages.items()}
    pictures = {n: with_faces(d.decode()).encode() for n, d in files.items() if n.endswith(".svg")}
    pack(files | mended | pictures | {NAVIGATION: nav.encode()}, target)


def is_page(name: str) -> bool:
    """Tell whether a file is a page of text."""
    return name.startswith("EPUB/text/ch")


def mend(page: str, book: str) -> str:
    """Return a page with its own title, headings from 1 on, roles and its place in the book."""
    body = BODY.sub("", page)
    kind = KIND.search(body)
    place = PLACES.get(kind[1] if kind else "", "backmatter")
    page = BODY.sub(f'<body epub:type="{place}">', page)
    page = headings(SECTION.sub(lambda found: with_role(found[0]), page))
    page = TIGHT.sub(lambda found: together(found[0]), page)
    first = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    title = f"{words(first[1])} · {book}" if first else book
    return TITLE.sub(lambda _: f"<title>{escape(title)}</title>", page, count=1)


def together(formula: str) -> str:
    """Return a formula with its punctuation: readers break lines between the two."""
    if formula.startswith("<math") and formula.endswith("</math>"):
        return formula
    return f'<span class="together">{formula}</span>'


def with_role(section: str) -> str:
    """Return a section's tag with the role that its kind has."""
    section = KICKER.sub("", section)
    kind = KIND.search(section)
    if kind and kind[1] in ROLES:
        return f'{section[:-1]} role="doc-{kind[1]}">'
    return section


def headings(page: str) -> str:
    """Return a page whose headings begin at 1 and skip no level; the line above a title is a line.

    Pandoc gives a heading its section's attributes once more: only the section keeps them.
    """
    levels: list[int] = []  # of the headings around this one

    def renumber(found: re.Match[str]) -> str:
        closing, level, attributes = found[1], int(found[2]), found[3]
        if closing:
            return f"</h{len(levels)}>"
        while levels and levels[-1] >= level:
            levels.pop()
        levels.append(level)
        line = KICKER.search(attributes)
        above = f'<p class="kicker">{line[1]}</p>\n' if line else ""
        return f"{above}<h{len(levels)}{KIND.sub('', KICKER.sub('', attributes))}>"

    return HEADING.sub(renumber, page)


def words(markup: str) -> str:
    """Return a heading's words; a formula's are its alttext."""
    markup = re.sub(r'<math[^>]* alttext="([^"]*)".*?</math>', r"\1", markup, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", markup)).split())


def landmarks(nav: str, pages: dict[str, str]) -> str:
    """Return the navigation with a landmark for the text's start and the pages one looks up."""
    first: dict[str, str] = {}
    for name, page in sorted(pages.items()):
        for kind in KIND.findall(page):
            first.setdefault(kind, name.removeprefix("EPUB/"))
    items = "".join(
        f'    <li>\n      <a href="{first[kind]}" epub:type="{type_}">{text}</a>\n    </li>\n'
        for kind, (type_, text) in LANDMARKS.items()
        if kind in first
    )
    head, mark, tail = nav.rpartition("  </ol>")
    return f"{head}{items}{mark}{tail}"


def pack(files: Files, target: Path | IO[bytes]) -> None:
    """Write a container: its type first and stored, then all else by name, at no time."""
    with ZipFile(target, "w") as new:
        for name in sorted(files, key=lambda name: (name != "mimetype", name)):
            entry = ZipInfo(name, EPOCH)
            entry.create_system = 3  # Unix, on every machine
            entry.external_attr = 0o644 << 16
            entry.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            new.writestr(entry, files[name])
