"""The boxes of an article: nothing-else, trap, result, history.

    :::{nothing-else}
    Two to four sentences that carry the whole result.
    :::

    ::::{trap} A factor of 1.0 per *device*
    What goes wrong, and the example that shows it:
    ~~~{doctest}
    (prompts and what they print)
    ~~~
    ::::

How colon fences nest in MyST (each line tried in test_boxes.py): the first line that holds as
many colons as the opening one, or more, closes a box. So an outer fence needs more colons than
any fence inside it, and three are enough when only ``` or ~~~ fences are inside. A blank line
between the opening line and the body is optional.

A box is a docutils admonition with classes ``box`` and its kind; its first child is the title.
The kind's word is part of the title's text, so that every format says it.
"""

from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata


class Box(SphinxDirective):
    """A titled box; its directive's name is its kind."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    word: ClassVar[str]

    def title(self) -> nodes.title:
        """Return the title: the kind's word, then the author's words with their markup."""
        text, messages = self.parse_inline(self.arguments[0])
        return nodes.title(self.arguments[0], "", nodes.Text(f"{self.word}: "), *text, *messages)

    def run(self) -> list[nodes.Node]:
        """Return the admonition."""
        if not self.content:
            raise self.error(f"this {self.name} box is empty: write its text or remove it")
        box = nodes.admonition(classes=["box", self.name])
        self.set_source_info(box)
        box += [self.title(), *self.parse_content_to_nodes()]
        return [box]


class Trap(Box):
    """A mistake that people really make."""

    word = "Trap"


class Result(Box):
    """What has been shown, with its condition."""

    word = "Result"


class History(Box):
    """Who found it, when, and what they believed before."""

    word = "History"


class NothingElse(Box):
    """The article in a few sentences; it has the same title everywhere."""

    required_arguments = 0
    optional_arguments = 1  # taken only to be refused: MyST would print it as text

    def title(self) -> nodes.title:
        """Return the fixed title."""
        if self.arguments:
            raise self.error(
                f"nothing-else takes no title, found {self.arguments[0]!r}: remove it, "
                "or move it to the next line if it is text"
            )
        return nodes.title("", "If you read nothing else")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the four directives."""
    app.add_directive("nothing-else", NothingElse)
    app.add_directive("trap", Trap)
    app.add_directive("result", Result)
    app.add_directive("history", History)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
