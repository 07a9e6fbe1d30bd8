"""Page head: the tags by which a page tells machines what it is and what belongs to it."""

from __future__ import annotations

from html import escape
from typing import Any


def tell(context: dict[str, Any], tag: str, /, **attributes: str) -> None:
    """Add an empty tag to the head of a page that is about to be written.

    >>> page = {}
    >>> tell(page, "meta", name="description", content="Heat & water")
    >>> page["metatags"].strip()
    '<meta name="description" content="Heat &amp; water" />'
    """
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    context["metatags"] = f"{context.get('metatags', '')}\n    <{tag}{written} />"
