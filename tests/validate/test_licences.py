"""Every file that the website ships from others stands in the colophon, with its licence."""

import fnmatch

import pytest
from lxml import html

pytestmark = pytest.mark.formats("html")


def shipped(formats) -> list[str]:
    static = formats.BUILD / "html" / "_static"
    return sorted(p.relative_to(static).as_posix() for p in static.rglob("*") if p.is_file())


def listed(formats) -> dict[str, str]:
    """Each pattern of the colophon's table, with the licence beside it."""
    page = html.parse(formats.BUILD / "html/reference/colophon.html")
    rows = [row.xpath("./td") for row in page.xpath("//table//tr[td]")]
    return {
        code.text_content(): licence.text_content().strip()
        for _, _, licence, files in rows
        for code in files.iter("code")
    }


def test_every_shipped_file_has_a_licence(formats):
    patterns = listed(formats)
    assert all(patterns.values())
    bare = [f for f in shipped(formats) if not any(fnmatch.fnmatch(f, p) for p in patterns)]
    assert bare == []


def test_every_listed_file_is_shipped(formats):
    files = shipped(formats)
    assert [p for p in listed(formats) if not fnmatch.filter(files, p)] == []


def test_the_website_ships_nothing_it_does_not_use(formats):
    assert [f for f in shipped(formats) if f.endswith((".map", ".po", ".mo", ".png"))] == []
