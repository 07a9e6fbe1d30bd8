"""Exercises with folded answers, numbered by numfig: "Exercise 1.4.1".

    ::::{exercise} Who stands?
    :name: ex-who-stands
    Which placement drops *least*?
    ~~~{doctest}
    (prompts and what they print)
    ~~~
    :::{answer}
    The one of {numref}`fig-placements`.
    :::
    ::::

In MyST the exercise needs one colon more than the answer inside it, and the answer one more than
a colon fence inside it; ``` and ~~~ fences do not count. Options come first, one a line.

:name: is for exercises that the text refers to with {numref}; the others get their id from the
title. What is inside an exercise or an answer is ordinary: Sphinx runs its doctests and numbers
its figures, listings and equations.
"""

from typing import Any, ClassVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata, OptionSpec
from sphinx.writers.html5 import HTML5Translator
from sphinx.writers.text import TextTranslator

logger = logging.getLogger(__name__)


class exercise(nodes.General, nodes.Element):
    """An exercise: a title, what is asked, and as last child its answer."""


class answer(nodes.General, nodes.Element):
    """The answer of the exercise around it."""


class Exercise(SphinxDirective):
    """``{exercise} Title`` with a body that ends in an answer."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[OptionSpec] = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the exercise with its id."""
        text, messages = self.parse_inline(self.arguments[0])
        node = exercise("", nodes.title(self.arguments[0], "", *text), *messages)
        self.set_source_info(node)
        self.identify(node)
        node += self.parse_content_to_nodes()
        return [node]

    def identify(self, node: exercise) -> None:
        """Give the node its :name:, or an id made from its title, unique in the document."""
        if "name" in self.options:
            self.add_name(node)
            return
        ids = self.state.document.ids
        slug = nodes.make_id(f"exercise {node[0].astext()}")
        twins = sum(taken == slug or taken.startswith(f"{slug}--") for taken in ids)
        node["ids"] = [f"{slug}--{twins + 1}" if twins else slug]
        self.state.document.set_id(node)


class Answer(SphinxDirective):
    """``{answer}``: folded away on the web, printed in place elsewhere."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the answer."""
        self.assert_has_content()
        node = answer()
        self.set_source_info(node)
        node += self.parse_content_to_nodes()
        return [node]


def title(node: nodes.Node) -> str:
    """Return the exercise's title as text; {numref} and {ref} ask for it."""
    return cast(exercise, node)[0].astext()


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of every exercise and answer that do not form a pair."""
    for lone in doctree.findall(answer):
        if not isinstance(lone.parent, exercise):
            complain("this answer is outside an exercise: nest it, with fewer colons", lone)
    for node in doctree.findall(exercise):
        name, answers = title(node), [child for child in node if isinstance(child, answer)]
        if not answers:
            complain(f"exercise {name!r} has no answer: end it with an {{answer}}", node)
        elif len(answers) > 1:
            complain(f"exercise {name!r} has {len(answers)} answers: join them", answers[1])
        elif node[-1] is not answers[0]:
            complain(f"exercise {name!r} goes on after its answer: end it there", answers[0])


def complain(message: str, node: nodes.Element) -> None:
    """Warn at the node's own line."""
    logger.warning(message, location=node, type="press", subtype="exercise")


def visit_exercise_html(self: HTML5Translator, node: exercise) -> None:
    """Open the section and write its title line, number first."""
    anchor = node["ids"][0]
    number = self.builder.fignumbers.get("exercise", {}).get(anchor)
    label = "Exercise"  # an article outside every numbered toctree has no numbers
    if number:
        label = self.config.numfig_format["exercise"] % ".".join(map(str, number))
    labelled: dict[str, Any] = {"aria-labelledby": f"{anchor}-title"}
    self.body.append(self.starttag(node, "section", CLASS="exercise", **labelled))
    self.body.append(f'<p class="exercise-title"><span id="{anchor}-title">')
    self.body.append(f'<span class="number">{label}</span> ')
    # docutils knows titles of sections, tables and admonitions only: this one is written here
    node["named"] = cast(nodes.title, node.pop(0))
    for child in node["named"]:
        child.walkabout(self)
    self.body.append("</span>")  # the permalink's sign is not part of the section's name
    self.add_permalink_ref(node, "Link to this exercise")
    self.body.append("</p>\n")


def depart_exercise_html(self: HTML5Translator, node: exercise) -> None:
    """Close the section, and leave the tree as it was."""
    node.insert(0, node["named"])
    self.body.append("</section>\n")


def visit_answer_html(self: HTML5Translator, node: answer) -> None:
    """Open a native disclosure: it works by keyboard and without script."""
    self.body.append(self.starttag(node, "details", CLASS="answer"))
    self.body.append("<summary>Answer</summary>\n")


def depart_answer_html(self: HTML5Translator, node: answer) -> None:
    """Close the disclosure."""
    self.body.append("</details>\n")


def visit_text(self: TextTranslator, node: nodes.Element) -> None:
    """Indent nothing; an answer says what it is."""
    if isinstance(node, answer):
        self.new_state(0)
        self.add_text("Answer:")
        self.end_state()


def depart_text(self: TextTranslator, node: nodes.Element) -> None:
    """Nothing is open."""


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the two nodes, their directives and the check."""
    app.add_enumerable_node(
        exercise,
        "exercise",
        title,
        html=(visit_exercise_html, depart_exercise_html),
        text=(visit_text, depart_text),
    )
    app.add_node(
        answer, html=(visit_answer_html, depart_answer_html), text=(visit_text, depart_text)
    )
    app.add_directive("exercise", Exercise)
    app.add_directive("answer", Answer)
    app.connect("doctree-read", check)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
