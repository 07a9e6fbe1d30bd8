"""The colours of code, as two Pygments styles, from the one palette."""

from pygments.style import Style
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Text,
    Token,
    _TokenType,
)

from press.palette import TOKENS


def _styles(side: int) -> dict[_TokenType, str]:
    colour = {name: pair[side] for name, pair in TOKENS.items()}
    return {
        Token: colour["text"],
        Text: colour["text"],
        Keyword: colour["code-keyword"],
        Keyword.Constant: colour["code-keyword"],
        Operator.Word: colour["code-keyword"],
        String: colour["code-string"],
        String.Doc: colour["code-string"],
        Number: colour["code-number"],
        Name.Builtin: colour["code-builtin"],
        Name.Builtin.Pseudo: colour["code-builtin"],
        Name.Exception: colour["code-builtin"],
        Name.Decorator: colour["code-builtin"],
        Comment: f"italic {colour['code-comment']}",
        Generic.Prompt: colour["code-prompt"],
        Generic.Output: colour["code-output"],
        Generic.Traceback: colour["code-error"],
        Generic.Error: colour["code-error"],
        Error: colour["code-error"],
    }


class PressLight(Style):
    """Four hues on light sunk paper; names and operators are text."""

    name = "press-light"
    background_color = TOKENS["sunk"][0]
    highlight_color = TOKENS["code-line"][0]
    styles = _styles(0)


class PressDark(Style):
    """Its own set for dark paper, not an inversion."""

    name = "press-dark"
    background_color = TOKENS["sunk"][1]
    highlight_color = TOKENS["code-line"][1]
    styles = _styles(1)
