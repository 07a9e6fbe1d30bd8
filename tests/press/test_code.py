"""Code: coloured with few hues, kept whole at page ends, never wider than the page."""

import lxml.html
import press.code_colours
import pytest
from docutils import nodes
from press.pandoc import code
from sphinx.highlighting import PygmentsBridge

CONSOLE = """\
>>> def f(x):
...     return x  # same
>>> f("a")
'a'
>>> 1 / 0
Traceback (most recent call last):
ZeroDivisionError: division by zero
"""


def coloured(source: str, language: str = "python") -> list[code.Line]:
    return code.lines(source, language, nodes.Text(""))


def plain(lines: list[code.Line]) -> str:
    return "\n".join("".join(text for _, text in line) for line in lines)


def test_no_character_is_lost():
    for source, language in [(CONSOLE, "pycon"), ("a = 1\n\n\nb\tc", "python"), ("x<y", "text")]:
        assert plain(coloured(source, language)) == source.rstrip("\n")


def test_prompts_outputs_and_errors_are_told_apart():
    made = [run for line in coloured(CONSOLE, "pycon") for run in line]
    assert ("gp", ">>> ") in made and ("gp", "... ") in made
    assert ("go", "'a'") in made
    assert any(name == "gr" and "Traceback" in text for name, text in made)


@pytest.mark.parametrize(
    "source, run",
    [
        ("return x", ("k", "return")),
        ("a and b", ("k", "and")),
        ("'x'", ("s", "'x'")),
        ("3.5", ("m", "3.5")),
        ("len(x)", ("nb", "len")),
        ("@cache", ("nb", "@cache")),
        ("# note", ("c", "# note")),
        ("self", ("", "self")),
    ],
)
def test_hues_mean_one_thing_each(source, run):
    assert run in coloured(source)[0]


@pytest.mark.parametrize(
    "source, lexer", [("x = f('a', 1)  # why\n", "python"), (CONSOLE, "pycon")]
)
def test_the_web_marks_what_print_marks(source, lexer):
    press.code_colours.setup(None)
    page = lxml.html.fromstring(PygmentsBridge("html", "default").highlight_block(source, lexer))
    spans = [(span.get("class"), span.text) for span in page.iter("span") if span.get("class")]
    runs = [run for line in coloured(source, lexer) for run in line if run[0]]
    assert [(name, text.strip("\n")) for name, text in spans] == runs


def test_html_is_escaped_and_keeps_its_lines():
    made = code.to_html(coloured("a < 'b'\nc"))
    assert made.startswith('<pre class="code"><code>') and made.endswith("</code></pre>")
    assert "a &lt; " in made and '<span class="s">&#x27;b&#x27;</span>' in made
    assert made.count("\n") == 2


def console(*sizes: int) -> list[code.Line]:
    """Return examples of so many lines each."""
    return coloured("".join(">>> a\n" + "1\n" * (n - 1) for n in sizes), "pycon")


@pytest.mark.parametrize(
    "lines, expected",
    [
        (coloured("a\n" * 12), [12]),
        (coloured("a\n" * 13), [2, *[1] * 9, 2]),
        (console(2, 3), [5]),
        (console(2, 2, 2), [2, 2, 2]),
        (console(1, 1, 5, 1), [2, 6]),
        (console(14), [2, *[1] * 10, 2]),
        (console(2, 31, 2), [2, 2, *[1] * 27, 2, 2]),
    ],
)
def test_what_stays_together(lines, expected):
    groups = code.groups(lines)
    assert [len(group) for group in groups] == expected
    assert [line for group in groups for line in group] == lines


def test_only_a_line_wider_than_the_page_may_break_inside():
    fits, wide = "x" * 70 + ".y", "x" * 80 + ".y"
    assert "\u200b" not in code.to_typst(coloured(fits))
    assert ".\u200b" in code.to_typst(coloured(wide))
    assert code.to_typst(coloured(wide)).replace("\u200b", "").count("x") == 80


def test_typst_strings_are_safe():
    assert code.string('a"\\\n') == r'"a\"\\\n"'
    assert code.array([]) == "()" and code.array(["1"]) == "(1,)"
