"""The parts of code that have a colour of their own: the same few on screen and in print.

Pygments tells seventy kinds of token apart and gives each an element. Names, operators and signs
are text in our colours, and three of four elements in the code of a long article: a phone would
lay all of them out for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from pygments.formatters import HtmlFormatter
from pygments.token import (
    Comment,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Text,
    _TokenType,
    is_token_subtype,
)
from sphinx.highlighting import PygmentsBridge

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

KINDS: tuple[tuple[_TokenType, _TokenType], ...] = (  # what a token is, what it looks like
    (Name.Builtin.Pseudo, Text),  # self is a name like others
    (Name.Builtin, Name.Builtin),
    (Name.Exception, Name.Builtin),
    (Name.Decorator, Name.Builtin),
    (Keyword, Keyword),
    (Operator.Word, Keyword),
    (String, String),
    (Number, Number),
    (Comment, Comment),
    (Generic.Prompt, Generic.Prompt),
    (Generic.Output, Generic.Output),
    (Generic.Traceback, Generic.Error),
    (Generic.Error, Generic.Error),
)


@cache
def look(token: _TokenType) -> _TokenType:
    """Return the kind that a token looks like: one of few, ``Text`` for most."""
    return next((alike for kind, alike in KINDS if is_token_subtype(token, kind)), Text)


class Formatter(HtmlFormatter[str]):
    """Writes code as HTML with an element for each run of one look."""

    def format_unencoded(self, tokensource: Iterable[tuple[_TokenType, str]], outfile: Any) -> None:
        """Write tokens by their looks."""
        super().format_unencoded(((look(token), text) for token, text in tokensource), outfile)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Let Sphinx write code with our formatter."""
    PygmentsBridge.html_formatter = Formatter
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
